"""Tests of cloudformation."""
