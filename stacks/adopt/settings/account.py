"""`[aws]`: where it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.settings.facts import Setting, setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.adopt.settings.facts import Facts


def account(facts: Facts) -> Iterator[Setting]:
    """Yield region and account, as the ARNs have them."""
    yield setting("aws.region", facts.origin.region, is_shown=True)
    if facts.origin.account:
        yield setting("aws.account_id", facts.origin.account)
