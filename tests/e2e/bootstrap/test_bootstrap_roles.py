"""The roles of the stack that an account needs once, at work: CloudFormation's, and those of GitHub."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks import plan
from stacks.bootstrap.prepare import plan_bootstrap
from stacks.build.render import render
from stacks.cloudformation import change_set
from stacks.errors import UserError
from stacks.iam.compare.derived import refuse_too_many_on_the_way, sharing_environments
from stacks.iam.compare.judging import judge_principal
from stacks.iam.compare.principal import find_role
from stacks.iam.compare.reading import read_policies
from stacks.iam.derive.deployment import deployment_needs
from stacks.operations.deploy import execute_plan
from stacks.status import read_status
from stacks.status.outputs import read_outputs
from templates import bootstrap as bootstrap_template
from tests.support.clouds import TRUST
from tests.support.template_policies import documents
from tests.support.world import settings

if TYPE_CHECKING:
    from stacks.iam.compare.missing import Found
    from stacks.settings import Settings
    from tests.support.world import World

GITHUB: dict[str, Any] = {
    "github_repository": "octo/preto",
    "github_branches": ("main",),
    "github_pull_requests": True,
    "execution_role": True,
}
DERIVED: dict[str, Any] = {"execution_role": True, "execution_rights": "derived"}
IAM_NAMES = {"HeadBucket": "ListBucket", "ListObjects": "ListBucket", "DeleteObjects": "DeleteObject"}
"""Calls whose right has another name."""
LARGE: dict[str, Any] = {"network": {"waf": {}}, "monitoring": {"alarms": True}, "security": {"kms_key": "own"}}
ROLE = "preto-2-bootstrap-ap-northeast-2"


def bootstrapped(world: World, wanted: Settings, *others: Settings) -> None:
    """Deploy the stack as these settings want it."""
    assert world.execute(plan_bootstrap(world.aws, wanted, emit=world.said.append, others=others)).succeeded


def allowed(world: World) -> set[str]:
    """The actions that the execution role's policies allow, those of bootstrap."""
    found = read_policies(world.aws, find_role(world.aws, ROLE))[1].identity
    return {name for document in found for it in document.statements if not it.is_deny for name in it.actions.values}


def lacking(world: World, wanted: Settings) -> Found:
    """What the execution role lacks for these settings."""
    found = deployment_needs(wanted, render(wanted), world.aws.account_id)
    only = type(found)(environment="", stack_name="", deployer=(), cloudformation=found.cloudformation)
    return judge_principal(world.aws, only, find_role(world.aws, ROLE))


def test_derived_rights_are_what_the_templates_need_and_no_more(world: World) -> None:
    """A deployment with them succeeds; what another feature would need is not among them; again is no change."""
    wanted = settings(bootstrap=DERIVED)
    bootstrapped(world, wanted)
    found = lacking(world, wanted)
    assert (found.missing, found.undecided) == ((), ())
    assert "sns:CreateTopic" in {it.need.action for it in lacking(world, settings(monitoring={"alarms": True})).missing}
    assert not {it for it in allowed(world) if "*" in it}
    assert plan_bootstrap(world.aws, wanted, emit=world.said.append).change_set is None
    assert world.deploy(bootstrap=DERIVED).succeeded


def test_what_only_the_deployed_templates_need_stays_until_it_is_gone(world: World) -> None:
    """So that a change that takes the filter away can delete it; the bootstrap after it drops the right."""
    filtered = {"bootstrap": DERIVED, "network": {"waf": {}}}
    bootstrapped(world, settings(**filtered))
    world.deploy(**filtered)
    bootstrapped(world, settings(bootstrap=DERIVED))
    assert "wafv2:DeleteWebACL" in allowed(world)
    world.deploy(bootstrap=DERIVED)
    bootstrapped(world, settings(bootstrap=DERIVED))
    assert "wafv2:DeleteWebACL" not in allowed(world)


def test_the_environments_that_share_the_role_share_its_rights(world: World) -> None:
    """Those of the same project and place that deploy with it; the plan names them."""
    here = settings(bootstrap=DERIVED)
    staging = settings(environment="staging", bootstrap=DERIVED, monitoring={"alarms": True})
    others = (
        staging,
        settings(environment="by-hand", monitoring={"dashboard": True}),
        settings(environment="away", bootstrap=DERIVED, aws={"region": "us-east-1"}),
        settings(environment="theirs", bootstrap=DERIVED, aws={"region": "ap-northeast-2", "account_id": "9" * 12}),
        settings(environment="local", bootstrap=DERIVED, aws={"region": "ap-northeast-2", "endpoint": "sandbox"}),
        settings(environment="other", project="other", bootstrap=DERIVED),
    )
    assert sharing_environments(world.aws, here, others) == (here, staging)
    planned = plan_bootstrap(world.aws, here, emit=world.said.append, others=others)
    assert any(note.endswith("as deployed: prod, staging.") for note in planned.request.notes)
    assert world.execute(planned).succeeded
    assert lacking(world, staging).missing == ()
    assert "cloudwatch:PutDashboard" not in allowed(world)


def test_more_policies_than_a_role_takes_are_refused(world: World) -> None:
    """Before anything is made; those of others count, too."""
    own = DERIVED | {"execution_policy_arns": tuple(f"arn:aws:iam::aws:policy/P{it}" for it in range(5))}
    others = [settings(environment=f"test-{it}", bootstrap=own, **LARGE) for it in range(4)]
    with pytest.raises(UserError, match=r"take \d+ managed policies, and a role has 10 at most"):
        plan_bootstrap(world.aws, settings(bootstrap=own), emit=world.said.append, others=others)
    assert world.change_sets() == []


