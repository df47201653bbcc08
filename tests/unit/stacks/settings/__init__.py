"""Reading settings: what works, what is refused, and in which words."""
