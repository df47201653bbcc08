"""What people and programs read, in tests."""