def test_a_long_template_goes_through_the_bucket_which_has_to_be_there(empty: World) -> None:
    """CloudFormation takes 51,200 bytes as they are; more only from the artifact bucket, under bootstrap/."""
    wanted = settings(bootstrap=GITHUB | DERIVED)
    others = [settings(environment=f"test-{it}", bootstrap=DERIVED, **LARGE) for it in range(4)]
    with pytest.raises(UserError, match=r"CloudFormation takes 51200 without a bucket\nRun it first without"):
        plan_bootstrap(empty.aws, wanted, emit=empty.said.append, others=others)
    bucket = empty.bootstrap().outputs["ArtifactBucket"]
    bootstrapped(empty, wanted, *others)
    (key,) = [it["Key"] for it in empty.aws.s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert key.startswith("bootstrap/")
    assert lacking(empty, others[0]).missing == ()


def test_a_role_may_not_have_too_many_policies_on_the_way(world: World) -> None:
    """CloudFormation attaches the new ones before it takes the old ones away."""
    own = {"execution_role": True, "execution_policy_arns": tuple(f"arn:aws:iam::aws:policy/P{it}" for it in range(4))}
    old = json.loads(bootstrap_template.build("preto-2", settings(bootstrap=own).bootstrap).body)
    few: dict[str, Any] = {f"Derived{it}": {} for it in range(3)}
    new = json.loads(bootstrap_template.build("preto-2", settings(bootstrap=own).bootstrap, few).body)
    refuse_too_many_on_the_way(old, new, 3)
    with pytest.raises(UserError, match="it would have 11, and 10 is the most"):
        refuse_too_many_on_the_way(old, new, 4)
    assert world.change_sets() == []


def test_a_deployment_is_cloudformations_with_its_own_role(world: World) -> None:
    """The stack has the execution role afterwards; a plan that nobody executes hands it over to nobody."""
    wanted = settings(bootstrap=GITHUB)
    done = world.execute(plan_bootstrap(world.aws, wanted, emit=world.said.append))
    look = plan.prepare(world.aws, wanted, render(wanted), emit=world.said.append, purpose=plan.Purpose.SHOW)
    assert look.request.role_arn == ""
    plan.discard(world.aws, look)
    assert world.deploy(bootstrap=GITHUB).succeeded
    (stack,) = world.aws.cloudformation.describe_stacks(StackName="preto-2-prod")["Stacks"]
    assert stack["RoleARN"] == done.outputs["ExecutionRoleArn"]


def test_a_role_that_cloudformation_may_not_take_on_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on AWS: before anything is made, when a role that was only new would have been known."""
    monkeypatch.setattr(change_set, "ROLE_SECONDS", 1.0)
    bootstrapped(world, settings(bootstrap=GITHUB))
    iam = world.account.client("iam")
    iam.update_assume_role_policy(RoleName="preto-2-bootstrap-ap-northeast-2", PolicyDocument=json.dumps(TRUST))
    with pytest.raises(UserError, match="is invalid or cannot be assumed"):
        world.plan(bootstrap=GITHUB)
    assert set(world.states()) == {"preto-2-bootstrap"}


def test_a_stack_without_the_role_that_is_asked_for_is_told(world: World) -> None:
    """A deployment with the caller's own rights would be another one than was asked for."""
    with pytest.raises(
        UserError, match=r"it has no execution role.*\nRun bootstrap again: python build\.py bootstrap prod"
    ):
        world.plan(bootstrap={"execution_role": True})


def test_a_stack_with_another_role_than_is_asked_for_is_told(world: World) -> None:
    """Another environment has given it a name since; nobody deploys with a role that the file does not name."""
    planned = plan_bootstrap(world.aws, settings(bootstrap={"execution_role": True}), emit=world.said.append)
    assert world.execute(planned).succeeded
    with pytest.raises(UserError, match=r"execution role is preto-2-bootstrap-\S+, and prod asks for Other"):
        world.plan(bootstrap={"execution_role": True, "execution_role_name": "Other"})


def test_the_roles_of_github_may_make_every_call_that_their_commands_make(world: World) -> None:
    """By the calls that `plan`, `deploy`, `watch`, `status` and `outputs` really send, each by its name in IAM."""
    seen: set[str] = set()
    wanted = settings(bootstrap=GITHUB)
    template = json.loads(bootstrap_template.build("preto-2", wanted.bootstrap).body)

    def allowed(role: str) -> set[str]:
        found = [it for document in documents(template, role).values() for it in document["Statement"]]
        return {name.partition(":")[2] for it in found if it["Effect"] == "Allow" for name in it["Action"]}

    def note(action: str) -> None:
        seen.add(IAM_NAMES.get(action, action))

    bootstrapped(world, wanted)
    world.deploy(bootstrap=GITHUB)
    world.push("v1")
    with_image = settings(bootstrap=GITHUB, image_tag="v1")
    with world.behind(note) as watched:
        look = plan.prepare(
            watched.aws, with_image, render(with_image), emit=world.said.append, purpose=plan.Purpose.SHOW
        )
        plan.discard(watched.aws, look)
        assert seen >= {"CreateChangeSet", "DeleteChangeSet", "PutObject", "ListBucket", "DescribeImages"}
        assert seen - allowed("GitHubPlanRole") == set()
        planned = plan.prepare(watched.aws, with_image, render(with_image), emit=world.said.append)
        assert execute_plan(watched.aws, planned, on_event=world.events.append).succeeded
        read_status(watched.aws, with_image)
        read_outputs(watched.aws, with_image)
    assert seen >= {"ExecuteChangeSet", "DescribeServices", "DescribeTargetHealth", "DescribeScalableTargets"}
    assert seen - allowed("GitHubActionsRole") == set()
