"""IAM: which rights an operation needs, which somebody has, and how the two compare."""
