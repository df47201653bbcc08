"""`stacks/tasks` against the embedded AWS."""
