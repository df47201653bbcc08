"""Tests of stacks/logs."""
