"""Tests of lint: its rules, its cache, its views."""
