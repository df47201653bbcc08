"""Preto-2 in an account of the test's own, driven through the functions that the command line calls."""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from stacks import plan
from stacks.aws.session import Aws, connect
from stacks.bootstrap.prepare import plan_bootstrap
from stacks.build.render import render
from stacks.cloudformation.events import Event
from stacks.operations.deploy import execute_plan
from stacks.operations.destroy import Destroyed, execute_destruction, prepare_destruction
from stacks.settings import Settings
from tests.support import faults
from tests.support.accounts import Account
from tests.support.networks import Net

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stacks.operations.deploy import Deployment
    from stacks.plan import Plan
    from stacks.rendered.rendered import Rendered

PRETO: dict[str, Any] = {
    "project": "preto-2",
    "environment": "prod",
    "ecs": {"cpu": 256, "memory": 512, "desired_count": 2},
    "autoscaling": {"min_capacity": 1, "max_capacity": 4},
    "aws": {"region": "ap-northeast-2"},
}
MANIFEST = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
    "config": {
        "mediaType": "application/vnd.docker.container.image.v1+json",
        "size": 2,
        "digest": "sha256:" + "0" * 64,
    },
    "layers": [],
}


def settings(**changed: Any) -> Settings:
    """Return the settings of a small Preto-2, with these on top."""
    return Settings.model_validate(PRETO | changed)


_RENDERED: dict[str, Rendered] = {}


def rendered(wanted: Settings) -> Rendered:
    """Return the templates of these settings, rendered once in a process: the same settings give the same bytes."""
    key = repr(wanted)
    if key not in _RENDERED:
        _RENDERED[key] = render(wanted)
    return _RENDERED[key]


def connected(account: Account) -> Aws:
    """Return a session in the account."""
    address = account.address
    return connect(
        settings().aws,
        endpoint_url=address.endpoint_url,
        access_key_id=address.access_key_id,
        secret_access_key=address.secret_access_key,
    )


@dataclass(frozen=True)
class World:
    """An account, the messages of the commands in it, and the events of the last operation."""

    aws: Aws
    account: Account
    said: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def bootstrap(self) -> Deployment:
        """Deploy the bootstrap stack, with the artifact bucket."""
        return self.execute(plan_bootstrap(self.aws, settings(), emit=self.said.append))

    def plan(self, **changed: Any) -> Plan:
        """Plan Preto-2 with these settings."""
        wanted = settings(**changed)
        return plan.prepare(self.aws, wanted, rendered(wanted), emit=self.said.append)

    def execute(self, planned: Plan) -> Deployment:
        """Execute a plan; only its events are kept."""
        self.events.clear()
        return execute_plan(self.aws, planned, on_event=self.events.append)

    def deploy(self, **changed: Any) -> Deployment:
        """Plan and execute, and expect that it succeeds."""
        done = self.execute(self.plan(**changed))
        assert done.succeeded, done
        return done

    def destroy(self) -> Destroyed:
        """Delete the deployment."""
        self.events.clear()
        return execute_destruction(self.aws, prepare_destruction(self.aws, settings()), on_event=self.events.append)

    def push(self, tag: str, repository: str = "preto-2-prod") -> None:
        """Put an image with this tag into the repository."""
        self.aws.ecr.put_image(
            repositoryName=repository,
            imageTag=tag,
            imageManifest=json.dumps(MANIFEST | {"annotations": {"tag": tag}}),
        )

    @contextmanager
    def behind(self, answer: Callable[[str], faults.Fault | None], attempts: int = 6) -> Iterator[World]:
        """Give the same account behind a proxy that injects faults."""
        with (
            faults.server(answer, self.account.address.endpoint_url) as url,
            closing(replace(self.aws, endpoint_url=url, attempts=attempts)) as aws,
        ):
            yield replace(self, aws=aws)

    def states(self) -> dict[str, str]:
        """Return the status of each stack, by name."""
        found = self.aws.cloudformation.describe_stacks()["Stacks"]
        return {stack["StackName"]: stack["StackStatus"] for stack in found}

    def change_sets(self) -> list[str]:
        """Return the names of all change sets that nobody has executed."""
        names = []
        for stack in self.states():
            listed = self.aws.cloudformation.list_change_sets(StackName=stack)["Summaries"]
            names += [it["ChangeSetName"] for it in listed if it["ExecutionStatus"] != "EXECUTE_COMPLETE"]
        return names


@pytest.fixture
def empty(account: Account) -> Iterator[World]:
    """Give an empty account."""
    with closing(connected(account)) as aws:
        yield World(aws=aws, account=account)


@pytest.fixture
def world(empty: World) -> World:
    """Give an account with the artifact bucket, and nothing else."""
    empty.bootstrap()
    return empty


@pytest.fixture
def running(world: World) -> World:
    """Give a world in which the service runs image v1."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1")
    return world


@pytest.fixture
def net(world: World) -> Net:
    """Give an empty VPC."""
    return Net(world.account.client("ec2"))


@pytest.fixture
def public(net: Net) -> tuple[str, str]:
    """Give two public subnets of that VPC, by the main route table."""
    net.route_main("igw")
    return net.subnet("ap-northeast-2a"), net.subnet("ap-northeast-2c")
