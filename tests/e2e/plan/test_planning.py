"""The plan: what would change, and nothing left behind when nobody wants it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stacks import plan
from stacks.build.render import render
from stacks.cloudformation.stack import REVIEW_IN_PROGRESS, Stack, refuse_unchangeable
from stacks.errors import UserError
from tests.support import faults
from tests.support.world import settings

if TYPE_CHECKING:
    from stacks.cloudformation.changes import Kind
    from tests.support.world import World


def kinds(planned: plan.Plan) -> dict[str, Kind]:
    """What happens to each resource of the tree, but for what is proven to stay."""
    return {it.logical_id: it.kind for it in planned.changes.resources() if it.certainty != "none"}


def test_a_first_plan_lists_the_resources_of_all_children(world: World) -> None:
    """Without an image: the repository, the roles and the network, each in its child, and no service."""
    found = kinds(world.plan())
    assert set(found.values()) == {"add"}
    assert {"Repository", "TaskRole", "LoadBalancer", "Listener"} <= set(found)
    assert not {"Service", "Cluster", "ScalableTarget"} & set(found)


def test_a_discarded_first_plan_leaves_no_stack(world: World) -> None:
    """The stacks that CloudFormation makes for a plan's sake are gone, root and children."""
    planned = world.plan()
    assert world.states()["preto-2-prod"] == REVIEW_IN_PROGRESS
    plan.discard(world.aws, planned)
    assert world.states() == {"preto-2-bootstrap": "CREATE_COMPLETE"}


def test_a_discarded_plan_of_a_deployed_stack_leaves_the_stack(world: World) -> None:
    """The change set is gone, the stacks are as they were, and the next plan is not in its way."""
    world.deploy()
    before = world.states()
    plan.discard(world.aws, world.plan(network={"idle_timeout": 301}))
    assert (world.states(), world.change_sets()) == (before, [])


def test_a_discarded_plan_leaves_another_plan_of_the_same_new_stack(world: World) -> None:
    """Who also plans the first deployment does not lose the plan."""
    mine, theirs = world.plan(), world.plan()
    plan.discard(world.aws, mine)
    assert world.execute(theirs).state == "CREATE_COMPLETE"


def test_a_changed_setting_is_one_change(world: World) -> None:
    """A plan names the resource that changes, and no other."""
    world.deploy()
    assert kinds(world.plan(network={"idle_timeout": 301})) == {"LoadBalancer": "change"}


def test_a_plan_changes_nothing(world: World) -> None:
    """The stacks and their templates are as before until somebody executes it."""
    world.deploy()
    before = world.aws.cloudformation.get_template(StackName="preto-2-prod")["TemplateBody"]
    world.plan(network={"idle_timeout": 301})
    assert world.aws.cloudformation.get_template(StackName="preto-2-prod")["TemplateBody"] == before
    assert set(world.states().values()) == {"CREATE_COMPLETE"}


