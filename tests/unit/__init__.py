"""Tests without AWS; the folders mirror the project's."""
