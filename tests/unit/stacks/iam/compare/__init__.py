"""Tests of stacks/iam/compare."""
