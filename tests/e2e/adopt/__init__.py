"""Tests of stacks/adopt on the embedded AWS."""
