"""The session with AWS, and how its answers are waited for."""
