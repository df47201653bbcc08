"""Which rights a deployment needs, derived from its templates; nothing here talks to AWS."""
