"""The cost of an environment."""
