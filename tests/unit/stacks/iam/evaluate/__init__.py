"""Tests of stacks/iam/evaluate."""
