"""Which rights a deployment needs."""
