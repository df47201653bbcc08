"""The checks before an upload."""
