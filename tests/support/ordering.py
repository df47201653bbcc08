"""Order the tests for a run with several processes.

Each process begins with a share of the list, and later takes tests from the ends of the others' shares. So the slow
files stand at the beginnings of the shares: at the end of the run they would keep it waiting.
"""

from __future__ import annotations

from itertools import chain, cycle, islice
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

WAITING = (
    "tests/e2e/adopt/test_whole_way_from_terraform.py",
    "tests/e2e/commands/test_watching.py",
    "tests/e2e/commands/test_faults.py",
    "tests/e2e/commands/test_aws_cli.py",
    "tests/e2e/commands/test_run.py",
    "tests/e2e/commands/test_recovery.py",
    "tests/e2e/history/test_history_and_rollback.py",
)
"""Files that take long because they wait for an AWS in which things take time, as `make test` tells."""
BUSY = (
    "tests/generated/test_all_settings.py",
    "tests/generated/test_transitions.py",
    "tests/e2e/iam/test_permissions_enforced.py",
    "tests/policies/test_linted.py",
    "tests/e2e/iam/test_each_right_removed.py",
    "tests/e2e/commands/test_several_environments.py",
)
"""Files that take long because they compute."""
LONG = (*WAITING, *BUSY)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the slow files first in the shares; without other processes, keep the order."""
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers > 1:
        items[:] = in_shares(items, workers)


def in_shares(items: Iterable[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the tests in shares of equal size, one after the other, each beginning with its slow files."""
    long: dict[str, list[pytest.Item]] = {file: [] for file in LONG}
    others: list[pytest.Item] = []
    for item in items:
        long.get(item.nodeid.partition("::")[0], others).append(item)
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    # Half of the processes wait while the others keep the cores busy.
    half = max(1, workers // 2)
    for files, some in ((WAITING, shares[:half]), (BUSY, shares[-half:])):
        for share, file in zip(cycle(some), files, strict=False):
            share.extend(long[file])
    pending, rest = len(others) + sum(map(len, shares)), iter(others)
    for number, share in enumerate(shares):
        size = pending // (workers - number)  # as pytest-xdist hands them out
        share.extend(islice(rest, max(0, size - len(share))))
        pending -= len(share)
    return [*chain.from_iterable(shares), *rest]
