"""Which of Terraform's resources goes where in our templates: by the wiring around one service, and by `--map`."""
