"""What an account has once: what `bootstrap` says where somebody else has it already."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.bootstrap.prepare import plan_bootstrap
from stacks.errors import UserError
from tests.e2e.bootstrap.test_bootstrap import GITHUB, HOST, bootstrapped
from tests.support import faults
from tests.support.clouds import TRUST
from tests.support.world import settings

if TYPE_CHECKING:
    from tests.support.world import World

OWN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}]}
TEAMS = {"existing_github_role": True, "execution_role": True}


def refusal(world: World, **changed: Any) -> str:
    """What `bootstrap` says instead of planning."""
    with pytest.raises(UserError) as refused:
        plan_bootstrap(world.aws, settings(**changed), emit=world.said.append)
    return str(refused.value)


def provider(world: World, audience: str = "sts.amazonaws.com") -> str:
    """Make GitHub's identity provider outside any stack; give its ARN."""
    made = world.account.client("iam").create_open_id_connect_provider(Url=f"https://{HOST}", ClientIDList=[audience])
    arn: str = made["OpenIDConnectProviderArn"]
    return arn


def team_role(world: World, **more: Any) -> None:
    """Make the role that a team has already."""
    iam = world.account.client("iam")
    iam.create_role(RoleName="GitHubActionsRole", AssumeRolePolicyDocument=json.dumps(TRUST), **more)
    iam.put_role_policy(RoleName="GitHubActionsRole", PolicyName="own", PolicyDocument=json.dumps(OWN))


def test_a_second_project_in_the_account_hears_at_once_what_is_taken(world: World) -> None:
    """All of it, and what to write, before a stack is made; then both are there, and one's roles stay the other's."""
    assert bootstrapped(world, settings(bootstrap=GITHUB)).succeeded
    said = refusal(world, project="other", bootstrap=GITHUB)
    assert "the role GitHubActionsRole, the role GitHubPlanRole, GitHub's identity provider" in said
    assert "IAM has each once, for all regions and projects" in said
    assert "another github_role_name, or existing_github_role = true" in said
    assert "other-bootstrap" not in world.states()
    (named,) = world.account.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert f'oidc_provider_arn = "{named["Arn"]}"' in said
    apart = {"github_role_name": "OtherRole", "plan_role_name": "OtherPlanRole", "oidc_provider_arn": named["Arn"]}
    assert bootstrapped(world, settings(project="other", bootstrap=GITHUB | apart)).succeeded


def test_what_the_stack_has_itself_is_not_in_its_way(world: World) -> None:
    """An upgrade in place finds its own roles and its own provider there."""
    assert bootstrapped(world, settings(bootstrap=GITHUB)).succeeded
    assert bootstrapped(world, settings(bootstrap=GITHUB | {"github_branches": ("release",)})).succeeded


def test_what_the_stack_has_made_is_not_called_somebody_elses(world: World) -> None:
    """Its provider and its role would be deleted by the update that says so, and the pipeline would have neither."""
    assert bootstrapped(world, settings(bootstrap=GITHUB)).succeeded
    (named,) = world.account.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
    said = refusal(world, bootstrap=GITHUB | {"oidc_provider_arn": named["Arn"]})
    assert f"this stack has made {named['Arn']}, and would delete it" in said
    said = refusal(world, bootstrap=TEAMS)
    assert "this stack has made the role GitHubActionsRole, and would delete it" in said


def test_an_account_has_one_provider_of_github(world: World) -> None:
    """Where there is one already, its ARN is told; with it in the settings all is well."""
    arn = provider(world)
    assert f'Set oidc_provider_arn = "{arn}"' in refusal(world, bootstrap=GITHUB)
    assert bootstrapped(world, settings(bootstrap=GITHUB | {"oidc_provider_arn": arn})).succeeded
    listed = world.account.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert [it["Arn"] for it in listed] == [arn]


def test_a_provider_that_is_named_is_there_and_takes_our_audience(world: World) -> None:
    """IAM takes a trust policy with any provider's name, and refuses the workflows later."""
    named = GITHUB | {"oidc_provider_arn": f"arn:aws:iam::{world.account.account_id}:oidc-provider/{HOST}"}
    assert "has no identity provider for GitHub" in refusal(world, bootstrap=named)
    provider(world, audience="somebody-else")
    assert "it does not take tokens for sts.amazonaws.com" in refusal(world, bootstrap=named)


