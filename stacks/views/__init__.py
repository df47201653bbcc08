"""What people and programs read: results as text or JSON."""
