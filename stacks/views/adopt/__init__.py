"""A takeover from Terraform, for people and for programs."""
