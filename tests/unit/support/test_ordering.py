"""The order of a test run with several processes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.support.ordering import LONG, in_shares


def test_each_share_begins_with_its_long_files_and_no_test_is_lost() -> None:
    """The shares are as long as those that pytest-xdist hands out, so that their beginnings are theirs."""
    files = ["tests/test_a.py"] * 100 + [LONG[1]] * 7 + ["tests/test_b.py"] * 93 + [LONG[0]] * 3 + [LONG[4]] * 5
    items: list[Any] = [SimpleNamespace(nodeid=f"{file}::test_{number}") for number, file in enumerate(files)]
    found = in_shares(items, 4)
    assert sorted(it.nodeid for it in found) == sorted(it.nodeid for it in items)
    starts = [found[number * 52].nodeid.partition("::")[0] for number in range(4)]
    assert starts == [LONG[0], LONG[1], "tests/test_a.py", "tests/test_b.py"]
    assert [it.nodeid.partition("::")[0] for it in found[:8]] == [LONG[0]] * 3 + [LONG[4]] * 5
