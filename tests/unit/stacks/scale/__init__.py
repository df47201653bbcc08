"""The replay of autoscaling."""
