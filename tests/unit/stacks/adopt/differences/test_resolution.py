"""The templates of an environment, where each reference to what is adopted is what runs."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.adopt.differences import compare, resolve
from stacks.adopt.differences.references import reference_to
from stacks.adopt.survey import Adopted, Difference, Effect
from stacks.adopt.types import take_inventory
from stacks.build.render import render
from stacks.place import place
from stacks.rendered.values import parts
from stacks.settings import load
from tests.unit.stacks.adopt.types import examples
from tests.unit.stacks.adopt.types.examples import IDENTIFIERS, held

HERE = place("eu-west-1", examples.ACCOUNT)
PATHS = {
    "aws_ecr_repository": "Ecr/Repository",
    "aws_iam_role": "Iam/TaskExecutionRole",
    "aws_lb": "Network/LoadBalancer",
    "aws_lb_target_group": "Network/TargetGroup",
    "aws_lb_listener": "Network/Listener",
    "aws_ecs_cluster": "Ecs/Cluster",
    "aws_ecs_service": "Ecs/Service",
    "aws_cloudwatch_log_group": "Ecs/LogGroup",
    "aws_appautoscaling_target": "Autoscaling/ScalableTarget",
    "aws_appautoscaling_policy": "Autoscaling/CpuPolicy",
}
RENDERED = render(load("prod", variables=["image_tag=abc"]))


def adopted(terraform_type: str) -> Adopted:
    """The example of a type at its place."""
    [found] = take_inventory([held(terraform_type)]).candidates
    path = PATHS.get(terraform_type, "Network/Rule")
    return Adopted(
        addresses=found.addresses,
        path=path,
        type=found.type,
        identifier=found.identifier,
        recorded=found.recorded,
        live=found.recorded,
    )


ALL = [adopted(name) for name in PATHS]
CONTAINER = {
    "Name": "books",
    "Image": "nginx:1",
    "PortMappings": [{"ContainerPort": 8501, "HostPort": 8501, "Protocol": "tcp"}],
    "Environment": [{"Name": "STREAMLIT_SERVER_PORT", "Value": "secret-1"}, {"Name": "SHOP", "Value": "secret-2"}],
}
RUNNING = {
    "Family": "books",
    "Cpu": "256",
    "Memory": "512",
    "ContainerDefinitions": [CONTAINER],
    "Revision": 7,
    "RegisteredBy": "x",
}


def found_by_property(path: str, *, running: dict[str, Any] | None = None) -> dict[str, Difference]:
    """What differs of the resource at a place, by property."""
    every = compare(ALL, RENDERED, HERE, running=running)
    return {it.property: it for it in every if it.path == path}


def test_a_reference_to_what_is_adopted_is_what_runs() -> None:
    """Across stacks: by the names and ARNs that the state has, so that what refers to them does not differ."""
    ours = resolve(RENDERED, ALL, HERE)
    service = ours["Ecs/Service"].properties
    assert service["Cluster"] == "books-cluster"
    assert [it["TargetGroupArn"] for it in service["LoadBalancers"]] == [examples.GROUP]
    definition = ours["Ecs/TaskDefinition"].properties
    assert definition["ExecutionRoleArn"] == f"arn:aws:iam::{examples.ACCOUNT}:role/books-exec"
    assert ours["Network/Listener"].properties["LoadBalancerArn"] == examples.BALANCER
    assert ours["Autoscaling/ScalableTarget"].properties["ResourceId"] == "service/books-cluster/books-service"
    image = definition["ContainerDefinitions"][0]["Image"]
    assert image == f"{examples.ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/books:abc"


def test_a_reference_to_what_is_not_there_yet_names_it() -> None:
    """Without anything adopted, each id is that of a new resource."""
    ours = resolve(RENDERED, [], HERE)
    assert [part.causes for part in parts(ours["Ecs/Service"].properties["Cluster"])] == [("Ecs/Cluster",)]
    assert "Ecs/Service" not in resolve(render(load("prod")), [], HERE), "a condition leaves it out"


@pytest.mark.parametrize(
    ("terraform_type", "attribute", "expected"),
    [
        ("aws_ecr_repository", "", "books"),
        ("aws_ecr_repository", "Arn", f"arn:aws:ecr:eu-west-1:{examples.ACCOUNT}:repository/books"),
        ("aws_iam_role", "Arn", f"arn:aws:iam::{examples.ACCOUNT}:role/books-exec"),
        ("aws_cloudwatch_log_group", "Arn", f"arn:aws:logs:eu-west-1:{examples.ACCOUNT}:log-group:/ecs/books:*"),
        ("aws_ecs_cluster", "Arn", f"arn:aws:ecs:eu-west-1:{examples.ACCOUNT}:cluster/books-cluster"),
        ("aws_ecs_service", "", examples.SERVICE),
        ("aws_ecs_service", "Name", "books-service"),
        ("aws_lb", "LoadBalancerFullName", "app/books-alb/50dc6c495c0c9188"),
        ("aws_lb", "LoadBalancerName", "books-alb"),
        ("aws_lb", "DNSName", None),
        ("aws_lb_target_group", "TargetGroupFullName", "targetgroup/books-tg/73e2d6bc24d8a067"),
        ("aws_lb_target_group", "TargetGroupName", "books-tg"),
        ("aws_lb_listener", "ListenerArn", examples.LISTENER),
        ("aws_appautoscaling_target", "", "service/books-cluster/books-service|ecs:service:DesiredCount|ecs"),
        ("aws_appautoscaling_policy", "", examples.POLICY),
    ],
)
def test_references_are_what_cloudformation_returns(terraform_type: str, attribute: str, expected: str | None) -> None:
    """`Ref` and `Fn::GetAtt` by the pages of the types."""
    assert reference_to(adopted(terraform_type), attribute, HERE) == expected
    assert terraform_type in IDENTIFIERS


def test_what_refers_to_what_is_adopted_does_not_differ() -> None:
    """The service's cluster, its target group, the listener's load balancer, the policy's target."""
    assert "Cluster" not in found_by_property("Ecs/Service")
    assert "LoadBalancerArn" not in found_by_property("Network/Listener")
    assert "DefaultActions" not in found_by_property("Network/Listener")
    assert (
        not {"ScalingTargetId", "TargetTrackingScalingPolicyConfiguration"}
        & found_by_property("Autoscaling/CpuPolicy").keys()
    )


