"""Tests of stacks/adopt."""
