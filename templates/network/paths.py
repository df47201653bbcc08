"""Where in the address the application is: its base path, and what is below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from templates.network.settings import Settings

LITERAL = r"A-Za-z0-9_.$/~\"'@:+&-"
"""Characters of a path that a rule of a listener takes as they are, in brackets of a pattern; `*` and `?` stand for
others (Elastic Load Balancing, "Condition types for listener rules")."""
LONGEST = 128
"""Characters of a path in a rule (likewise)."""


def base(settings: Settings) -> str:
    """`/team/app` for the base URL path `team/app`; empty where the application has the whole address."""
    return f"/{settings.base_url_path}" if settings.base_url_path else ""


def patterns(settings: Settings) -> list[str]:
    """What a listener's rule matches to find the application's requests: the base path itself, and all below it."""
    return [base(settings), f"{base(settings)}/*"] if settings.base_url_path else ["/*"]
