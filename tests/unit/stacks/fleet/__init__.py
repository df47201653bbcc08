"""Tests of `stacks.fleet`."""
