"""The rights that an operation needs, derived from the calls, the templates and the provider schemas."""
