"""The project's tests; the folders mirror templates/ and stacks/."""
