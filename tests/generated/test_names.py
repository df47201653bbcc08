"""Each name that a template gives is looked up before a deployment, or is listed with the reason why it need not be."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import ValidationError

from stacks.build.render import render
from stacks.cloudformation.stack import RETAINING
from stacks.place import ANYTHING, Place
from stacks.preflight.existence import ADOPTED, FREE, TYPES
from stacks.rendered.tree import NESTED_STACK, Tree
from stacks.settings import Settings, load
from tests.generated.documents import as_taken, documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.rendered.tree import Resource

ENVIRONMENTS = Path(__file__).parents[2] / "environments"
SUFFIXES = ("Name", "Family", "Prefix")
"""How properties with a name end."""
PLACE = Place(partition="aws", region="ap-northeast-2", account="111122223333")
BELONGING: dict[str, str] = {
    "AWS::EC2::Route": "of a route table of the stack",
    "AWS::EC2::VPCCidrBlock": "of the VPC of the stack",
    "AWS::EC2::VPCGatewayAttachment": "of the VPC of the stack",
    "AWS::S3::BucketPolicy": "of a bucket of the stack",
    "AWS::WAFv2::LoggingConfiguration": "of the web ACL of the stack",
    "AWS::WAFv2::WebACLAssociation": "of the load balancer of the stack",
}
"""Types whose identifier is that of another resource, with which they are new."""
drawn = partial(
    settings,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
RARE: tuple[dict[str, Any], ...] = (
    {"ecr": {"pull_through_cache": {"upstream": "ecr-public", "prefix": "public"}}},
    {"iam": {"github_actions_role_name": "GitHubActionsRole"}},
    {"monitoring": {"alarms": True, "emails": ("team@example.com",), "dashboard": True, "log_insights": True}},
)
"""Settings with types of which few drawn files have any."""


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
        assert resource.type not in ADOPTED or definition.get("DeletionPolicy") in RETAINING, resource.logical_id
        if any(is_fixed(tree, resource, it) for it in (*identifier, *named)):
            yield resource.type


def environments() -> Iterator[Settings]:
    """The committed ones, and some that are rarely drawn."""
    for path in sorted(ENVIRONMENTS.glob("*.toml")):
        yield load(path.stem, directory=ENVIRONMENTS)
    file = {"project": "preto-2", "environment": "whole", "aws": {"region": "ap-northeast-2"}}
    for tables in RARE:
        yield Settings.model_validate(file | tables)


def test_each_type_with_a_name_is_looked_up_or_listed() -> None:
    """And nothing is in the lists that no template has: of all environments, and of whatever the models accept."""
    found: dict[str, set[str]] = defaultdict(set)
    for wanted in environments():
        for it in fixed(wanted):
            found[it].add(wanted.environment)

    @drawn(max_examples=40)
    @given(documents())
    def collects(document: dict[str, Any]) -> None:
        try:
            wanted = Settings.model_validate(as_taken(document))
        except ValidationError:
            return
        for it in fixed(wanted):
            found[it].add("drawn")

    collects()
    assert {*found} - {*TYPES} - {*FREE} - {*BELONGING} - ADOPTED == set()
    assert {*TYPES, *FREE, *ADOPTED} - {*found} == set()


@pytest.mark.parametrize("resource_type", TYPES)
def test_what_is_looked_up_is_what_identifies_it(resource_type: str) -> None:
    """The properties of the schema's primary identifier, or the name where AWS makes the identifier."""
    identifier, named = names(resource_type)
    assert {*TYPES[resource_type].properties} & (identifier | named)
    if identifier - {"Scope", "Cluster", "SetIdentifier"}:
        assert identifier - {"Scope", "SetIdentifier"} <= {*TYPES[resource_type].properties}
