"""Tests of stacks/cli."""
