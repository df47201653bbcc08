"""What an engine says when it fails, and what is said to that."""

from __future__ import annotations

import pytest

from stacks.images.failures import cause, hint
from stacks.images.programs import Ended


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("exec /bin/sh: exec format error", "run on linux/arm64, which this machine does not execute"),
        ("ERROR: no match for platform in manifest: not found", "is not there for linux/arm64"),
        ("toomanyrequests: You have reached your pull rate limit", "log in to it"),
        ("unknown flag: --provenance", "older than 0.10"),
        ("write /layer.tar: no space left on device", "docker system prune"),
        ("denied: User: x is not authorized to perform: ecr:PutImage", "permissions prod --for push --missing"),
        ("tag invalid: The image tag 'v1' already exists and cannot be overwritten because it is immutable", "--tag"),
        ("lookup nosuch.invalid: no such host", "name of the registry"),
        ("something else", ""),
    ],
)
def test_known_failures_have_a_remedy(said: str, words: str) -> None:
    """In the words of Docker, Podman and the registries; anything else is left as it is."""
    found = hint(Ended(code=1, lines=(said,)), program="docker", platform="linux/arm64", environment="prod")
    assert words in found
    assert bool(found) is bool(words)


def test_the_cause_is_the_last_line_that_speaks_of_an_error() -> None:
    """Engines write a hint, or an empty line, after it."""
    assert cause(Ended(code=1, lines=("#1 ok", "ERROR: failed to solve", "", "View build details"))) == (
        "ERROR: failed to solve"
    )
    assert cause(Ended(code=1, lines=("one", "two"))) == "two"
    assert not cause(Ended(code=1, lines=()))


def test_how_it_ended_is_in_words() -> None:
    """Its exit code, or the signal that has killed it."""
    assert Ended(code=125, lines=()).how == "exit code 125"
    assert Ended(code=-9, lines=()).how == "killed by SIGKILL"
    assert Ended(code=-63, lines=()).how == "killed by signal 63"
