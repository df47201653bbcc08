"""What an account needs once, before the first deployment."""
