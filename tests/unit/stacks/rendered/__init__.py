"""Tests of stacks/rendered."""
