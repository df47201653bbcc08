"""The records of Terraform's types agree with the provider schemas and with our templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from stacks.adopt.types import take_inventory
from stacks.adopt.types.record import Owned, Part
from stacks.adopt.types.table import TYPES
from templates.resource_types import TYPES as OURS
from tests.support.template_policies import REGION
from tests.unit.stacks.adopt.types.examples import ATTRIBUTES, held

if TYPE_CHECKING:
    from collections.abc import Iterator

# Patterns of the schemas are Java's, which Python does not read.
Validator = jsonschema.validators.extend(jsonschema.Draft7Validator, {"pattern": None, "patternProperties": None})  # type: ignore[no-untyped-call]  # it has no types
OWNED = sorted(name for name, it in TYPES.items() if isinstance(it, Owned) and name in ATTRIBUTES)


def schema(resource_type: str) -> Any:
    """The provider schema of a type."""
    return PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, resource_type).schema


def with_parts(name: str) -> Iterator[str]:
    """The type, and those that are parts of its resources."""
    yield name
    yield from (part for part, it in TYPES.items() if isinstance(it, Part) and it.type == TYPES[name].type)  # type: ignore[union-attr]  # an owned type


def test_all_become_something_that_our_templates_have() -> None:
    """A type whose resources no template has would never find a place."""
    assert {it.type for it in TYPES.values() if isinstance(it, (Owned, Part))} <= OURS.keys()


@pytest.mark.parametrize("name", OWNED)
def test_identifiers_have_the_keys_of_the_schema_in_its_order(name: str) -> None:
    """`ResourcesToImport` takes them by name, Cloud Control joined in this order."""
    [found] = take_inventory([held(name)]).candidates
    keys = [it.removeprefix("/properties/") for it in schema(found.type)["primaryIdentifier"]]
    assert list(found.identifier) == keys


@pytest.mark.parametrize("name", OWNED)
def test_recorded_properties_are_valid(name: str) -> None:
    """With those of all parts: names, types and values as CloudFormation takes them, and nothing that is read-only."""
    [found] = take_inventory(held(it) for it in with_parts(name)).candidates
    described = schema(found.type)
    read_only = {it.removeprefix("/properties/") for it in described.get("readOnlyProperties", [])}
    problems = [
        f"{it.json_path}: {it.message}"
        for it in Validator(described).iter_errors(found.recorded)
        if it.validator in {"additionalProperties", "type", "enum"}
    ]
    assert not problems
    assert not read_only & found.recorded.keys()
