"""Terraform's states: what is read of them, what never is, and which mistakes are named."""
