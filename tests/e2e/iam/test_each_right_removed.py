"""Each derived right is missed: with some actions less, what `plan` and `deploy` look at names these, and nothing else.

The role is one of the embedded AWS, with exactly the derived policies, and is asked about over its socket. What the
simulator there decides of prod is looked at with it, all else where nobody may ask it, by reading the role's policies.
Calls that are `OPTIONAL` in `stacks.iam.derive.calls`, which this check itself makes, are in no policy: none can be
removed.
"""

from __future__ import annotations

import gc
import json
from collections import defaultdict
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stacks.aws.session import Aws
from stacks.iam.compare.gate import find_lacking
from stacks.iam.compare.judging import judge_principal
from stacks.iam.compare.missing import CLOUDFORMATION, DEPLOYER
from stacks.iam.compare.principal import Principal, find_caller
from stacks.iam.compare.simulating import simulate, simulation_key
from stacks.iam.derive import calls
from stacks.iam.derive.calls import OPTIONAL, TABLE
from stacks.iam.derive.deployment import deployment_needs
from stacks.iam.derive.needs import Needs
from stacks.iam.derive.policy import policy_documents
from stacks.rendered.rendered import Rendered
from stacks.settings import Settings
from tests.e2e.iam.test_rights_gate import TRUST, refused
from tests.support.accounts import Account
from tests.support.environments import feature
from tests.support.proxy import between
from tests.support.world import connected

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sandbox import Address
    from stacks.iam.compare.missing import Found
    from stacks.iam.derive.needs import Need

ACCOUNT = "111122223333"
"""The one that hardened is for."""
EXECUTE = "cloudformation:ExecuteChangeSet"
"""Who lacks it plans for somebody else, which is no error of `plan`."""
RUN = {"plan": {"plan", calls.PLAN_DRIFT}, "deploy": {"deploy"}}
"""What is run, with the options that make it call more."""
NOT_LOOKED_AT = {"application-autoscaling:DescribeScalingActivities"}
"""What neither command nor CloudFormation calls, but `status`: `permissions --role` names it."""

Policy = dict[str, Any]
Missing = set[tuple[str, str, str, str, str]]
"""Who needs it, the action, the module and the resource in it, and on what."""


@dataclass(frozen=True)
class Deployer:
    """A role with exactly the rights that an environment needs; `closed` is an AWS in which nobody may simulate."""

    aws: Aws
    closed: Aws
    cache: Path
    settings: Settings
    rendered: Rendered
    needs: Needs
    policies: tuple[Policy, ...]
    has: dict[str, Policy] = field(default_factory=dict)

    @property
    def role(self) -> Principal:
        """Who it is about."""
        found = find_caller(self.aws)
        assert found is not None
        return found

    def make(self) -> Deployer:
        """Make the role in IAM."""
        self.aws.iam.create_role(RoleName=self.role.name, AssumeRolePolicyDocument=TRUST)
        return self

    def given(self, policies: tuple[Policy, ...]) -> Deployer:
        """Let the role have these policies and no others."""
        wanted = {f"rights-{number}": policy for number, policy in enumerate(policies)}
        for name, policy in wanted.items():
            if self.has.get(name) != policy:
                document = json.dumps(policy)
                self.aws.iam.put_role_policy(RoleName=self.role.name, PolicyName=name, PolicyDocument=document)
        assert not self.has.keys() - wanted.keys()
        self.has.update(wanted)
        return self

    def look(self, command: str, *, simulated: bool = False) -> Found:
        """What `plan` or `deploy` finds."""
        aws = self.aws if simulated else self.closed
        found = find_lacking(aws, self.settings, self.rendered, commands=RUN[command], cache=self.cache)
        assert found is not None
        return found

    def actions(self) -> list[str]:
        """Everything that is derived."""
        return sorted({need.action for need in (*self.needs.deployer, *self.needs.cloudformation)})

    def simulated(self) -> set[str]:
        """Actions of which the embedded AWS's simulator is certain."""
        every = (*self.needs.deployer, *self.needs.cloudformation)
        asked = {simulation_key(need, one) for need in every for one in need.resources}
        return {key[0] for key in simulate(self.aws, self.role, asked).given if key in asked}


