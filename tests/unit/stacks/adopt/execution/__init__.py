"""Tests of stacks/plan."""
