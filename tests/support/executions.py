"""A running service that somebody else has made, and a survey of it: what a takeover starts from."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.adopt.execution.executing import Adoption, execute_takeover
from stacks.adopt.execution.journal import Journal, read_journal
from stacks.adopt.execution.stack_steps import Follow
from stacks.adopt.execution.takeover import StateInUse, Takeover, prepare_takeover
from stacks.adopt.execution.templates import DELETED
from stacks.adopt.execution.undo import Undone, undo
from stacks.adopt.live import read_live
from stacks.adopt.survey import Adopted, Difference, Effect, Made, Survey
from stacks.aws.session import Aws
from stacks.cloudformation import schemas
from stacks.cloudformation.bootstrapped import read_bootstrap
from stacks.rendered.names import NESTED_STACK
from stacks.settings import Settings
from stacks.terraform.state import State
from tests.support import direct_calls, world
from tests.support.accounts import Account

if TYPE_CHECKING:
    from collections.abc import Callable


PLACES = {
    "AWS::ECR::Repository": "Ecr/Repository",
    "AWS::IAM::Role": "Iam/TaskRole",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Network/LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "Network/TargetGroup",
    "AWS::ElasticLoadBalancingV2::Listener": "Network/Listener",
    "AWS::ECS::Cluster": "Ecs/Cluster",
    "AWS::Logs::LogGroup": "Ecs/LogGroup",
    "AWS::ECS::Service": "Ecs/Service",
    "AWS::ApplicationAutoScaling::ScalableTarget": "Autoscaling/ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "Autoscaling/CpuPolicy",
}
"""Where each resource of `direct_calls.make_service` goes."""
NAMES = {
    "load_balancer": "team-alb",
    "target_group": "team-tg",
    "cluster": "team",
    "service": "app",
    "task_family": "team",
    "container": "app",
    "log_group": "/ecs/team",
    "task_role": "team-task",
    "cpu_policy": "cpu",
}
SAME = {"Cluster", "LoadBalancerArn", "ScalingTargetId"}
"""Properties that refer to what is imported with it."""
RECORDED = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": {
        "ScalingTargetId": f"service/team/app|{direct_calls.DIMENSION}|ecs",
    }
}
"""What AWS returns to nobody, as a state has it."""


@dataclass(frozen=True)
class Running:
    """A running service in an account with an artifact bucket, and a survey of it."""

    aws: Aws
    account: Account
    settings: Settings
    survey: Survey

    def prepared(self, recheck: Callable[[], None] = lambda: None, **changed: Any) -> Takeover:
        """Prepare the takeover; `changed` are fields of the survey."""
        survey = dataclasses.replace(self.survey, **changed)
        return prepare_takeover(self.aws, self.settings, survey, _state(recheck))

    def execute(self, recheck: Callable[[], None] = lambda: None) -> Adoption:
        """Take over, or go on."""
        follow = Follow(on_event=lambda _: None)
        return execute_takeover(self.prepared(recheck), follow, emit=lambda _: None)

    def undo(self) -> Undone:
        """Take it back."""
        return undo(self.aws, self.bucket, self.root, Follow(on_event=lambda _: None), emit=lambda _: None)

    @property
    def root(self) -> str:
        """The name of the root stack."""
        return self.settings.identity.name

    def through(self, url: str) -> Running:
        """Return the same through a proxy, without retries."""
        return dataclasses.replace(self, aws=dataclasses.replace(self.aws, endpoint_url=url, attempts=1))

    @property
    def bucket(self) -> str:
        """The artifact bucket."""
        return read_bootstrap(self.aws, self.settings).artifact_bucket

    def journal(self) -> Journal:
        """Return the journal."""
        found = read_journal(self.aws, self.bucket, self.root)
        assert found is not None
        return found

    def objects(self) -> list[str]:
        """Return the keys of all objects in the artifact bucket."""
        found = self.aws.s3.list_objects_v2(Bucket=self.bucket)
        return [it["Key"] for it in found.get("Contents", [])]

    def stacks(self) -> dict[str, str]:
        """Return the state of each stack but for the bootstrap stack, by name."""
        found = self.aws.cloudformation.describe_stacks()["Stacks"]
        return {it["StackName"]: it["StackStatus"] for it in found if "bootstrap" not in it["StackName"]}

    def live(self) -> dict[str, Any]:
        """Return the live properties of all resources that are taken over, by path."""
        return {it.path: it.live for it in read_live(self.aws, self.survey.adopted)}


def _state(recheck: Callable[[], None]) -> StateInUse:
    return StateInUse(named="terraform.tfstate", document={"kind": "file"}, recheck=recheck)


def make_running(account: Account, aws: Aws) -> Running:
    """Make a service by direct calls, and survey it by hand: whatever our templates write has its live value."""
    made = direct_calls.make_service(account)
    ec2 = account.client("ec2")
    vpc = ec2.describe_subnets(SubnetIds=made.subnets)["Subnets"][0]["VpcId"]
    _route(ec2, vpc)
    settings = world.settings(
        image_tag="1",
        names=NAMES,
        ecr={"repository_name": "team-app"},
        network={"vpc_id": vpc, "public_subnet_ids": made.subnets},
        ecs={"cpu": 256, "memory": 512, "desired_count": 1, "architecture": "ARM64", "launch_type": "FARGATE"},
        autoscaling={"min_capacity": 1, "max_capacity": 4, "memory_tracking": False},
        security={"cookie_secret": False},
    )
    world.World(aws=aws, account=account).push("1", "team-app")
    adopted = read_live(aws, [_adopted(name, made.identifiers[name]) for name in PLACES])
    assert [it.unread for it in adopted] == [""] * len(adopted)
    declared = _declared(settings)
    differences = tuple(
        Difference(path=it.path, property=name, effect=Effect.IN_PLACE)
        for it in adopted
        for name in dict.fromkeys([*declared[it.path].get("Properties", {}), *DELETED.get(it.type, ())])
        if name not in SAME
    )
    state = State(program_version="1.11.4", serial=7, lineage="9d2b", md5="0" * 32, resources=())
    return Running(
        aws=aws,
        account=account,
        settings=settings,
        survey=Survey(state=state, adopted=adopted, staying=(), made=_made(settings, adopted), differences=differences),
    )


def _route(ec2: Any, vpc: str) -> None:
    """Give the VPC a way to the internet."""
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    (table,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)


def _adopted(resource_type: str, identifier: str) -> Adopted:
    keys = [path[0] for path in schemas.paths("ap-northeast-2", resource_type, "primaryIdentifier")]
    return Adopted(
        addresses=(f"aws_it.{PLACES[resource_type].rpartition('/')[2].lower()}",),
        path=PLACES[resource_type],
        type=resource_type,
        identifier=dict(zip(keys, identifier.split("|"), strict=True)),
        recorded=RECORDED.get(resource_type, {}),
    )


def _made(settings: Settings, adopted: tuple[Adopted, ...]) -> tuple[Made, ...]:
    """Return all other resources of our templates."""
    known = {it.path for it in adopted}
    return tuple(Made(path=path, type=it["Type"]) for path, it in _declared(settings).items() if path not in known)


def _declared(settings: Settings) -> dict[str, Any]:
    """Return the resources of our templates by path, without the nested stacks."""
    found: dict[str, Any] = {}
    for file, text in world.rendered(settings).templates.items():
        child = file.removesuffix(".template.json").capitalize()
        found |= {f"{child}/{name}": it for name, it in json.loads(text)["Resources"].items()}
    return {path: it for path, it in found.items() if it["Type"] != NESTED_STACK}
