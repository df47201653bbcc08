"""How plans are shown."""