@pytest.fixture(scope="module", params=["prod", "hardened"])
def environment(request: pytest.FixtureRequest) -> str:
    """Give the name of each environment."""
    return str(request.param)


@pytest.fixture(scope="module")
def deployer(environment: str, sandbox: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployer]:
    """Give the deployer of an environment."""
    with ExitStack() as stack:
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer-of-{environment}/test"
        owner = connected(Account(address=sandbox.as_account(ACCOUNT)))
        aws = stack.enter_context(closing(replace(owner, caller_arn=arn)))
        proxy = stack.enter_context(between(sandbox.endpoint_url, refused("Simulate")))
        closed = stack.enter_context(closing(replace(aws, endpoint_url=proxy.url, attempts=1)))
        derived = feature(environment)
        needs = deployment_needs(derived.settings, derived.rendered, ACCOUNT)
        policies = (*policy_documents(needs.deployer), *policy_documents(needs.cloudformation))
        cache = tmp_path_factory.mktemp("rights")
        gc.freeze()  # the schemas that have been read are millions of objects, of which none is garbage
        stack.callback(gc.unfreeze)
        yield Deployer(aws, closed, cache, derived.settings, derived.rendered, needs, policies).make()


def without(actions: Collection[str], policies: tuple[Policy, ...]) -> tuple[Policy, ...]:
    """The policies less these actions."""
    return tuple(
        policy
        | {
            "Statement": [
                statement | {"Action": kept}
                for statement in policy["Statement"]
                if (kept := [name for name in statement["Action"] if name not in actions])
            ]
        }
        for policy in policies
    )


def on_others(action: str, resource: str, policies: tuple[Policy, ...]) -> tuple[Policy, ...]:
    """The policies less one action on one resource; on others they allow it."""
    return tuple(
        policy | {"Statement": [part for one in policy["Statement"] for part in _parts(action, resource, one)]}
        for policy in policies
    )


def _parts(action: str, resource: str, statement: Policy) -> Iterator[Policy]:
    if action not in statement["Action"] or resource not in statement["Resource"]:
        yield statement
        return
    if others := [name for name in statement["Action"] if name != action]:
        yield statement | {"Action": others}
    if elsewhere := [one for one in statement["Resource"] if one != resource]:
        yield statement | {"Sid": "Elsewhere", "Action": action, "Resource": elsewhere}


def missing(found: Found) -> Missing:
    """What is missing, on each of its resources."""
    return {one for lack in found.missing for one in _each(lack.party, lack.need)}


def needed(deployer: Deployer, action: str, command: str | None) -> Missing:
    """What needs the action, as far as the command asks for it, on each of its resources; None: whichever command."""
    direct = [
        it
        for it in deployer.needs.deployer
        if command is None or {*RUN[command], "deploy"} & set(it.why.logical_id.split(", "))
    ]
    by_party = {DEPLOYER: direct, CLOUDFORMATION: list(deployer.needs.cloudformation)}
    return {one for party, needs in by_party.items() for it in needs if it.action == action for one in _each(party, it)}


def _each(party: str, need: Need) -> Iterator[tuple[str, str, str, str, str]]:
    yield from ((party, need.action, need.why.module, need.why.logical_id, resource) for resource in need.resources)


def test_with_the_derived_rights_nothing_is_missing(deployer: Deployer) -> None:
    """Nor is anything undecided, with and without the simulator."""
    deployer.given(deployer.policies)
    for simulated in (True, False):
        for command in ("plan", "deploy"):
            found = deployer.look(command, simulated=simulated)
            assert (found.missing, found.undecided, found.notes) == ((), (), ())


def test_each_action_that_is_taken_away_is_named_and_nothing_else(deployer: Deployer) -> None:
    """With every resource that needs it, and on what; a dozen actions at a time, each on the role in IAM."""
    of_prod = deployer.settings.environment == "prod"
    simulated = deployer.given(deployer.policies).simulated() if of_prod else set()
    first: tuple[str, ...] = ("plan", "deploy") if of_prod else ("deploy", "plan")
    ways, not_looked_at = defaultdict[tuple[str, bool], list[str]](list), set()
    for action in deployer.actions():
        command = next((it for it in first if needed(deployer, action, it) and (it, action) != ("plan", EXECUTE)), None)
        if command is None:
            not_looked_at.add(action)
        else:
            ways[command, action in simulated].append(action)
    wrong = {}
    for (command, by_simulator), actions in ways.items():
        for together in batched(actions, 12):
            found = deployer.given(without(together, deployer.policies)).look(command, simulated=by_simulator)
            expected = {one for action in together for one in needed(deployer, action, command)}
            if (missing(found), found.undecided) != (expected, ()):
                wrong[together] = found
    assert wrong == {}
    assert not_looked_at == NOT_LOOKED_AT


