"""The settings that describe what runs, and the environment file that says them."""
