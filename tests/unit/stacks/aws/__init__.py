"""Sessions of AWS, without an AWS."""
