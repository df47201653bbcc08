"""The cookie secret: where a login counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.conftest import Replicas
    from tests.servers.session import Browser

LOGGED_IN, LOGGED_OUT = "user: somebody@example.org", "user: nobody"


def users_on_both(replicas: Replicas, browser: Browser) -> list[str]:
    """Log in on one replica, then say who one is there and on the other replica."""
    seen = []
    with browser.page() as page:
        browser.visit(f"{browser.url}{page.click(page.run()).redirect}")
    for _ in range(2):
        with browser.page() as page:
            seen += [text for text in page.run().texts if text.startswith("user: ")]
        browser.leave()
    assert len(set(replicas.sticky.ports("/_stcore/stream")[-2:])) == 2
    return seen


def test_a_login_counts_on_every_replica_with_a_shared_secret(
    replicas: Replicas, browse: Callable[..., Browser]
) -> None:
    """Who logged in on one replica is logged in on the other."""
    assert users_on_both(replicas, browse(replicas.sticky.url)) == [LOGGED_IN, LOGGED_IN]


def test_a_login_counts_on_one_replica_without_a_shared_secret(
    strangers: Replicas, browse: Callable[..., Browser]
) -> None:
    """Who comes to the other replica, because of a deployment or of scaling, is logged out."""
    assert users_on_both(strangers, browse(strangers.sticky.url)) == [LOGGED_IN, LOGGED_OUT]
