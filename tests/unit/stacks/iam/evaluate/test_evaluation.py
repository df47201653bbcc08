"""What policies allow, by AWS's documentation, case by case."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.unit.stacks.iam.evaluate.tables import ROWS

if TYPE_CHECKING:
    from tests.unit.stacks.iam.evaluate.rows import Row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_request_is_decided_as_documented(row: Row) -> None:
    """Allowed, denied, not allowed or unknown, as the page says that the row names."""
    decision = row.decided()
    assert decision.outcome is row.outcome, f"{row.page}: {decision.why}"


def test_every_case_is_there_once() -> None:
    """At least 150, each with a name of its own."""
    assert len(ROWS) >= 150
    assert not [name for name, count in Counter(row.name for row in ROWS).items() if count > 1]
