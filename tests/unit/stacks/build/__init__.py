"""Tests of stacks/build."""
