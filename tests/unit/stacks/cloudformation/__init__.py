"""Tests of stacks/cloudformation."""
