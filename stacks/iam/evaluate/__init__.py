"""A policy evaluator: what IAM says of a request."""
