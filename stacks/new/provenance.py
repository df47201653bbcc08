"""From where this project is installed, so that a pipeline can install the same."""

from __future__ import annotations

import json
import re
import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

DISTRIBUTION = "preto-2-stacks"
SECONDS = 5
"""How long git may take."""


def requirement() -> str | None:
    """Return what pip installs, with a commit; None where the installation is from no repository that others reach.

    `direct_url.json` says from where:
    https://packaging.python.org/en/latest/specifications/direct-url-data-structure/
    """
    try:
        text = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    found = json.loads(text) if text else {}
    if commit := found.get("vcs_info", {}).get("commit_id"):
        return _written(found["url"], commit)
    if found.get("dir_info") is None or not (folder := Path(url2pathname(urlsplit(found["url"]).path))).is_dir():
        return None
    origin, commit = git(folder, "remote", "get-url", "origin"), git(folder, "rev-parse", "HEAD")
    return _written(origin, commit) if origin and commit else None


def repository(folder: Path) -> tuple[str, str] | None:
    """Return host and path (`github.com`, `OWNER/NAME`) of the remote repository of a folder, or None."""
    found = _https(git(folder, "remote", "get-url", "origin"))
    if found is None:
        return None
    address = urlsplit(found)
    return address.hostname or "", address.path.strip("/").removesuffix(".git")


def git(folder: Path, *words: str) -> str:
    """Return what git prints about a folder; "" where there is no git, or no repository."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            ["git", "-C", str(folder), *words],  # noqa: S607 - found on PATH, as the user's shell does
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _written(url: str, commit: str) -> str | None:
    address = _https(url)
    return f"{DISTRIBUTION} @ git+{address}@{commit}" if address else None


def _https(url: str) -> str | None:
    """Return the address of a repository by HTTPS, without a user or a password; None for one that is no host's."""
    if found := re.fullmatch(r"(?:ssh://)?(?:[\w.-]+@)([\w.-]+)(?::\d+/|[:/])(.+)", url):
        return f"https://{found[1]}/{found[2]}"
    address = urlsplit(url)
    if address.scheme not in {"http", "https", "ssh", "git"} or not address.hostname:
        return None
    return f"https://{address.hostname}{address.path}"
