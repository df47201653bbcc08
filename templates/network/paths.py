"""Paths of the application in URLs and in listener rules."""

from __future__ import annotations

LITERAL_CHARACTERS = r"A-Za-z0-9_.$/~\"'@:+&-"
"""Characters that a path in a listener rule matches literally, for the brackets of a pattern; `*` and `?` are wildcards
(Elastic Load Balancing, "Condition types for listener rules")."""
MAX_PATH = 128
"""Characters of a path in a rule, at most (same page)."""


def base_path(base_url_path: str) -> str:
    """Return `/team/app` for `team/app`, and "" without a base path."""
    return f"/{base_url_path}" if base_url_path else ""


def path_patterns(base_url_path: str) -> list[str]:
    """Return the patterns with which a listener's rule matches the application's requests."""
    return [f"/{base_url_path}", f"/{base_url_path}/*"] if base_url_path else ["/*"]
