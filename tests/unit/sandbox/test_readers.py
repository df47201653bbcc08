"""Every type of the templates that AWS can read, the sandbox can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.extension.reading import drift, registry
from sandbox.extension.schemas.provider_schemas import schema_of
from templates.resource_types import TYPES
from tests.support.accounts import REGION

if TYPE_CHECKING:
    from typing import Any


def test_each_type_that_has_a_read_handler_has_a_reader() -> None:
    """So it can be imported, and its drift detected; the others cannot, as on AWS."""
    readable = {name for name in TYPES if "read" in (schema_of(REGION, name) or {}).get("handlers", {})}
    assert readable <= registry.READERS.keys()
    assert {name for name in registry.READERS if "read" not in (schema_of(REGION, name) or {})["handlers"]} == set()


def test_what_is_not_kept_is_a_property() -> None:
    """A misspelt one would be compared."""
    wrong = {
        f"{name}: {unread}"
        for name, readable in registry.READERS.items()
        for unread in readable.unread
        if unread not in (schema_of(REGION, name) or {})["properties"]
    }
    assert wrong == set()


@pytest.mark.parametrize(
    ("expected", "actual", "compared"),
    [
        ({"Port": 80}, {"Port": 80, "Protocol": "HTTP"}, {"Port": 80}),
        (
            [{"Key": "a", "Value": "1"}],
            [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "3"}],
            [{"Key": "a", "Value": "3"}],
        ),
        ({"Statement": []}, {"Statement": [], "Version": "2012-10-17"}, {"Statement": [], "Version": "2012-10-17"}),
        ("team", "arn:aws:ecs:ap-northeast-2:123456789012:cluster/team", "team"),
        ("example.com", "example.com.", "example.com"),
        (70, 70.0, 70),
        ("70", 70.0, "70"),
        (True, 1, 1),
        ("a", 1, 1),
        ([1], [1, 2], [1, 2]),
    ],
)
def test_drift_compares_what_the_template_sets(expected: Any, actual: Any, compared: Any) -> None:
    """Defaults and attributes that it does not name are left out; more in a policy, or a longer list, is not."""
    found = drift.as_set(expected, actual)
    assert (found, type(found)) == (compared, type(compared))
