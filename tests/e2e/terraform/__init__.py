"""Terraform's states where AWS keeps them."""