def test_names_and_launch_type_block_and_the_rest_does_not() -> None:
    """With the settings of an environment that knows nothing of what runs."""
    service = found_by_property("Ecs/Service")
    assert {name for name, it in service.items() if it.effect is Effect.REPLACEMENT} == {"ServiceName", "LaunchType"}
    assert (service["TaskDefinition"].effect, service["TaskDefinition"].template) == (
        Effect.ROLLOUT,
        "${Ecs/TaskDefinition}",
    )


def test_tags_are_compared_by_key_with_those_of_the_stack() -> None:
    """What Terraform has tagged otherwise, and what is not tagged yet."""
    tags = {name: it for name, it in found_by_property("Ecr/Repository").items() if name.startswith("Tags")}
    assert {name: (it.state, it.template) for name, it in tags.items()} == {
        "Tags[Name]": ("books", tags["Tags[Name]"].template),
        "Tags[Project]": ("books", "preto-2"),
        "Tags[Environment]": (tags["Tags[Environment]"].state, "prod"),
        "Tags[ManagedBy]": (tags["Tags[ManagedBy]"].state, "CloudFormation"),
    }


def test_the_revision_that_runs_is_compared_with_ours() -> None:
    """What new tasks have, and those that run have not; a value of the environment is compared and never shown."""
    found = found_by_property("Ecs/TaskDefinition", running=RUNNING)
    web = "ContainerDefinitions[web]"
    assert {it.effect for it in found.values()} == {Effect.ROLLOUT}
    assert (found["Family"].live, found["Family"].template) == ("books", "preto-2-prod")
    assert (found[f"{web}.ContainerName"].live, found[f"{web}.ContainerName"].template) == ("books", "web")
    assert not {f"{web}.PortMappings", "Revision", "RegisteredBy"} & found.keys()
    assert found[f"{web}.Environment[SHOP]"].live == "(a value)"
    assert found[f"{web}.Environment[STREAMLIT_SERVER_PORT]"].template == "(a value)"
    assert not any("secret" in str((it.live, it.template)) for it in found.values())


def test_what_the_settings_leave_out_is_not_compared() -> None:
    """Another type at the place, or no place: whoever asks has to know."""
    elsewhere = adopted("aws_lb_listener_rule")
    assert compare([elsewhere], RENDERED, HERE) == ()
