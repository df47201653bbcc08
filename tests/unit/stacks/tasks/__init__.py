"""Tests of stacks/tasks."""