def batched(actions: list[str], size: int) -> Iterator[tuple[str, ...]]:
    """The actions, so many at a time; `itertools.batched` is new in Python 3.12."""
    yield from (tuple(actions[start : start + size]) for start in range(0, len(actions), size))


@pytest.mark.parametrize("environment", ["prod"], indirect=True)
@pytest.mark.parametrize(
    ("action", "part"),
    [
        ("iam:PassRole", "-TaskRole-"),
        ("iam:PassRole", "-TaskExecutionRole-"),
        ("elasticloadbalancing:AddTags", ":targetgroup/"),
        ("cloudformation:CreateChangeSet", ":stack/preto-2-prod-Ecs-"),
        ("ec2:CreateTags", ":subnet/"),
    ],
)
def test_a_right_on_one_resource_that_is_taken_away_is_named(deployer: Deployer, action: str, part: str) -> None:
    """With that resource, where the same is needed on others, too."""
    needs = (*deployer.needs.deployer, *deployer.needs.cloudformation)
    (resource,) = {one for need in needs if need.action == action for one in need.resources if part in one}
    found = deployer.given(on_others(action, resource, deployer.policies)).look("deploy")
    assert missing(found) == {one for one in needed(deployer, action, "deploy") if one[-1] == resource} != set()
    assert found.undecided == ()


@pytest.mark.parametrize("environment", ["prod"], indirect=True)
def test_a_wildcard_in_the_place_of_an_action_does(deployer: Deployer) -> None:
    """The documented inline policy's `application-autoscaling:*Tag*` is as good as each of its actions."""
    tag = "application-autoscaling:TagResource"
    left = without([tag], deployer.policies)
    wide = {"Effect": "Allow", "Action": "application-autoscaling:*Tag*", "Resource": "*"}
    first = left[0] | {"Statement": [*left[0]["Statement"], wide]}
    assert missing(deployer.given(left).look("plan")) == needed(deployer, tag, "plan")
    assert deployer.given((first, *left[1:])).look("plan").missing == ()


def test_the_simulator_decides_what_it_is_certain_of(deployer: Deployer) -> None:
    """What it does not allow is missing by its word, and the policies are not looked at for that."""
    given = deployer.given(without(["ecs:DeregisterTaskDefinition"], deployer.policies))
    found = given.look("deploy", simulated=True)
    assert {lack.why for lack in found.missing} == {"not allowed: no statement allows it, as IAM's simulator says"}
    assert missing(found) == needed(deployer, "ecs:DeregisterTaskDefinition", "deploy")


def test_what_only_other_commands_call_is_named_by_permissions(deployer: Deployer) -> None:
    """`plan` and `deploy` do without; `permissions --role` asks for all commands."""
    for action in NOT_LOOKED_AT:
        deployer.given(without([action], deployer.policies))
        assert deployer.look("deploy").missing == deployer.look("plan").missing == ()
        found = judge_principal(deployer.closed, deployer.needs, deployer.role)
        assert missing(found) == needed(deployer, action, None) != set()


def test_what_the_check_itself_calls_is_in_no_policy(deployer: Deployer) -> None:
    """Without these calls it says that it does not know."""
    needed_too = {call.action for call in TABLE if call.when != OPTIONAL}
    optional = {call.action for call in TABLE if call.when == OPTIONAL} - needed_too
    assert optional >= {"iam:SimulatePrincipalPolicy", "iam:GetPolicy"}
    needed = {call.action for call in TABLE if call.when != OPTIONAL}  # of something else
    assert optional & set(deployer.actions()) - needed <= {need.action for need in deployer.needs.cloudformation}
