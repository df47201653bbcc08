"""What IAM's simulator can answer, and what a user then reads: its certain answers, or what the policies say."""

from __future__ import annotations

import copy
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stacks.iam.compare.judging import judge_principal
from stacks.iam.compare.principal import find_caller
from stacks.iam.derive.needs import Need, Needs, Phase, Reason
from stacks.iam.derive.policy import policy_documents
from tests.e2e.iam.policy_simulator import Simulator
from tests.e2e.iam.test_rights_gate import make_role, refused, without
from tests.support.proxy import between

if TYPE_CHECKING:
    from stacks.iam.compare.missing import Found
    from tests.support.world import World

LOG, TAG, HAND = "logs:CreateLogGroup", "application-autoscaling:TagResource", "iam:PassRole"
"""On one thing that has a name; on a pattern; under a condition, and so in a call of its own."""
PATH = "/aws-reserved/sso.amazonaws.com/eu-west-1/"
IMPLICIT = {"EvalDecision": "implicitDeny"}
FORBIDDEN = IMPLICIT | {"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}
CERTAIN = "not allowed: no statement allows it, as IAM's simulator says"
READ = "not allowed: no statement allows it"


def need(action: str, *resources: str, **context: tuple[str, ...]) -> Need:
    """A need of a stack's resources."""
    keys = {key.replace("__", ":"): values for key, values in context.items()}
    why = Reason(module="Root", logical_id="One", type="AWS::Logs::LogGroup", sentence="it is made")
    return Need(action=action, resources=resources, context=keys, phases=frozenset({Phase.CREATE}), why=why, source="")


NEEDS = Needs(
    environment="prod",
    stack_name="preto-2-prod",
    deployer=(),
    cloudformation=(
        need(LOG, "arn:aws:logs:eu-west-1:123456789012:log-group:a", "arn:aws:logs:eu-west-1:123456789012:log-group:b"),
        need(TAG, "arn:aws:application-autoscaling:eu-west-1:123456789012:scalable-target/*"),
        need(HAND, "arn:aws:iam::123456789012:role/task", iam__PassedToService=("ecs-tasks.amazonaws.com",)),
    ),
)


def enough() -> list[dict[str, Any]]:
    """A policy that allows it all."""
    found: list[dict[str, Any]] = copy.deepcopy([*policy_documents(NEEDS.cloudformation)])
    return found


def only(action: str, **result: Any) -> Any:
    """A script that says this of one action; all else is allowed."""
    return lambda asked, _resource: dict(result) if asked == action else {}


def find(world: World, simulator: Simulator, policies: list[dict[str, Any]] | None = None) -> Found:
    """What the role `deployer` lacks; its policies allow all unless others are given."""
    who = make_role(world, policies or enough())
    with simulator.at(world) as aws:
        found = judge_principal(aws, NEEDS, who)
    assert (found.undecided, found.notes) == ((), ())
    return found


def missing(found: Found) -> dict[str, set[str]]:
    """Why each missing action is missing."""
    why: dict[str, set[str]] = {}
    for it in found.missing:
        why.setdefault(it.need.action, set()).add(it.why)
    return why


@pytest.mark.parametrize("action", [LOG, TAG, HAND])
def test_what_the_organization_does_not_allow_is_missing(empty: World, action: str) -> None:
    """Which no policy of the account says, for the role's own allow it; of a pattern, too."""
    found = find(empty, Simulator(only(action, **FORBIDDEN)))
    assert missing(found) == {action: {"a policy of the organization does not allow it, as IAM's simulator says"}}


def test_what_the_organization_allows_is_for_the_others_to_decide(empty: World) -> None:
    """That the organization has been asked says nothing against it."""
    detail = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": True}}
    found = find(empty, Simulator(lambda action, _: detail | (IMPLICIT if action == LOG else {})))
    assert missing(found) == {LOG: {CERTAIN}}


def test_a_denial_names_the_policy_that_denies(empty: World) -> None:
    """Of a pattern, too: what a Deny says of the text of a pattern it says of some of what that stands for."""
    statement = {"SourcePolicyId": "role_deployer_guard", "SourcePolicyType": "role"}
    found = find(empty, Simulator(only(TAG, EvalDecision="explicitDeny", MatchedStatements=[statement])))
    assert missing(found) == {TAG: {"denied by a statement of role_deployer_guard"}}


def test_a_denial_of_which_no_statement_is_shown_is_one(empty: World) -> None:
    """As that of a policy outside of the account."""
    assert missing(find(empty, Simulator(only(LOG, EvalDecision="explicitDeny")))) == {LOG: {"denied by a statement"}}


@pytest.mark.parametrize("decision", ["implicitDeny", "explicitDeny"])
def test_a_no_for_which_something_was_not_known_is_looked_at_again(empty: World, decision: str) -> None:
    """The role's policies are read, and allow it."""
    found = find(empty, Simulator(only(LOG, EvalDecision=decision, MissingContextValues=["aws:ResourceTag/Project"])))
    assert missing(found) == {}


def test_such_a_no_can_turn_out_right(empty: World) -> None:
    """The reason is then that of the policies."""
    simulator = Simulator(only(LOG, **IMPLICIT, MissingContextValues=["aws:ResourceTag/Project"]))
    assert missing(find(empty, simulator, without(LOG, enough()))) == {LOG: {READ}}


def test_a_no_to_a_pattern_is_no_proof_and_to_one_thing_it_is(empty: World) -> None:
    """A pattern is a text to the simulator, and not all endpoints regard conditions: for both the policies are read."""
    assert missing(find(empty, Simulator(lambda _action, _resource: IMPLICIT))) == {LOG: {CERTAIN}}


def test_answers_on_many_pages_are_all_read(empty: World) -> None:
    """IAM may give fewer at a time than it was asked for."""
    simulator = Simulator(lambda _action, resource: FORBIDDEN if resource.endswith(":b") else {}, page=1)
    found = find(empty, simulator)
    assert [it.need.resources for it in found.missing] == [("arn:aws:logs:eu-west-1:123456789012:log-group:b",)]
    assert len([it for it in simulator.asked if "Marker" in it]) >= 2


def test_answers_inside_of_one_for_the_action_are_read(empty: World) -> None:
    """The other form of IAM's answers: one for each action, which has those for the resources in it."""
    simulator = Simulator(
        lambda _action, resource: {"EvalDecision": "explicitDeny"} if resource.endswith(":b") else {}, nested=True
    )
    found = find(empty, simulator)
    assert [it.need.resources for it in found.missing] == [("arn:aws:logs:eu-west-1:123456789012:log-group:b",)]


def test_the_organizations_no_to_some_resources_is_not_one_to_the_others(empty: World) -> None:
    """In that form it is said once for all: where one resource is allowed, the policies decide on the others."""
    some = Simulator(lambda _action, resource: FORBIDDEN if resource.endswith(":b") else {}, nested=True)
    assert missing(find(empty, some)) == {LOG: {CERTAIN}}


def test_the_organizations_no_to_all_resources_is_one(empty: World) -> None:
    """In that form, too."""
    found = find(empty, Simulator(only(LOG, **FORBIDDEN), nested=True))
    assert missing(found) == {LOG: {"a policy of the organization does not allow it, as IAM's simulator says"}}


@pytest.mark.parametrize(
    ("condition", "decided"),
    [
        ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, "undecided"),
        ({"StringEquals": {"aws:RequestedRegion": "ap-northeast-2"}}, "missing"),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, ""),
    ],
)
def test_a_yes_for_which_something_was_not_known_is_looked_at_again(
    empty: World, condition: dict[str, Any], decided: str
) -> None:
    """To the simulator a Deny does not apply whose key nobody gave a value; the policies say what it hangs on."""
    deny = {"Effect": "Deny", "Action": LOG, "Resource": "*", "Condition": condition}
    who = make_role(empty, [*enough(), {"Version": "2012-10-17", "Statement": [deny]}])
    with Simulator(only(LOG, MissingContextValues=[next(iter(next(iter(condition.values()))))])).at(empty) as aws:
        found = judge_principal(aws, NEEDS, who)
    assert ({it.need.action for it in found.missing}, {it.need.action for it in found.undecided}) == (
        {LOG} if decided == "missing" else set(),
        {LOG} if decided == "undecided" else set(),
    )


