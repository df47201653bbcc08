"""Terraform and OpenTofu: their states, and where these are kept."""
