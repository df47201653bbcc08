"""Tests of iam."""
