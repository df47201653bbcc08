"""Taking over: what Terraform runs is imported into the stacks of an environment, and let go again by an undo."""
