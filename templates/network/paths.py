"""Where in the address the application is: its base path, and what is below it."""

from __future__ import annotations

LITERAL = r"A-Za-z0-9_.$/~\"'@:+&-"
"""Characters of a path that a rule of a listener takes as they are, in brackets of a pattern; `*` and `?` stand for
others (Elastic Load Balancing, "Condition types for listener rules")."""
LONGEST = 128
"""Characters of a path in a rule (likewise)."""


def base_path(base_url_path: str) -> str:
    """Return `/team/app` for `team/app`; nothing where the application has the whole address."""
    return f"/{base_url_path}" if base_url_path else ""


def path_patterns(base_url_path: str) -> list[str]:
    """Return the patterns with which a listener's rule matches the application's requests."""
    return [f"/{base_url_path}", f"/{base_url_path}/*"] if base_url_path else ["/*"]
