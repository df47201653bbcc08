"""The stack that an account needs once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks import plan
from stacks.bootstrap.prepare import plan_bootstrap
from stacks.build.render import render
from stacks.cloudformation.stack import stack_template
from stacks.errors import UserError
from stacks.plan import publish
from templates.bootstrap import VERSION
from tests.support import faults
from tests.support.world import settings

if TYPE_CHECKING:
    from stacks.operations.deploy import Deployment
    from stacks.settings import Settings
    from tests.support.world import World

GITHUB: dict[str, Any] = {
    "github_repository": "octo/preto",
    "github_branches": ("main",),
    "github_pull_requests": True,
    "execution_role": True,
}
IAM_NAMES = {"ListObjects": "ListBucket", "DeleteObjects": "DeleteObject"}
"""Calls whose right has another name."""
HOST = "token.actions.githubusercontent.com"


def bootstrapped(world: World, wanted: Settings) -> Deployment:
    """Deploy the stack as these settings want it."""
    return world.execute(plan_bootstrap(world.aws, wanted, emit=world.said.append))


def roles(world: World) -> set[str]:
    """The names of the account's roles."""
    return {found["RoleName"] for found in world.account.client("iam").list_roles()["Roles"]}


def with_version(world: World, version: str) -> None:
    """Let the deployed stack say that it is of another version."""
    cloudformation = world.aws.cloudformation
    body = stack_template(world.aws, "preto-2-bootstrap")
    body["Outputs"]["Version"]["Value"] = version
    # Outputs alone are no change: a tag is.
    cloudformation.update_stack(
        StackName="preto-2-bootstrap",
        TemplateBody=json.dumps(body),
        Tags=[{"Key": "Version", "Value": version}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName="preto-2-bootstrap", WaiterConfig={"Delay": 0})


def test_a_deployment_without_it_says_what_to_run(empty: World) -> None:
    """The first `deploy` in an empty account names the command, and leaves nothing behind."""
    with pytest.raises(UserError, match=r"python build\.py bootstrap prod"):
        empty.plan()
    assert empty.states() == {}


def test_it_makes_a_private_versioned_bucket(empty: World) -> None:
    """The bucket is there as its template says, in AWS's own words."""
    done = empty.bootstrap()
    bucket, s3 = done.outputs["ArtifactBucket"], empty.aws.s3
    assert (done.state, done.outputs["Version"]) == ("CREATE_COMPLETE", str(VERSION))
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=bucket)["Policy"]
    assert publish.artifact_bucket(empty.aws, settings()) == bucket


def test_a_second_time_changes_nothing(world: World) -> None:
    """It can be run again at any time: no changes are no failure, and no change set stays behind."""
    planned = plan_bootstrap(world.aws, settings(), emit=world.said.append)
    assert planned.change_set is None
    assert world.execute(planned).succeeded
    assert world.change_sets() == []


def test_all_environments_share_it(world: World) -> None:
    """Another environment of the project finds the same bucket."""
    staging = settings(environment="staging")
    assert plan_bootstrap(world.aws, staging, emit=world.said.append).change_set is None
    assert publish.artifact_bucket(world.aws, staging) == publish.artifact_bucket(world.aws, settings())


def test_a_bucket_of_our_own_choice_needs_no_bootstrap(empty: World) -> None:
    """`[aws] artifact_bucket` wins over the bootstrap stack's."""
    chosen = settings(aws={"region": "ap-northeast-2", "artifact_bucket": "our-artifacts"})
    assert publish.artifact_bucket(empty.aws, chosen) == "our-artifacts"


def test_it_is_upgraded_in_place(world: World) -> None:
    """The bucket stays when roles are added; a second time changes nothing; the outputs name the roles."""
    bucket = publish.artifact_bucket(world.aws, settings())
    wanted = settings(bootstrap=GITHUB)
    done = bootstrapped(world, wanted)
    assert done.state == "UPDATE_COMPLETE"
    assert done.outputs["ArtifactBucket"] == bucket
    assert {done.outputs[f"{name}RoleArn"].rpartition("/")[2] for name in ("Github", "Plan", "Execution")} == {
        "GitHubActionsRole",
        "GitHubPlanRole",
        "preto-2-bootstrap-ap-northeast-2",
    }
    assert plan_bootstrap(world.aws, wanted, emit=world.said.append).change_set is None
    assert world.aws.s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"


