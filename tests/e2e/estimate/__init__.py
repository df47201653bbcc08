"""Tests of estimate."""
