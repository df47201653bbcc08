"""Which rights a role or user of the account lacks: IAM's simulator, its policies, or neither.

What the embedded AWS's simulator says of a pattern is no proof, so that much is read there as well.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stacks.build.render import render
from stacks.errors import UserError
from stacks.iam.compare import simulating
from stacks.iam.compare.difference import added_needs
from stacks.iam.compare.judging import judge_principal
from stacks.iam.compare.missing import UNREAD
from stacks.iam.compare.principal import Principal, find_caller, find_role
from stacks.iam.compare.simulating import RESULTS, simulation_key
from stacks.iam.derive.deployment import deployment_needs
from stacks.iam.derive.policy import policy_documents
from stacks.views import missing as view
from stacks.views import permissions as table
from tests.support.proxy import Call, Proxy, Reply, between
from tests.support.world import World, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stacks.iam.compare.missing import Found
    from stacks.iam.derive.needs import Needs
    from tests.support.faults import PassOn

DENIED = b"""<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error>
</ErrorResponse>"""
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
TAG = "application-autoscaling:TagResource"


def needs(world: World) -> Needs:
    """What Preto-2 needs in this account."""
    return deployment_needs(settings(), render(settings()), world.aws.account_id)


def enough(world: World) -> list[dict[str, Any]]:
    """The policies that allow it."""
    found = needs(world)
    return [*policy_documents(found.deployer), *policy_documents(found.cloudformation)]


def without(action: str, policies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The policies less one action."""
    for statement in (it for policy in policies for it in policy["Statement"]):
        statement["Action"] = [it for it in statement["Action"] if it != action] or ["sts:GetCallerIdentity"]
    return policies


def make_role(world: World, policies: list[dict[str, Any]], boundary: str = "", path: str = "/") -> Principal:
    """Make the role `deployer`: the first policy inline, the others attached."""
    more = {"PermissionsBoundary": boundary} if boundary else {}
    iam: Any = world.aws.iam
    iam.create_role(RoleName="deployer", Path=path, AssumeRolePolicyDocument=TRUST, **more)
    first, *others = policies
    iam.put_role_policy(RoleName="deployer", PolicyName="inline", PolicyDocument=json.dumps(first))
    for number, policy in enumerate(others):
        arn = make_policy(world, f"attached-{number}", policy)
        iam.attach_role_policy(RoleName="deployer", PolicyArn=arn)
    return find_role(world.aws, "deployer")


def make_policy(world: World, name: str, document: dict[str, Any]) -> str:
    """Make a managed policy, and give its ARN."""
    made = world.aws.iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))
    return made["Policy"]["Arn"]


def refused(*actions: str) -> Any:
    """What refuses these calls of IAM, or all that begin so."""

    def refuse(_call: Call, _pass_on: PassOn) -> Reply:
        return Reply(403, DENIED, {"Content-Type": "text/xml"})

    def choose(call: Call) -> Callable[[Call, PassOn], Reply] | None:
        return refuse if call.action.startswith(actions) else None

    return choose


@pytest.fixture
def unsimulated(empty: World) -> Iterator[tuple[World, Proxy]]:
    """Give an account in which nobody may ask the simulator."""
    with (
        between(empty.account.address.endpoint_url, refused("Simulate")) as proxy,
        closing(replace(empty.aws, endpoint_url=proxy.url, attempts=1)) as aws,
    ):
        yield replace(empty, aws=aws), proxy


def lacking(found: Found) -> set[str]:
    """The missing actions."""
    return {it.need.action for it in found.missing}


def test_a_role_with_exactly_the_derived_policies_lacks_nothing(empty: World) -> None:
    """Inline and attached policies count alike; nothing is undecided."""
    who = make_role(empty, enough(empty))
    found = judge_principal(empty.aws, needs(empty), who)
    assert (found.missing, found.undecided, found.notes) == ((), (), ())


@pytest.mark.parametrize("action", [TAG, "iam:PassRole", "s3:PutObject"])
def test_the_one_action_that_is_taken_away_is_named(empty: World, action: str) -> None:
    """By AWS's simulator where that is certain, and by reading the policies."""
    who = make_role(empty, without(action, enough(empty)))
    assert lacking(judge_principal(empty.aws, needs(empty), who)) == {action}


@pytest.mark.parametrize(("clusters", "lacks"), [("preto-2-*", set()), ("other-*", {"ecs:ListTasks"})])
def test_tasks_are_listed_of_the_deployments_own_cluster(empty: World, clusters: str, lacks: set[str]) -> None:
    """The role of `bootstrap` may list those of the project's clusters: it is asked for under that condition."""
    policies = enough(empty)
    statement = next(it for policy in policies for it in policy["Statement"] if "ecs:ListTasks" in it["Action"])
    cluster = f"arn:aws:ecs:{empty.aws.region}:{empty.aws.account_id}:cluster/{clusters}"
    limited = {
        **statement,
        "Sid": "ListTasks",
        "Action": ["ecs:ListTasks"],
        "Condition": {"ArnLike": {"ecs:cluster": cluster}},
    }
    policies = without("ecs:ListTasks", policies)
    policies[0]["Statement"].append(limited)
    assert lacking(judge_principal(empty.aws, needs(empty), make_role(empty, policies))) == lacks


