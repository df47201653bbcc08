"""What things cost, beside other tools in the same run: `make bench`. No test depends on it."""
