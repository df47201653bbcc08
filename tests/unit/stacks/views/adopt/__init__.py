"""Views of a takeover."""
