"""Tests of stacks/adopt/release."""
