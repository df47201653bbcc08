"""Rendered templates, and how to read them."""