def test_a_teams_own_role_keeps_its_trust(world: World) -> None:
    """`existing_github_role`: the inline policy is put on it, beside what it has, and removed again."""
    iam = world.account.client("iam")
    team_role(world, MaxSessionDuration=7200)
    assert bootstrapped(world, settings(bootstrap=TEAMS)).succeeded
    policies = iam.list_role_policies(RoleName="GitHubActionsRole")["PolicyNames"]
    assert set(policies) == {"own", "preto-2-bootstrap-ap-northeast-2"}
    assert iam.get_role(RoleName="GitHubActionsRole")["Role"]["AssumeRolePolicyDocument"] == TRUST
    assert bootstrapped(world, settings()).succeeded
    assert iam.list_role_policies(RoleName="GitHubActionsRole")["PolicyNames"] == ["own"]


def test_a_teams_own_role_has_to_be_there_and_to_last(world: World) -> None:
    """The pipeline asks for sessions of two hours, which STS refuses where the role allows one, as is the default."""
    assert "has no role GitHubActionsRole" in refusal(world, bootstrap=TEAMS)
    team_role(world)
    planned = plan_bootstrap(world.aws, settings(bootstrap=TEAMS), emit=world.said.append)
    (note,) = planned.request.notes
    assert note.endswith("aws iam update-role --role-name GitHubActionsRole --max-session-duration 7200")


def test_whoever_may_not_look_is_told_and_goes_on(world: World) -> None:
    """What cannot be found out is a note of the plan."""
    denied = (403, faults.refusal("AccessDenied", "no"))
    with world.behind(lambda action: denied if action == "ListOpenIDConnectProviders" else None) as behind:
        planned = plan_bootstrap(behind.aws, settings(bootstrap=GITHUB), emit=behind.said.append)
    (note,) = planned.request.notes
    assert "iam:ListOpenIDConnectProviders is not allowed" in note


def test_an_existing_role_that_has_no_room_for_the_rights_is_said_before(world: World) -> None:
    """IAM takes 10,240 characters of inline policies of a role, its own among them, and ten managed ones."""
    team_role(world)
    iam = world.account.client("iam")
    clusters = [f"arn:aws:ecs:*:*:cluster/{'a' * 50}{number}" for number in range(60)]
    long = json.dumps(OWN | {"Statement": {"Effect": "Allow", "Action": "ecs:*", "Resource": clusters}})
    iam.put_role_policy(RoleName="GitHubActionsRole", PolicyName="long", PolicyDocument=long)
    said = refusal(world, bootstrap=TEAMS)
    assert "[bootstrap] role GitHubActionsRole: with it the role's inline policies have 1" in said
    assert "characters, and IAM takes 10240 of a role\nMake managed policies of those that it has" in said
    iam.delete_role_policy(RoleName="GitHubActionsRole", PolicyName="long")
    for number in range(7):
        made = iam.create_policy(PolicyName=f"team-{number}", PolicyDocument=json.dumps(OWN))["Policy"]["Arn"]
        iam.attach_role_policy(RoleName="GitHubActionsRole", PolicyArn=made)
    many = {"repository_names": tuple(f"team-{number:03d}/{'a' * 247}" for number in range(20))}
    said = refusal(world, bootstrap=TEAMS | many)
    assert "with its own, GitHubActionsRole has 13 managed policies, and account" in said
    assert bootstrapped(world, settings(bootstrap=TEAMS)).succeeded
    assert plan_bootstrap(world.aws, settings(bootstrap=TEAMS), emit=world.said.append).change_set is None


def test_who_may_not_ask_for_the_quotas_bootstraps_all_the_same(world: World) -> None:
    """And is told what may be too much."""
    branches = tuple(f"release/2026-11/{number:03d}-{'b' * 40}" for number in range(25))
    denied = (403, faults.refusal("AccessDenied", "no"))
    with world.behind(lambda action: denied if action == "GetAccountSummary" else None) as behind:
        planned = plan_bootstrap(
            behind.aws, settings(bootstrap=GITHUB | {"github_branches": branches}), emit=world.said.append
        )
    (note,) = [it for it in planned.request.notes if "GetAccountSummary" in it]
    assert note.endswith("characters, where an account may have 2048.")
