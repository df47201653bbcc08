"""Tests of stacks/iam."""
