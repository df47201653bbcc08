"""Tests of `stacks/images`."""
