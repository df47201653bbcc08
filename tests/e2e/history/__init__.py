"""`history` and `rollback` on the sandbox."""