def test_without_the_simulator_policies_and_boundary_are_read(unsimulated: tuple[World, Proxy]) -> None:
    """What the permissions boundary is too narrow for is missing, though the role's policies allow it."""
    world, proxy = unsimulated
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "NotAction": TAG, "Resource": "*"}]}
    boundary = make_policy(world, "boundary", everything)
    who = make_role(world, enough(world), boundary)
    found = judge_principal(world.aws, needs(world), who)
    assert lacking(found) == {TAG}
    assert {it.why for it in found.missing} == {"not allowed: what the permissions boundary allows is too narrow"}
    assert proxy.calls["SimulatePrincipalPolicy"] == 1


def test_a_users_groups_count(unsimulated: tuple[World, Proxy]) -> None:
    """A user's own policies, and those inline and attached of its groups, together."""
    world, _ = unsimulated
    iam = world.aws.iam
    own, grouped, *attached = without(TAG, enough(world))
    iam.create_user(UserName="kim")
    iam.create_group(GroupName="team")
    iam.add_user_to_group(UserName="kim", GroupName="team")
    iam.put_user_policy(UserName="kim", PolicyName="own", PolicyDocument=json.dumps(own))
    iam.put_group_policy(GroupName="team", PolicyName="grouped", PolicyDocument=json.dumps(grouped))
    for number, policy in enumerate(attached):
        iam.attach_group_policy(GroupName="team", PolicyArn=make_policy(world, f"more-{number}", policy))
    kim = find_caller(replace(world.aws, caller_arn=f"arn:aws:iam::{world.aws.account_id}:user/kim"))
    assert kim is not None
    assert lacking(judge_principal(world.aws, needs(world), kim)) == {TAG}


def test_where_iam_may_not_be_read_nothing_is_claimed(empty: World) -> None:
    """Everything is undecided, nothing missing, and a note says which call was refused; few calls are made for that."""
    who = make_role(empty, enough(empty))
    with (
        between(empty.account.address.endpoint_url, refused("Simulate", "Get")) as proxy,
        closing(replace(empty.aws, endpoint_url=proxy.url, attempts=1)) as aws,
    ):
        found = judge_principal(aws, needs(empty), who)
    assert found.missing == ()
    assert {it.need.action for it in found.undecided} == {
        it.action for it in (*needs(empty).deployer, *needs(empty).cloudformation)
    }
    assert found.notes == ("the policies of role deployer may not be read: GetRole",)
    assert proxy.calls.total() == 2
    said = view.text(found).splitlines()
    assert f"Warning: undecided for role deployer: all {found.asked} actions, because {UNREAD}" in said
    assert said[-1] == f"{found.asked} actions: 0 missing, {found.asked} undecided."
    assert len(said) < 10


def test_all_is_asked_in_few_calls(empty: World) -> None:
    """Each answer fits on one page, each right is asked for, and there are no more calls than a moment allows."""
    found = needs(empty)
    asked = {simulation_key(it, one) for it in (*found.deployer, *found.cloudformation) for one in it.resources}
    batches = simulating.batches(asked)
    assert all(len(it.actions) * len(it.resources) <= RESULTS for it in batches)
    assert all(
        any(action in it.actions and resource in it.resources and context == it.context for it in batches)
        for action, resource, context in asked
    )
    assert len(batches) <= 15


def test_a_role_that_is_not_there_is_an_error(empty: World) -> None:
    """A typing mistake is not an undecided role."""
    with pytest.raises(UserError, match="role nobody: there is none in account"):
        judge_principal(empty.aws, needs(empty), find_role(empty.aws, "nobody"))


def test_who_calls_is_read_from_the_arn(empty: World) -> None:
    """A session is its role's; root and federated users have no policies that could be looked up."""
    account = empty.aws.account_id

    def called(arn: str) -> str:
        return str(find_caller(replace(empty.aws, caller_arn=arn)))

    assert called(f"arn:aws:sts::{account}:assumed-role/GitHubActionsRole/session") == "role GitHubActionsRole"
    assert called(f"arn:aws:iam::{account}:user/team/kim") == "user kim"
    assert called(f"arn:aws:iam::{account}:root") == called(f"arn:aws:sts::{account}:federated-user/kim") == "None"


def test_a_change_needs_what_is_new_in_it(world: World) -> None:
    """Before anything is deployed all is new, without an image the service, after it nothing, for alarms theirs."""
    everything = added_needs(world.aws, settings(), render(settings()))
    assert everything == needs(world)
    world.deploy()
    before = added_needs(world.aws, settings(), render(settings()))
    assert {it.why.module for it in before.cloudformation} == {"Root", "Ecs", "Autoscaling"}
    world.push("v1")
    world.deploy(image_tag="v1")
    nothing = added_needs(world.aws, settings(), render(settings()))
    assert (nothing.deployer, nothing.cloudformation) == ((), ())
    assert table.text(nothing).splitlines()[-1] == "Nothing that the deployed templates do not need already."
    wanted = settings(monitoring={"alarms": True})
    found = added_needs(world.aws, wanted, render(wanted))
    assert {it.why.module for it in found.cloudformation} == {"Monitoring", "Root"}
    assert "sns:CreateTopic" in {it.action for it in found.cloudformation}
    assert "ecs:CreateService" not in {it.action for it in found.cloudformation}
