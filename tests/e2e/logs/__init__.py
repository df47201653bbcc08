"""`logs` on the sandbox."""
