"""A read-only root file system: where Streamlit writes.

The server runs in a mount namespace in which every file system but /dev, /proc and /sys is read-only.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.servers.processes import serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers.session import Browser

NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]
READ_ONLY = """
while read -r _ where _; do
    case $where in
        /dev*|/proc*|/sys*) ;;
        *) mount -o remount,bind,ro "$where" 2> /dev/null || true ;;
    esac
done < /proc/self/mounts
if touch "$HOME/written" 2> /dev/null; then echo "$HOME is writable"; exit 1; fi
"""
RUN = 'exec "$@"'
LARGE = 1024 * 1024 + 1
"""Bytes of an upload that Starlette does not keep in memory while it arrives (`MultiPartParser.spool_max_size`)."""


@pytest.fixture(autouse=True)
def _namespaces() -> None:
    probe = subprocess.run([*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip(f"no mount namespace for this user here: {probe.stderr.decode().strip()}")


def test_a_writable_temporary_directory_is_enough(
    variables: Callable[..., dict[str, str]], browse: Callable[..., Browser], home: Path
) -> None:
    """With TMPDIR writable alone, a page, its media and a large upload work."""
    under = [*NAMESPACE, "sh", "-ec", f'{READ_ONLY} mount -t tmpfs tmpfs "$TMPDIR"; {RUN}', "sh"]
    environment = variables(HOME=str(home), TMPDIR=str(home / "tmp"))
    with serving(environment, under=under, cwd=home) as server:
        browser = browse(f"http://127.0.0.1:{server.port}")
        with browser.page() as page:
            drawn = page.run()
            assert browser.get(drawn.elements["download_button"].url).status_code == 200
            urls = page.file_urls(drawn)
            assert browser.put(urls.upload_url, b"x" * LARGE).status_code == 204
            assert f"uploaded: {LARGE} bytes" in page.use_file(drawn, urls, LARGE).texts


def test_without_any_writable_place_only_large_uploads_fail(
    variables: Callable[..., dict[str, str]], browse: Callable[..., Browser], home: Path
) -> None:
    """Streamlit writes nothing to the home or the working directory, and small uploads stay in memory."""
    under = [*NAMESPACE, "sh", "-ec", f"{READ_ONLY} {RUN}", "sh"]
    environment = variables(HOME=str(home), TMPDIR=str(home / "tmp"))
    with serving(environment, under=under, cwd=home) as server:
        browser = browse(f"http://127.0.0.1:{server.port}")
        with browser.page() as page:
            drawn = page.run()
            assert browser.get(drawn.elements["download_button"].url).status_code == 200
            urls = page.file_urls(drawn)
            assert browser.put(urls.upload_url, b"content").status_code == 204
            assert "uploaded: 7 bytes" in page.use_file(drawn, urls, 7).texts
            assert browser.put(urls.upload_url, b"x" * LARGE).status_code == 500
