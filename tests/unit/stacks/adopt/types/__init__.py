"""Tests of stacks/adopt/types."""
