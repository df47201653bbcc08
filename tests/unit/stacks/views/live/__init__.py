"""Tests of the views of an operation that is under way."""
