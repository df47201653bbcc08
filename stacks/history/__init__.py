"""The deployments that were, by what AWS has recorded of them, and which of them a rollback goes back to."""
