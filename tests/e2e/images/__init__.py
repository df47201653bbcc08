"""`stacks/images` against the embedded AWS."""