def test_such_a_yes_stands_where_nothing_else_can_be_asked(empty: World) -> None:
    """Who may ask the simulator and not read policies hears what the simulator says."""
    who = make_role(empty, enough())
    simulator = Simulator(lambda _action, _resource: {"MissingContextValues": ["aws:MultiFactorAuthPresent"]})
    with (
        simulator.at(empty) as aws,
        between(str(aws.endpoint_url), refused("Get")) as proxy,
        closing(replace(aws, endpoint_url=proxy.url, attempts=1)) as refusing,
    ):
        found = judge_principal(refusing, NEEDS, who)
    assert (found.missing, found.undecided) == ((), ())
    assert found.notes == ("the policies of role deployer may not be read: GetRole",)


def test_a_simulator_that_may_not_be_asked_leaves_it_to_the_policies(empty: World) -> None:
    """It is asked once."""
    simulator = Simulator(lambda _action, _resource: FORBIDDEN, refused=0)
    assert missing(find(empty, simulator, without(TAG, enough()))) == {TAG: {READ}}
    assert simulator.refusals == 1


def open_answers(world: World, simulator: Simulator, policies: list[dict[str, Any]] | None = None) -> Found:
    """What the role lacks, whatever is undecided and noted."""
    who = make_role(world, policies or enough())
    with simulator.at(world) as aws:
        return judge_principal(aws, NEEDS, who)


