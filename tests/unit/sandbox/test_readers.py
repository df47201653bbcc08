"""Every type of the templates that AWS can read, the sandbox can read."""

from __future__ import annotations

from sandbox.extension.reading import registry
from sandbox.extension.schemas.provider_schemas import schema_of
from templates.resource_types import TYPES
from tests.support.accounts import REGION


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
