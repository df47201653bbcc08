"""What is deployed: pure functions from settings and inputs to one template each."""
