"""Why tasks of a service stop: grouped by what they have in common, with their last words, against the embedded AWS."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from sandbox.image import place_image
from stacks.operations.service import Service, Services, Stopped, cluster_and_name
from stacks.views import service as view

if TYPE_CHECKING:
    from tests.support.world import World


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        ("arn:aws:ecs:ap-northeast-2:123456789012:service/shop/web", ("shop", "web")),
        ("arn:aws:ecs:ap-northeast-2:123456789012:service/web", ("default", "web")),
    ],
)
def test_a_services_arn_tells_cluster_and_name(arn: str, expected: tuple[str, str]) -> None:
    """In the form of today, and in that of before 2021."""
    assert cluster_and_name(arn) == expected


IMAGE = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/app:v2"


@pytest.mark.parametrize(
    ("reason", "log", "expected"),
    [
        (f"CannotPullContainerError: pull image manifest has been retried 7 time(s): {IMAGE}: not found", "", True),
        (
            "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'",
            "",
            True,
        ),
        ("Essential container in task exited", "exec /usr/bin/python: exec format error", True),
        (
            "ResourceInitializationError: unable to pull secrets: Secrets Manager can't find the specified secret.",
            "",
            True,
        ),
        ("CannotPullContainerError: ref pull has been retried 5 time(s): dial tcp: i/o timeout", "", False),
        ("CannotPullContainerError: pull access denied, AccessDeniedException", "", False),
        ("ResourceInitializationError: unable to pull secrets or registry auth: connection issue", "", False),
        ("Essential container in task exited", "page not found", False),
    ],
)
def test_what_no_further_attempt_mends_is_known(reason: str, log: str, expected: object) -> None:
    """Something is not there, or of the wrong kind; networks and new roles may recover."""
    stopped = Stopped(reason=reason, container="web", exit_code=1, count=1, log=(log,))
    assert stopped.is_hopeless is expected


@pytest.fixture
def failed(world: World) -> World:
    """Give an account in which three tasks of a first service have stopped; the service stays."""
    world.deploy()
    place_image(world.account.address, "preto-2-prod", "crash", exit_code=7, log=["one", "two", "3", "4", "5", "six"])
    world.aws.ecs.create_cluster(clusterName="shop")
    world.aws.logs.create_log_group(logGroupName="/shop")
    uri = world.aws.ecr.describe_repositories()["repositories"][0]["repositoryUri"]
    world.aws.ecs.register_task_definition(
        family="shop",
        containerDefinitions=[
            {
                "name": "web",
                "image": f"{uri}:crash",
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {"awslogs-group": "/shop", "awslogs-stream-prefix": "p"},
                },
            }
        ],
    )
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": False}}
    world.aws.ecs.create_service(
        cluster="shop",
        serviceName="web",
        taskDefinition="shop",
        desiredCount=2,
        deploymentConfiguration=breaker,  # type: ignore[arg-type]  # a plain dict of the same form
    )
    return world


def services(world: World, since: dt.datetime) -> Services:
    """A look at the service."""
    arn = f"arn:aws:ecs:ap-northeast-2:{world.account.account_id}:service/shop/web"
    return Services(world.aws, arn, since=since)


def test_tasks_that_stop_alike_are_one_group(failed: World) -> None:
    """With their number, the container that ended, its exit code, and its last five lines."""
    found = services(failed, dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)).poll()
    assert found is not None
    (group,) = found.stopped
    assert (group.reason, group.container, group.exit_code, group.count) == (
        "Essential container in task exited",
        "web",
        7,
        3,
    )
    assert group.log == ("two", "3", "4", "5", "six")
    assert (found.desired, found.running, found.failed, found.rollout) == (2, 0, 3, "FAILED")


def test_what_stopped_before_does_not_count(failed: World) -> None:
    """ECS lists stopped tasks for an hour; those of the last deployment are not those of this one."""
    found = services(failed, dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)).poll()
    assert found is not None
    assert found.stopped == ()


def test_tasks_that_were_meant_to_stop_do_not_count(failed: World) -> None:
    """Scaling in, and making room for newer tasks, is no failure."""
    since = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    place_image(failed.account.address, "preto-2-prod", "v1")
    uri = failed.aws.ecr.describe_repositories()["repositories"][0]["repositoryUri"]
    failed.aws.ecs.register_task_definition(family="shop", containerDefinitions=[{"name": "web", "image": f"{uri}:v1"}])
    failed.aws.ecs.update_service(cluster="shop", service="web", taskDefinition="shop")
    failed.aws.ecs.update_service(cluster="shop", service="web", desiredCount=1)
    found = services(failed, since).poll()
    assert found is not None
    assert found.running == 1
    assert [group.exit_code for group in found.stopped] == [7]


def test_a_service_that_is_gone_is_none(failed: World) -> None:
    """A rollback deletes it while we look."""
    failed.aws.ecs.delete_service(cluster="shop", service="web", force=True)
    assert services(failed, dt.datetime.now(dt.UTC)).poll() is None


def test_tasks_of_the_version_before_are_told_apart() -> None:
    """While requests move, twice as many tasks run as are wanted, and half of them are old."""
    moving = Service(cluster="c", name="s", desired=2, running=4, pending=0, failed=0, rollout="IN_PROGRESS", old=2)
    assert view.counts(moving) == "2 desired, 4 running (2 old), 0 pending, 0 failed"
    assert view.document(moving)["old"] == 2
