"""From settings to templates: render, check, write."""
