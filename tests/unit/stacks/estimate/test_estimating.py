"""Estimates of Preto-2's own tree."""

from __future__ import annotations

import json

from stacks.build.render import render
from stacks.cloudformation.changes import Change, StackChanges
from stacks.estimate.estimating import Estimate, estimate_changes
from stacks.estimate.history import PastOperation
from stacks.rendered.rendered import ROOT
from stacks.views import duration
from tests.support.world import settings

SERVICE = "AWS::ECS::Service"


def stack(*changes: Change) -> StackChanges:
    """Changes of one stack."""
    return StackChanges(stack_id="arn", changes=changes)


def nested(name: str, *changes: Change) -> Change:
    """A nested stack in which these change."""
    kind = "AWS::CloudFormation::Stack"
    return Change(action="Modify", logical_id=name, type=kind, nested=stack(*changes))


def new_image() -> StackChanges:
    """What another image tag changes: a task definition is replaced, and then the service updated."""
    task = Change(action="Modify", logical_id="TaskDefinition", type="AWS::ECS::TaskDefinition", replacement="True")
    return stack(nested("Ecs", task, Change(action="Modify", logical_id="Service", type=SERVICE)))


def all_of_it() -> StackChanges:
    """Everything is new."""
    documents = {name: json.loads(text)["Resources"] for name, text in render(settings()).templates.items()}
    children = [
        Change(
            action="Add",
            logical_id=name,
            type=resource["Type"],
            nested=stack(
                *(
                    Change(action="Add", logical_id=inner, type=it["Type"])
                    for inner, it in documents[resource["Properties"]["TemplateURL"]].items()
                )
            ),
        )
        for name, resource in documents[ROOT].items()
    ]
    return stack(*children)


def estimated(changes: StackChanges, *past: PastOperation) -> Estimate:
    """The estimate over Preto-2's templates."""
    found = estimate_changes(changes, render(settings()).templates, ROOT, past)
    assert found is not None
    return found


def test_a_first_deployment_is_the_network_and_then_the_service() -> None:
    """The NAT gateway's 106 s and the service's 119 s follow each other; the load balancer's 116 s are beside them."""
    found = estimated(all_of_it())
    paths = [step.path for step in found.steps]
    assert paths.index("Network/NatGatewayA") < paths.index("Ecs/Service")
    assert "Network/LoadBalancer" not in paths
    assert found.seconds == 281
    assert duration.estimate(found).endswith("(Service 119 s, NatGatewayA 106 s; from typical durations on AWS)")


def test_a_new_image_is_the_task_definition_then_the_service() -> None:
    """4 s and 71 s of the table, and at the end the old task definition goes."""
    found = estimated(new_image())
    assert [(step.path, step.action) for step in found.steps] == [
        ("Ecs/TaskDefinition", "replace"),
        ("Ecs/Service", "update"),
        ("Ecs/TaskDefinition", "delete"),
    ]
    assert found.seconds == 4 + 71 + 2
    assert found.learnt_from == 0


def test_what_was_learnt_wins_by_its_median() -> None:
    """One deployment that hung does not spoil it; the words say what it stands on."""
    took = (20.0, 22.0, 3000.0)
    found = estimated(new_image(), *(PastOperation(seconds={("Ecs/Service", "update"): seconds}) for seconds in took))
    assert found.seconds == 4 + 22 + 2
    assert found.learnt_from == 3
    words = duration.estimate(found)
    assert (
        words
        == "About 28 s (Service 22 s, TaskDefinition 4 s; from 3 earlier deployments and typical durations on AWS)"
    )


def test_words_when_everything_is_learnt() -> None:
    """As in a plan for the twelfth time; nothing shorter than a second is named."""
    steps = {("Ecs/Service", "update"): 79.4, ("Ecs/TaskDefinition", "replace"): 0.4}
    past = [PastOperation(seconds=steps | {("Ecs/TaskDefinition", "delete"): 0.2}) for _ in range(12)]
    found = estimated(new_image(), *past)
    assert duration.estimate(found) == "About 1 min 20 s (Service 79 s; from 12 earlier deployments)"
    document = duration.document(found)
    assert document is not None
    assert (document["seconds"], document["earlier_deployments"]) == (80.0, 12)
    assert document["critical_path"][1] == {
        "path": "Ecs/Service",
        "type": SERVICE,
        "action": "update",
        "seconds": 79.4,
        "earlier_deployments": 12,
    }


def test_nothing_that_changes_takes_no_time() -> None:
    """There is no estimate, and no word of one."""
    assert estimate_changes(stack(nested("Ecs")), render(settings()).templates, ROOT, ()) is None
    assert duration.estimate(None) == ""
    assert duration.document(None) is None


def test_durations_in_words() -> None:
    """Seconds, minutes with seconds, hours with minutes."""
    words = [duration.spoken(seconds) for seconds in (0, 0.42, 1, 59.4, 59.6, 80, 120, 3600, 7500)]
    assert words == ["0.0 s", "0.4 s", "1 s", "59 s", "1 min", "1 min 20 s", "2 min", "1 h", "2 h 5 min"]
