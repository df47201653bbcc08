"""Tests of stacks/adopt/differences."""
