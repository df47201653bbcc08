"""Images on their way into the repository: container engines, tags of commits, push."""
