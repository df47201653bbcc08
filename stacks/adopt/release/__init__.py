"""Terraform lets go: the proof that CloudFormation owns what was taken over, and what removes it from the state."""
