"""Security Hub's controls: one test each, named by its id, on what `environments/hardened.toml` renders."""
