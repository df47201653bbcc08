"""Where states are kept: what is read, what is noted, and what is refused by name."""
