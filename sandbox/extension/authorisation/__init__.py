"""With `--enforce-iam`: who may call, and whose policies decide on what CloudFormation does to resources."""
