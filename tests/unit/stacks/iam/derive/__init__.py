"""Tests of stacks/iam/derive."""
