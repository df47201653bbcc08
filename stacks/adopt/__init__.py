"""Taking over what Terraform runs: compares, imports without a change, and proves it."""
