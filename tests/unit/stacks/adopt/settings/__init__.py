"""The settings that describe what runs."""
