"""Each resource type that templates can have, of whatever settings are accepted, has a record, and all of its parts."""

from __future__ import annotations

import dataclasses
import json
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from sandbox.extension.cloudformation import explicit_names
from stacks.adopt.execution.templates import PLACEHOLDER_TYPE
from stacks.aws.clients import SERVICES, Clients
from stacks.iam.compare.missing import Lacking, find_missing, judge_by_policies
from stacks.iam.derive.deployment import deployment_needs
from stacks.iam.derive.drifting import SOURCE
from stacks.iam.derive.reference import action_exists, any_resource, resource_types_of
from stacks.iam.derive.resources.identifiers import identifying_arns, own_arns
from stacks.iam.evaluate.evaluation import Outcome, Policies, Request, decide
from stacks.place import Place
from stacks.plan.unique import is_name
from templates import bootstrap
from templates.resource_types import TYPES
from templates.resource_types.record import Lookup, NotLookedUp
from tests.generated import seen
from tests.support.template_policies import REGION, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stacks.iam.derive.needs import Needs
    from templates.resource_types.record import ResourceType

ROLE = "AWS::IAM::Role"
ANYWHERE = Place(partition="*", region="*", account="*")
LOOKUPS = {name: it.lookup for name, it in TYPES.items() if isinstance(it.lookup, Lookup)}


def schema(resource_type: str) -> Any:
    """The provider schema of a type."""
    return PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, resource_type).schema


@cache
def bootstrapping() -> Any:
    """The template of the bootstrap stack with all that it can have."""
    settings = bootstrap.Settings(
        github_repository="example/app", github_branches=("main",), github_pull_requests=True, execution_role=True
    )
    return json.loads(bootstrap.build("preto-2", settings).body)


def test_some_settings_make_each_type_that_the_source_names() -> None:
    """So that what is generated from the trees is about all of them: settings that no file can have would show here."""
    made = set().union(*(it.types for it in seen.trees()))
    assert seen.named_in_source("templates", without=seen.BOOTSTRAP) <= made


def test_each_type_has_a_record_and_no_record_is_left_over() -> None:
    """Those that the source of the templates names, those that are rendered, and the placeholder of a takeover."""
    made = set().union(*(it.types for it in seen.trees()))
    once = {it["Type"] for it in bootstrapping()["Resources"].values()}
    assert made | once | seen.named_in_source("templates") | {PLACEHOLDER_TYPE} == {*TYPES}


@pytest.mark.parametrize("record", TYPES.values(), ids=TYPES)
def test_a_record_agrees_with_the_schema(record: ResourceType) -> None:
    """The name is the property that is called like the type and cannot be changed; `Ref` gives the identifier."""
    found = schema(record.type)
    fixed = [path.split("/", 2)[2] for path in found.get("createOnlyProperties", ())]
    called = [it for it in fixed if is_name(record.type, it)]
    assert record.name in (called or ["", *fixed])
    identifier = [path.split("/", 2)[2] for path in found["primaryIdentifier"]]
    if identifier == [record.name]:
        assert record.ref == "name"
    own = next(iter(record.arns.values()), "")
    if (identifier[0].endswith("Arn") and own and not str(own).startswith("{")) or record.rewritten[0]:
        assert record.ref == "arn"
    written = {*found["properties"]}
    placed = (path.partition(".")[0] for path in record.place)
    named = [*placed, *record.within, *(path.partition(".")[0].partition("[")[0] for path in record.shown or ())]
    assert {*named, *(it.property.partition(".")[0] for it in record.passes)} <= written
    assert {*record.fixed} <= {path.split("/")[2] for path in found.get("readOnlyProperties", ())} | written


@pytest.mark.parametrize("record", TYPES.values(), ids=TYPES)
def test_what_people_are_told_of_has_a_noun(record: ResourceType) -> None:
    """A name that is taken, or that stays, is said with it."""
    assert record.noun or not (record.place or record.remedy or hasattr(record.lookup, "operation"))


def test_what_counts_as_a_replacement_is_one_on_conditions() -> None:
    """What the schema has replaced always needs no record, and nor does what it never replaces."""
    recorded = {(it.type, f"/properties/{name}") for it in TYPES.values() for name in it.replacing}
    assert recorded
    for resource_type, path in recorded:
        assert path in schema(resource_type)["conditionalCreateOnlyProperties"]


def test_arns_are_those_of_their_kind() -> None:
    """By the service authorization reference, for each resource of the trees and each kind in its record."""
    wrong = {
        (it.type, kind, arn)
        for found in seen.trees()
        for it in found.tree.resources()
        for kind, arns in identifying_arns(found.tree, it).items()
        for arn in arns
        if not any(fnmatchcase(arn, pattern) for pattern in any_resource(kind, ANYWHERE))
    }
    assert wrong == set()


def handed() -> Iterator[tuple[str, str]]:
    """The types of the trees with the properties that name a role of the tree."""
    for found in seen.trees():
        for it in found.tree.resources():
            for name, value in it.properties.items() if not it.type.startswith(("AWS::IAM", "AWS::CloudF")) else ():
                if any(other.type == ROLE for other in found.tree.referred(value, it.module)):
                    yield it.type, name


def test_each_role_that_is_handed_on_is_in_the_record() -> None:
    """By the property that names it, unless that is a policy document."""
    documents = {"KeyPolicy", "PolicyDocument", "RepositoryPolicyText"}
    missing = {
        (resource_type, name)
        for resource_type, name in handed()
        if name not in documents | {it.property.partition(".")[0] for it in TYPES[resource_type].passes}
    }
    assert missing == set()