def test_github_is_an_identity_provider_for_aws(world: World) -> None:
    """One provider, for STS's audience; another branch changes the role's trust policy and not the role."""
    bootstrapped(world, settings(bootstrap=GITHUB))
    iam = world.account.client("iam")
    (provider,) = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider["Arn"])
    assert (found["Url"], found["ClientIDList"]) == (HOST, ["sts.amazonaws.com"])
    before = iam.get_role(RoleName="GitHubActionsRole")["Role"]
    bootstrapped(world, settings(bootstrap=GITHUB | {"github_branches": ("main", "release")}))
    after = iam.get_role(RoleName="GitHubActionsRole")["Role"]
    assert before["RoleId"] == after["RoleId"]
    (statement,) = after["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"]["StringEquals"][f"{HOST}:sub"] == [
        "repo:octo/preto:ref:refs/heads/main",
        "repo:octo/preto:ref:refs/heads/release",
    ]


def test_the_last_bootstrap_wins_and_says_what_goes(world: World) -> None:
    """Another environment's file without the table takes the roles away; its plan names them before."""
    bootstrapped(world, settings(bootstrap=GITHUB))
    staging = settings(environment="staging")
    planned = plan_bootstrap(world.aws, staging, emit=world.said.append)
    outputs_gone, provider_gone = planned.request.notes
    assert outputs_gone.endswith("is not in this one's, and goes: ExecutionRoleArn, GithubRoleArn, PlanRoleArn.")
    assert provider_gone.startswith("GitHub's identity provider goes")
    assert world.execute(planned).succeeded
    assert roles(world) == set()


def test_an_old_stack_has_to_be_upgraded_first(world: World) -> None:
    """The version is checked before anything is uploaded; bootstrap brings it up to date."""
    with_version(world, str(VERSION - 1))
    words = rf"it is version {VERSION - 1}, and this needs version {VERSION}\nRun bootstrap again"
    with pytest.raises(UserError, match=words):
        world.plan()
    assert bootstrapped(world, settings()).succeeded
    assert world.plan().change_set is not None


def test_a_newer_stack_is_not_taken_back(world: World) -> None:
    """Bootstrap of an old checkout refuses; deployments go on, as newer versions still have what they need."""
    with_version(world, str(VERSION + 1))
    words = rf"it is version {VERSION + 1}, and this knows version {VERSION}.*\nUpdate your copy"
    with pytest.raises(UserError, match=words):
        plan_bootstrap(world.aws, settings(), emit=world.said.append)
    assert world.plan().change_set is not None


def test_a_plan_writes_where_no_deployment_reads(world: World) -> None:
    """What it needs goes under drafts/; what is deployed already stays where it is, and is no change."""
    bucket = publish.artifact_bucket(world.aws, settings())

    def keys() -> set[str]:
        listed = world.aws.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        return {it["Key"] for it in listed if "/history/" not in it["Key"]}

    def look(**changed: Any) -> plan.Plan:
        wanted = settings(**changed)
        found = plan.prepare(world.aws, wanted, render(wanted), emit=world.said.append, purpose=plan.Purpose.SHOW)
        plan.discard(world.aws, found)
        return found

    look()
    assert {key.split("/")[0] for key in keys()} == {"drafts"}
    world.deploy()
    before = keys()
    assert look().change_set is None
    assert keys() == before
    changed = look(network={"idle_timeout": 301})
    assert changed.change_set is not None
    assert {key.split("/")[0] for key in keys() - before} == {"drafts"}


def test_a_template_that_a_pull_request_has_put_there_is_not_deployed(world: World) -> None:
    """Somebody who may only plan foresees a template's place, and writes something else there."""
    bucket = publish.artifact_bucket(world.aws, settings())
    wanted = render(settings())
    genuine = publish.publish(world.aws, wanted, bucket, draft=True)
    key = genuine.template_url.partition(f"/{bucket}/")[2]
    world.aws.s3.put_object(Bucket=bucket, Key=key, Body=b'{"Resources": {}}')
    deployed_from = publish.publish(world.aws, wanted, bucket)
    assert deployed_from.uploaded == 7
    assert "/drafts/" not in deployed_from.template_url
    publish.publish(world.aws, wanted, bucket, draft=True)
    assert publish.publish(world.aws, wanted, bucket, draft=True).template_url == deployed_from.template_url


def test_who_may_only_plan_leaves_a_new_stack_to_the_next_deployment(world: World) -> None:
    """The stack that a first change set brings into being may not be deleted by them: it stays, empty, and is told."""

    def deny(action: str) -> faults.Fault | None:
        return (403, faults.refusal("AccessDenied", "not authorized")) if action == "DeleteStack" else None

    wanted = settings()
    with world.behind(deny) as denied:
        found = plan.prepare(denied.aws, wanted, render(wanted), emit=world.said.append, purpose=plan.Purpose.SHOW)
        plan.discard(denied.aws, found)
    assert world.states()["preto-2-prod"] == "REVIEW_IN_PROGRESS"
    assert world.change_sets() == []
    assert world.deploy().state == "CREATE_COMPLETE"