def test_switching_autoscaling_off_removes_what_is_in_its_child(world: World) -> None:
    """A child that goes is shown with its resources, although it has no change set of its own."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1")
    found = kinds(world.plan(image_tag="v1", autoscaling={"enabled": False}))
    assert {name for name, kind in found.items() if kind == "remove"} == {"ScalableTarget", "CpuPolicy", "MemoryPolicy"}


def values(planned: plan.Plan, path: str) -> dict[str, Any]:
    """The properties of a resource, with their values before or after."""
    change = dict(planned.changes.paths())[path]
    return {item.path: item.before if change.kind == "remove" else item.after for item in change.properties}


def test_what_is_added_or_removed_is_known_in_full(world: World) -> None:
    """In new and in removed nested stacks: parameters are filled in, and what is there already has its name."""
    first = world.plan()
    assert values(first, "Network/Vpc")["CidrBlock"] == "10.0.0.0/16"
    assert values(first, "Network/PublicSubnetA")["VpcId"] == "${Vpc}"
    world.execute(first)
    world.push("v1")
    second = world.plan(image_tag="v1")
    service, definition = values(second, "Ecs/Service"), values(second, "Ecs/TaskDefinition")
    assert definition["ContainerDefinitions[web].Image"].endswith("/preto-2-prod:v1")
    assert (definition["Cpu"], service["TaskDefinition"]) == ("256", "${TaskDefinition}")
    assert service["LoadBalancers[web].TargetGroupArn"].startswith("arn:aws:elasticloadbalancing:")
    world.execute(second)
    removed = values(world.plan(image_tag="v1", autoscaling={"enabled": False}), "Autoscaling/ScalableTarget")
    assert (removed["MinCapacity"], removed["MaxCapacity"]) == ("1", "4")
    assert removed["ResourceId"] == "service/preto-2-prod/preto-2-prod"


def test_what_cloudformation_refuses_leaves_nothing(world: World) -> None:
    """A value that the template does not allow is told in CloudFormation's words, and no stack stays behind."""
    wanted = settings()
    rendered = render(wanted)
    broken = replace(rendered, parameters={**rendered.parameters, "EcsMemory": "513"})
    with pytest.raises(UserError, match="EcsMemory"):
        plan.prepare(world.aws, wanted, broken, emit=world.said.append)
    assert set(world.states()) == {"preto-2-bootstrap"}


@pytest.mark.parametrize(
    ("state", "way_out"),
    [
        ("UPDATE_IN_PROGRESS", "Wait until"),
        ("ROLLBACK_COMPLETE", "with --yes, or where nobody is asked: --recreate. To delete it only: DELETE"),
        ("DELETE_FAILED", "delete it again: DELETE"),
        ("UPDATE_ROLLBACK_FAILED", "Deploying again retries the rollback (--yes)"),
        ("UPDATE_FAILED", "takes the failed update back first"),
    ],
)
def test_a_state_that_allows_no_change_is_named_with_the_way_out(state: str, way_out: str) -> None:
    """The reader learns the state and what to type."""
    with pytest.raises(UserError, match=f"its state is {state}") as error:
        refuse_unchangeable(stack(state), "DELETE")
    assert way_out in error.value.then


@pytest.mark.parametrize(
    "state", ["CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE", REVIEW_IN_PROGRESS]
)
def test_other_states_are_no_obstacle(state: str) -> None:
    """A stack that is at rest, or has only been planned, can be changed."""
    assert stack(state).is_changeable


def stack(state: str) -> Stack:
    """A stack in this state."""
    return Stack(
        stack_id="arn", name="preto-2-prod", state=state, state_reason="", parameters={}, outputs={}, protected=False
    )


def test_a_child_that_cannot_be_planned_is_named_with_its_reason(world: World) -> None:
    """The root only says that a nested change set failed; the reader learns which, and why. Nothing stays behind."""
    wanted = settings()
    rendered = render(wanted)
    child = json.loads(rendered.templates["ecr.template.json"]) | {"Parameters": {"Needed": {"Type": "String"}}}
    broken = {**rendered.templates, "ecr.template.json": json.dumps(child)}
    with pytest.raises(UserError, match=r"change set of preto-2-prod: preto-2-prod-Ecr-.*: ") as error:
        plan.prepare(world.aws, wanted, replace(rendered, templates=broken), emit=world.said.append)
    assert "Nested change set" not in error.value.why
    assert set(world.states()) == {"preto-2-bootstrap"}


def test_a_plan_that_breaks_off_leaves_nothing(world: World) -> None:
    """AWS fails while the change set is read: it is deleted again, with the stacks that it made."""
    answers = iter([None, (400, faults.refusal("AccessDenied", "no"))])

    def fails_once(action: str) -> faults.Fault | None:
        return next(answers, None) if action == "DescribeChangeSet" else None

    with world.behind(fails_once) as there, pytest.raises(UserError, match="AWS DescribeChangeSet: access denied"):
        there.plan()
    assert set(world.states()) == {"preto-2-bootstrap"}
