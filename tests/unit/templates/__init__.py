"""What a deployment can rely on in the templates."""