FORBIDDEN_WORDS = {"a policy of the organization does not allow it, as IAM's simulator says"}


@pytest.mark.parametrize("quiet", [False, True])
def test_actions_that_may_not_be_asked_for_together_are_asked_for_apart(empty: World, quiet: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """All answers count as if it had been one call, whether or not the refusal names the groups."""
    simulator = Simulator(lambda _a, _r: FORBIDDEN, apart=(frozenset({TAG}), frozenset({LOG})), quiet=quiet)
    found = open_answers(empty, simulator)
    assert missing(found) == {LOG: FORBIDDEN_WORDS, TAG: FORBIDDEN_WORDS, HAND: FORBIDDEN_WORDS}
    assert (found.undecided, found.notes) == ((), ())
    assert simulator.refusals == 1 or quiet


@pytest.mark.parametrize("name", [TAG, "arn:aws:logs:eu-west-1:123456789012:log-group:b"])
def test_what_the_simulator_does_not_know_loses_no_other_answer(empty: World, name: str) -> None:
    """An action or a resource that it does not take: the policies decide on that one, and a line says so."""
    found = open_answers(empty, Simulator(lambda _a, _r: FORBIDDEN, unknown=frozenset({name})), without(TAG, enough()))
    allowed = {LOG: FORBIDDEN_WORDS, HAND: FORBIDDEN_WORDS}
    assert missing(found) == allowed | {TAG: {READ} if name == TAG else FORBIDDEN_WORDS}
    (note,) = found.notes
    assert note.startswith("IAM's simulator did not answer for ")
    assert note.endswith(" (InvalidInput): for these, policies of the organization were not looked at")


def test_a_simulator_that_stops_answering_is_believed_so_far(empty: World) -> None:
    """The rest is decided by the policies, and a line says so."""
    found = open_answers(empty, Simulator(lambda _a, _r: FORBIDDEN, refused=1))
    assert FORBIDDEN_WORDS in missing(found).values()
    assert found.notes[0].startswith("IAM's simulator did not answer for ")


def test_what_nobody_can_answer_is_undecided_and_the_rest_is_not(empty: World) -> None:
    """Where the policies may not be read either."""
    who = make_role(empty, enough())
    with (
        Simulator(lambda _a, _r: {}, unknown=frozenset({TAG})).at(empty) as aws,
        between(str(aws.endpoint_url), refused("Get")) as proxy,
        closing(replace(aws, endpoint_url=proxy.url, attempts=1)) as refusing,
    ):
        found = judge_principal(refusing, NEEDS, who)
    assert ([it.need.action for it in found.undecided], found.missing) == ([TAG], ())


def test_the_path_of_a_sessions_role_is_looked_up(empty: World) -> None:
    """As roles of IAM Identity Center have one: the ARN of a session lacks it, and the simulator wants it."""
    make_role(empty, enough(), path=PATH)
    account = empty.aws.account_id
    session = f"arn:aws:sts::{account}:assumed-role/deployer/kim@example.com"
    who = find_caller(replace(empty.aws, caller_arn=session))
    assert who is not None
    simulator = Simulator(only(LOG, **FORBIDDEN), knows=f"arn:aws:iam::{account}:role{PATH}deployer")
    with simulator.at(empty) as aws:
        found = judge_principal(aws, NEEDS, who)
    assert missing(found) == {LOG: {"a policy of the organization does not allow it, as IAM's simulator says"}}


def test_a_condition_on_who_calls_is_held_against_the_arn_with_its_path(empty: World) -> None:
    """Where the policies are read: one that allows, or denies others than, roles of IAM Identity Center."""
    caller = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::*:role{PATH}*"}}
    others = {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::*:role{PATH}*"}}
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": caller},
            {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": others},
        ],
    }
    who = make_role(empty, [policy], path=PATH)
    with Simulator(only(""), refused=0).at(empty) as aws:
        found = judge_principal(aws, NEEDS, who)
    assert (found.missing, found.undecided, found.notes) == ((), (), ())
