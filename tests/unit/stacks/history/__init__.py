"""Tests of stacks/history."""
