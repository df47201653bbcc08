"""Two tasks behind the load balancer: what works with stickiness, and what does not without."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.conftest import Replicas
    from tests.servers.session import Browser

TRIES = 6
"""How often something is asked for: with two targets in turn, half of them go to the wrong one."""


def test_uploads_fail_without_stickiness(replicas: Replicas, browse: Callable[..., Browser]) -> None:
    """Each upload that meets the other replica is refused, because it does not know the session."""
    browser = browse(replicas.in_turn.url)
    with browser.page() as page:
        urls = page.file_urls(page.run())
        answers = [browser.put(urls.upload_url, b"content") for _ in range(TRIES)]
    assert sorted(it.status_code for it in answers) == [204] * 3 + [400] * 3
    refused = next(it for it in answers if it.status_code == 400)
    assert "without sticky sessions" in refused.text


def test_uploads_work_with_stickiness(replicas: Replicas, browse: Callable[..., Browser]) -> None:
    """Every upload arrives, and the script reads it."""
    browser = browse(replicas.sticky.url)
    with browser.page() as page:
        drawn = page.run()
        urls = page.file_urls(drawn)
        assert {browser.put(urls.upload_url, b"content").status_code for _ in range(TRIES)} == {204}
        assert "uploaded: 7 bytes" in page.use_file(drawn, urls, 7).texts


def test_media_fail_without_stickiness(replicas: Replicas, browse: Callable[..., Browser]) -> None:
    """A file that the script made is in the memory of one replica."""
    browser = browse(replicas.in_turn.url)
    with browser.page() as page:
        url = page.run().elements["download_button"].url
        statuses = sorted(browser.get(url).status_code for _ in range(TRIES))
    assert statuses == [200] * 3 + [404] * 3


def test_media_work_with_stickiness(replicas: Replicas, browse: Callable[..., Browser]) -> None:
    """Every fetch finds it."""
    browser = browse(replicas.sticky.url)
    with browser.page() as page:
        url = page.run().elements["download_button"].url
        assert {browser.get(url).text[:6] for _ in range(TRIES)} == {"report"}


def test_stickiness_spreads_browsers(replicas: Replicas, browse: Callable[..., Browser]) -> None:
    """It keeps one browser on a replica, not all of them on the same one."""
    before = len(replicas.sticky.ports("/_stcore/stream"))
    for _ in range(2):
        with browse(replicas.sticky.url).page() as page:
            page.run()
    assert len(set(replicas.sticky.ports("/_stcore/stream")[before:])) == 2


def test_a_session_survives_a_broken_connection_with_stickiness(
    replicas: Replicas, browse: Callable[..., Browser]
) -> None:
    """Who comes back within Streamlit's 120 s finds the session's state."""
    browser = browse(replicas.sticky.url)
    with browser.page() as page:
        first = page.run()
    with browser.page(first.session_id) as page:
        again = page.run()
    assert ("runs: 1" in first.texts, "runs: 2" in again.texts) == (True, True)
    assert again.session_id == first.session_id


def test_a_session_is_lost_where_the_connection_comes_back_to_the_other_replica(
    replicas: Replicas, browse: Callable[..., Browser]
) -> None:
    """Without stickiness, or when its task is gone, a browser begins anew."""
    browser = browse(replicas.sticky.url)
    with browser.page() as page:
        first = page.run()
    browser.leave()
    with browser.page(first.session_id) as page:
        again = page.run()
    assert replicas.sticky.ports("/_stcore/stream")[-1] != replicas.sticky.ports("/_stcore/stream")[-2]
    assert "runs: 1" in again.texts
    assert again.session_id != first.session_id


def test_an_upload_needs_the_xsrf_token(replicas: Replicas, browse: Callable[..., Browser]) -> None:
    """XSRF protection is on with the template's options: a form of another site cannot upload."""
    browser = browse(replicas.sticky.url)
    with browser.page() as page:
        urls = page.file_urls(page.run())
        assert browser.put(urls.upload_url, b"content", xsrf=False).status_code == 403


def test_the_xsrf_token_counts_on_every_replica(strangers: Replicas, browse: Callable[..., Browser]) -> None:
    """It is compared with the browser's own cookie, and needs no shared secret."""
    browser = browse(strangers.in_turn.url)
    with browser.page() as page:
        urls = page.file_urls(page.run())
        statuses = {browser.put(urls.upload_url, b"content").status_code for _ in range(TRIES)}
    assert statuses == {204, 400}
