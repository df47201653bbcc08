"""What a user of the command line can rely on."""
