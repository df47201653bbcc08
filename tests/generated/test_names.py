"""Each name that a template gives is looked up before a deployment, or is listed with the reason why it need not be."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from hypothesis import HealthCheck, Phase, given, settings

from stacks.build.render import render
from stacks.cloudformation.stack import RETAINING
from stacks.iam.derive.resources.identifiers import Tree
from stacks.place import ANYTHING, Place
from stacks.rendered.names import NESTED_STACK
from templates.resource_types import TYPES, record
from templates.resource_types.record import Lookup
from tests.generated import seen
from tests.generated.documents import documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.rendered.tree import Resource
    from stacks.settings import Settings

SUFFIXES = ("Name", "Family", "Prefix")
"""How properties with a name end."""
PLACE = Place(partition="aws", region="ap-northeast-2", account="111122223333")
drawn = partial(
    settings,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def names(resource_type: str) -> tuple[set[str], set[str]]:
    """The properties that identify a resource of this type for CloudFormation, and those that look like its name."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", resource_type).schema
    made = {*schema.get("readOnlyProperties", [])}
    identifier = {path.split("/")[2] for path in schema["primaryIdentifier"] if path not in made}
    return identifier, {it for it in schema["properties"] if it.endswith(SUFFIXES)}


def is_fixed(tree: Tree, resource: Resource, name: str) -> bool:
    """Whether the template says what the property will be, and leaves nothing of it to CloudFormation."""
    value = resource.properties.get(name)
    if value is None or isinstance(value, list):
        return False
    texts = tree.texts(value, resource.module)
    return bool(texts) and not any(ANYTHING in it for it in texts)


def fixed(wanted: Settings) -> Iterator[str]:
    """The types of which the tree has resources with a name of their own."""
    tree = Tree(render(wanted), PLACE)
    for resource in tree.resources():
        if resource.type == NESTED_STACK:
            continue
        identifier, named = names(resource.type)
        definition = resource.module.template["Resources"][resource.logical_id]
        is_adopted = getattr(record(resource.type).lookup, "kind", "") == "adopted"
        assert not is_adopted or definition.get("DeletionPolicy") in RETAINING, resource.logical_id
        if any(is_fixed(tree, resource, it) for it in (*identifier, *named)):
            yield resource.type


def test_the_record_of_each_type_with_a_name_says_whether_it_is_looked_up() -> None:
    """And no other record does: of all environments, and of whatever the models accept."""
    found: dict[str, set[str]] = defaultdict(set)
    for tree in seen.trees():
        for it in fixed(tree.settings):
            found[it].add(tree.name)

    @drawn(max_examples=40)
    @given(documents() | documents(wanted=("names", "task_role")))
    def collects(document: dict[str, Any]) -> None:
        wanted = seen.accepted(document)
        for it in fixed(wanted) if wanted else ():
            found[it].add("drawn")

    collects()
    said = {name: it.lookup for name, it in TYPES.items() if it.lookup is not None}
    assert {*found} - {*said} == set()
    assert {name for name, it in said.items() if isinstance(it, Lookup) or it.kind != "belongs"} - {*found} == set()


@pytest.mark.parametrize(
    ("resource_type", "lookup"), [(name, it.lookup) for name, it in TYPES.items() if isinstance(it.lookup, Lookup)]
)
def test_what_is_looked_up_is_what_identifies_it(resource_type: str, lookup: Lookup) -> None:
    """The properties of the schema's primary identifier, or the name where AWS makes the identifier."""
    identifier, named = names(resource_type)
    assert {*lookup.properties} & (identifier | named)
    if identifier - {"Scope", "Cluster", "SetIdentifier"}:
        assert identifier - {"Scope", "SetIdentifier"} <= {*lookup.properties}
