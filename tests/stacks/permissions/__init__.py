"""Tests of what IAM policies allow."""
