"""Change sets of a whole tree: `IncludeNestedStacks`."""