def texts(part: Any) -> Iterator[str]:
    """All texts in settings."""
    if isinstance(part, dict):
        part = list(part.values())
    if isinstance(part, list | tuple):
        for it in part:
            yield from texts(it)
    elif part and isinstance(part, str):
        yield part


def lacked(found: seen.Seen, role: str, needs: Needs) -> tuple[set[str], set[str]]:
    """The needs for what is the project's own that a role of the bootstrap stack lacks, and those it lacks perhaps.

    What the settings name by its name or ARN belongs to others.
    """
    lacking = find_missing(
        needs, judge_by_policies(Policies(identity=read(bootstrapping(), role)), {}, REGION), whose=role
    )
    others = tuple(f"/{text}" for text in texts(found.settings.model_dump()))

    def own(lacks: Iterable[Lacking]) -> set[str]:
        each = [(f"{it.need.action} on {arn}", arn) for it in lacks for arn in it.need.resources]
        return {what for what, arn in each if not f"/{arn.rstrip('*')}".endswith(others)}

    return own(lacking.missing), own(lacking.undecided)


def test_the_execution_role_may_do_all_that_the_types_need() -> None:
    """With the project's own rights; what hangs on the tags of a key is not known before there is one.

    A type whose record says nothing of its ARN would need rights on all of the account's.
    """
    for found in seen.trees():
        needs = deployment_needs(found.settings, found.tree.rendered, seen.ACCOUNT)
        certainly, perhaps = lacked(found, "ExecutionRole", dataclasses.replace(needs, deployer=()))
        assert certainly == set(), found.name
        assert {it.partition(":")[0] for it in perhaps} <= {"kms"}, found.name


def test_the_role_that_deploys_may_look_for_drift_of_all_types() -> None:
    """CloudFormation reads each resource with the rights of whoever looks for drift."""
    for found in seen.trees():
        needs = deployment_needs(found.settings, found.tree.rendered, seen.ACCOUNT)
        reads = tuple(it for it in needs.deployer if it.source == SOURCE)
        assert reads
        wanted = dataclasses.replace(needs, deployer=reads, cloudformation=())
        assert lacked(found, "GitHubActionsRole", wanted) == (set(), set()), found.name


@pytest.mark.parametrize("role", ["GitHubActionsRole", "GitHubPlanRole"])
def test_the_roles_that_plan_may_look_up_each_name(role: str) -> None:
    """On the type's own ARN where IAM knows a resource for it."""
    policies = Policies(identity=read(bootstrapping(), role))
    asked = {
        (lookup.action, arn)
        for found in seen.trees()
        for it in found.tree.resources()
        if isinstance(lookup := TYPES[it.type].lookup, Lookup)
        for arn in (own_arns(found.tree, it) if resource_types_of(lookup.action) else ("*",))
    }
    here = {"aws:RequestedRegion": (REGION,)}
    outcomes = {(action, arn): decide(Request(action, arn, here), policies).outcome for action, arn in asked}
    assert {action for action, _ in asked} == {it.action for it in LOOKUPS.values()}
    assert {it for it, outcome in outcomes.items() if outcome is not Outcome.ALLOWED} == set()


@pytest.mark.parametrize("record", TYPES.values(), ids=TYPES)
def test_each_role_that_a_service_makes_for_itself_is_in_the_record(record: ResourceType) -> None:
    """Where the handlers may make a service-linked role, the record names it, or says why there is none."""
    action = "iam:CreateServiceLinkedRole"
    handlers = schema(record.type).get("handlers", {}).values()
    if any(action in it.get("permissions", ()) for it in handlers):
        assert record.service_linked or any(action in it.actions for it in record.only)


@pytest.mark.parametrize(("resource_type", "lookup"), LOOKUPS.items(), ids=LOOKUPS)
def test_a_look_up_is_a_call_that_aws_has(resource_type: str, lookup: Lookup) -> None:
    """Client, operation, parameters, lists and tokens exist, by botocore's model; the right is one that IAM knows.

    All pages of a list are read, and the errors that say that there is none are known.
    """
    assert lookup.client in Clients.__annotations__
    model: Any = botocore.session.get_session().get_service_model(SERVICES.get(lookup.client, lookup.client))
    (name,) = [it for it in model.operation_names if botocore.xform_name(it) == lookup.operation]
    operation = model.operation_model(name)
    token = [lookup.pages] if lookup.pages else []
    assert bool(token) == bool(lookup.matching and {"NextMarker", "NextToken"} & {*operation.output_shape.members})
    codes = {it.metadata.get("error", {}).get("code") or it.name for it in operation.error_shapes}
    absent = ("NotFound", "ResourceNotFound", f"{resource_type.rpartition('::')[2]}NotFound", "ClusterNotFound")
    assert lookup.matching or {it for it in codes if it.startswith(absent)} <= {*lookup.absent}
    asked = {*lookup.parameters, *(it for _, it in token)}
    told = {*lookup.items, *(it for it, _ in token)}
    assert asked <= {*operation.input_shape.members}
    assert told <= {*operation.output_shape.members}
    for item in lookup.items:
        each = operation.output_shape.members[item].member
        assert {*lookup.matching, *lookup.ended} <= {*getattr(each, "members", ())}
    assert action_exists(lookup.action)
    assert lookup.action.partition(":")[2].lower() == name.lower()


def test_the_sandbox_finds_the_same_names_in_the_way() -> None:
    """Within what they are unique, and of which types one of an existing name is taken over."""
    assert {name: it.within for name, it in TYPES.items() if it.within} == explicit_names.SCOPES
    free = {name for name, it in TYPES.items() if isinstance(it.lookup, NotLookedUp) and it.lookup.kind == "free"}
    assert free >= explicit_names.TAKEN_OVER
