"""IAM permissions: what policies allow, decided here."""
