"""The tables are reviewed: what is in because nobody has said otherwise is listed, and no line is without effect."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from stacks.cloudformation import schemas
from stacks.iam.derive.reference import action_exists, any_resource
from stacks.iam.derive.resources import PHASES
from stacks.iam.derive.resources.roles import HANDED, is_reviewed
from stacks.iam.derive.resources.targets import TAGGING
from stacks.iam.derive.resources.usage import usage_of
from stacks.place import place
from templates.resource_types import TYPES
from tests.generated import seen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from templates.resource_types.record import Only

REGION = "ap-northeast-2"
BY_DEFAULT = Path(__file__).parent / "by_default.txt"
NO_ACTIONS = {
    "iam:DescribeOrganization",
    "payments:GetConnectedAccount",
    "s3:DeleteBucketAnalyticsConfiguration",
    "s3:DeleteBucketCors",
    "s3:DeleteBucketEncryption",
    "s3:DeleteBucketLifecycle",
    "s3:DeleteBucketMetricsConfiguration",
    "s3:DeleteBucketReplication",
    "s3:PutBucketReplication",
    "s3:PutObjectLockConfiguration",
    "s3:REST.PUT.OBJECT",
    "vpc-lattice:DescribeServiceNetworkVpcEndpointAssociation",
}
"""What the schemas of our types list and IAM does not know: S3's operations under other names than its actions, and
calls that are not public."""


def emitted() -> list[str]:
    """All types that an environment can have: those that the source of the templates names, bootstrap's own apart."""
    return sorted(seen.named_in_source("templates", without=seen.BOOTSTRAP))


def listed(resource_type: str) -> set[str]:
    """What the handlers of a type that are called list."""
    found = schemas.handlers(REGION, resource_type)
    return {action for handler in PHASES for action in found.get(handler, ())}


def properties(resource_type: str) -> set[str]:
    """What a resource of a type can have."""
    return set(PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, resource_type).schema["properties"])


def by_default() -> Iterator[str]:
    """Each action of a type that every resource of it is taken to need: no line is about it."""
    for resource_type in emitted():
        for action in sorted(listed(resource_type)):
            if (
                action_exists(action)
                and not usage_of(resource_type, action)
                and not TAGGING.match(action)
                and not (action in HANDED and is_reviewed(resource_type))
            ):
                yield f"{resource_type} {action}"


def test_what_is_in_by_default_has_been_looked_at(request: pytest.FixtureRequest) -> None:
    """A new type, or a new action in a schema, shows here: give it a line in `only`, or let it in by default."""
    found = "".join(f"{line}\n" for line in by_default())
    if request.config.getoption("--update-golden"):
        BY_DEFAULT.write_text(found, encoding="utf-8")
    assert found == BY_DEFAULT.read_text(encoding="utf-8"), "run pytest --update-golden and read the diff"


def test_every_type_that_any_environment_makes_is_known() -> None:
    """Each has a schema with handlers, and a record."""
    for resource_type in emitted():
        assert schemas.handlers(REGION, resource_type), resource_type
        assert resource_type in TYPES


def test_what_is_left_out_as_no_action_is_none() -> None:
    """Nothing real is dropped because a list of actions is old."""
    unknown = {action for it in emitted() for action in listed(it) if not action_exists(action)}
    assert unknown <= NO_ACTIONS


@pytest.mark.parametrize(
    ("resource_type", "line"),
    [(name, line) for name, it in TYPES.items() for line in it.only],
    ids=lambda it: it if isinstance(it, str) else it.actions[0],
)
def test_every_line_is_about_something_that_the_schema_has(resource_type: str, line: Only) -> None:
    """A misspelt type, action or property would silently change nothing."""
    actions = listed(resource_type)
    for pattern in line.actions:
        assert any(fnmatchcase(action, pattern) for action in actions), pattern
    for path in line.properties:
        assert path.partition("~")[0].partition(".")[0] in properties(resource_type), path
    assert line.properties or line.why


def test_what_the_schemas_lack_is_real_lacking_and_sourced() -> None:
    """Each action exists, no handler of its type lists it already, and a page of AWS, or a report, says that it is."""
    for resource_type, line in ((name, line) for name, it in TYPES.items() for line in it.lacking):
        for action in line.actions:
            assert action_exists(action), action
            assert action not in listed(resource_type), action
        assert line.source.startswith(("https://docs.aws.amazon.com/", "https://github.com/"))
        assert line.why
        assert line.steps


def test_kinds_of_resources_are_those_of_the_reference() -> None:
    """A misspelt kind would leave its ARN unused."""
    place_ = place(REGION, None)
    for resource_type, how in TYPES.items():
        for kind in how.arns:
            assert any_resource(kind, place_), (resource_type, kind)
