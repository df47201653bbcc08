"""Tasks beside the service: those that run one command and end."""
