"""Every IAM document that this project writes, looked at as one."""
