"""Estimates: what waits for what, the longest way through it, and what it stands on."""
