"""Tests of stacks/operations."""
