"""With `--enforce-iam`: who may call, and whose policies decide what CloudFormation may do to resources."""
