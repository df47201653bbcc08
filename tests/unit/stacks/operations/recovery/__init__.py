"""Tests of stacks/operations/recovery."""
