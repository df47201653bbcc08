"""A takeover on the sandbox imports all and touches nothing, goes on after any interruption, and can be taken back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.adopt.execution import recording
from stacks.adopt.execution.serving import compare_serving
from stacks.adopt.execution.templates import PLACEHOLDER_TYPE
from stacks.errors import UserError
from tests.support import faults
from tests.support.executions import Running, make_running
from tests.support.proxy import Call, Reply, between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.world import World

MUTATING = {"CreateChangeSet", "ExecuteChangeSet", "UpdateStack", "DeleteStack"}
CHILDREN = ("Ecr", "Iam", "Network", "Ecs", "Autoscaling")
READS = ("Describe", "Get", "List", "BatchGet", "Head", "read ")


@pytest.fixture
def running(world: World) -> Running:
    """Give a service that was made by direct calls, in an account with an artifact bucket."""
    return make_running(world.account, world.aws)


def resource_calls(running: Running, since: int) -> list[str]:
    """Return the calls that change something, beyond CloudFormation's and S3's own, from one on."""
    calls = running.account.calls()[since:]
    names = [f"{it['service']}:{it['operation']}" for it in calls if it["service"] not in {"cloudformation", "s3"}]
    own = (PLACEHOLDER_TYPE, "PutMetricData")
    return [it for it in names if not it.partition(":")[2].startswith(READS) and not it.endswith(own)]


def test_a_takeover_imports_all_and_touches_nothing_and_so_does_its_undo(running: Running) -> None:
    """No call changes a resource; the same tasks run; taken back, all is as it was, and can be taken over again."""
    before, since = running.live(), len(running.account.calls())
    done = running.execute(lambda: count_request(running))
    proof = done.proof
    assert proof.requests is not None
    assert (proof.requests.during, proof.requests.failed) == (len(running.journal().steps) - 1, 0)
    assert (proof.drift, proof.unannounced, proof.refusal) == ((), (), "")
    assert proof.is_as_foretold
    assert len(proof.resources) == len(running.survey.adopted)
    assert running.live() == before
    assert compare_serving(proof.before, proof.after)[0] == "The same task runs without interruption."
    states = running.stacks()
    assert states.pop(running.root) == "IMPORT_COMPLETE"
    assert set(states.values()) == {"UPDATE_COMPLETE"}
    root = running.aws.cloudformation.describe_stacks(StackName=running.root)["Stacks"][0]
    assert (root.get("Tags", []), root.get("Outputs", [])) == ([], [])
    journal = running.journal()
    assert (journal.status, journal.root_id) == ("adopted", root["StackId"])
    assert all(step.ended for step in journal.steps)
    assert {it.path: it.physical_id for it in journal.resources}["Ecr/Repository"] == "team-app"

    again = running.execute()
    assert (again.proof.resources, running.stacks()[running.root]) == (proof.resources, "IMPORT_COMPLETE")

    undone = running.undo()
    assert len(undone.deleted) == len(CHILDREN) + 1
    assert running.stacks() == {}
    assert running.live() == before
    assert resource_calls(running, since) == []
    assert running.journal().status == "undone"
    assert not [it for it in running.objects() if it.startswith(f"{running.root}/") and "history" not in it]
    with pytest.raises(UserError, match="it was taken back already"):
        running.undo()
    assert running.execute().proof.is_as_foretold


def count_request(running: Running) -> None:
    """Report a request, as the load balancer does."""
    arn = next(it.identifier["LoadBalancerArn"] for it in running.survey.adopted if it.path.endswith("/LoadBalancer"))
    metric = {"MetricName": "RequestCount", "Value": 1, "Timestamp": dt.datetime.now(dt.UTC)}
    dimensions = [{"Name": "LoadBalancer", "Value": arn.partition("loadbalancer/")[2]}]
    cloudwatch = running.account.client("cloudwatch")
    cloudwatch.put_metric_data(Namespace="AWS/ApplicationELB", MetricData=[{**metric, "Dimensions": dimensions}])


def test_killed_at_any_point_the_same_command_goes_on(running: Running, world: World) -> None:
    """Before calls that change a stack, and after them without having seen the answer; the undo likewise."""
    few = tuple(it for it in running.survey.adopted if it.child in {"Ecr", "Iam"})
    running = dataclasses.replace(running, survey=dataclasses.replace(running.survey, adopted=few))
    before = running.live()
    assert until_it_ends(world, lambda url: running.through(url).execute()) >= 2 * len(few)
    assert running.live() == before
    assert running.journal().status == "adopted"
    assert running.stacks().keys() >= {running.root, *(running.prepared().child_name(it) for it in ("Ecr", "Iam"))}
    assert until_it_ends(world, lambda url: running.through(url).undo()) >= len(few)
    assert (running.stacks(), running.journal().status, running.live()) == ({}, "undone", before)


def until_it_ends(world: World, run: Callable[[str], object]) -> int:
    """Repeat something that is killed each time a little later; return how often it was."""
    for attempt in range(100):
        killed = Killed(allowed=attempt % 3, after=attempt // 3 % 2 == 1)
        with between(world.account.address.endpoint_url, killed.choose) as proxy:
            try:
                run(proxy.url)
            except UserError:
                continue
        return attempt
    pytest.fail(f"it has not ended: {world.states()}")


class Killed:
    """A process that is killed at a call that changes a stack, after some that succeed: then nothing arrives."""

    def __init__(self, *, allowed: int, after: bool) -> None:
        self.allowed, self.after, self.is_dead = allowed, after, False

    def choose(self, call: Call) -> Callable[..., Reply | None] | None:
        """Return what happens to a call."""
        if self.is_dead:
            return faults.reset
        if call.action not in MUTATING:
            return None
        self.allowed -= 1
        if self.allowed >= 0:
            return None
        self.is_dead = True
        return faults.lost if self.after else faults.reset


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param(faults.throttle, "too many requests", id="throttled"),
        pytest.param(faults.expired, "they have expired", id="expired session"),
        pytest.param(faults.internal, "the service itself fails", id="failing service"),
    ],
)
def test_what_fails_on_the_way_is_told_and_repeated(
    running: Running, world: World, fault: Callable[[Call, Any], Reply], words: str
) -> None:
    """The error is AWS's, what was done stays done, and the same call ends it."""

    def choose(call: Call) -> Callable[[Call, Any], Reply] | None:
        return fault if call.action == "UpdateStack" and call.number == 1 else None

    with between(world.account.address.endpoint_url, choose) as proxy, pytest.raises(UserError, match=words):
        running.through(proxy.url).execute()
    journal = running.journal()
    assert (journal.status, journal.steps[-1].ended) == ("executing", "")
    assert running.execute().proof.is_as_foretold


def test_a_change_set_that_would_do_anything_else_is_deleted(running: Running, world: World) -> None:
    """With it goes the stack that exists for its sake alone."""

    def modified(call: Call, pass_on: Callable[[Call], Reply]) -> Reply:
        reply = pass_on(call)
        return Reply(reply.status, reply.body.replace(b"<Action>Import<", b"<Action>Modify<"), reply.headers)

    def choose(call: Call) -> Callable[..., Reply] | None:
        return modified if call.action == "DescribeChangeSet" else None

    with between(world.account.address.endpoint_url, choose) as proxy, pytest.raises(UserError) as refused:
        running.through(proxy.url).execute()
    assert refused.value.why == "it would not only import: Modify Repository"
    assert running.stacks() == {running.root: "CREATE_COMPLETE"}
    assert running.execute().proof.is_as_foretold


def test_before_each_step_state_and_service_are_looked_at_again(running: Running) -> None:
    """Whatever changes under it stops it by name, before the next step."""
    looks: Iterator[int] = iter(range(100))

    def recheck() -> None:
        if next(looks) == 5:
            raise UserError("state", "its serial is 8 now, and was 7")

    with pytest.raises(UserError, match="its serial is 8 now"):
        running.execute(recheck)
    assert running.stacks().keys() == {running.root, running.prepared().child_name("Ecr")}

    ecs = running.account.client("ecs")
    looks = iter(range(100))

    def deploy() -> None:
        if next(looks) == 3:
            current = ecs.describe_task_definition(taskDefinition="team")["taskDefinition"]
            kept = {name: current[name] for name in ("containerDefinitions", "cpu", "memory", "networkMode")}
            ecs.register_task_definition(family="team", **kept)
            ecs.update_service(cluster="team", service="app", taskDefinition="team:2")

    with pytest.raises(UserError, match=r"deployment is in progress|it runs team:2 now, and ran team:1"):
        running.execute(deploy)
    undone = running.undo()
    assert undone.after is not None
    assert undone.after.task_definition.endswith("team:2")


def test_failed_imports_are_cleared_and_repeated(running: Running, world: World) -> None:
    """Into a new stack, whose remains have to be deleted first, and into the root.

    What cannot be read after an undo is no reason not to end it, and is named.
    """
    fault = {"step": "import", "resource": "TargetGroup", "reason": "Rate exceeded"}
    running.account.inject_faults(fault)
    with pytest.raises(UserError, match="TargetGroup: Rate exceeded"):
        running.execute()
    assert running.stacks()[running.prepared().child_name("Network")] == "ROLLBACK_COMPLETE"
    running.account.inject_faults({**fault, "resource": "Autoscaling"})
    with pytest.raises(UserError, match="Rate exceeded"):
        running.execute()
    assert running.stacks()[running.root] == "IMPORT_ROLLBACK_COMPLETE"
    running.account.inject_faults()
    assert running.execute().proof.is_as_foretold

    def choose(call: Call) -> Callable[[Call, Any], Reply] | None:
        return denied if call.action == "GetResource" and call.number == 0 else None

    with between(world.account.address.endpoint_url, choose) as proxy:
        undone = running.through(proxy.url).undo()
    assert undone.unproven == ("Ecr/Repository: no",)
    assert running.stacks() == {}


def denied(call: Call, _: Any) -> Reply:
    """Refuse a read."""
    return faults.refuse(call, 400, "AccessDeniedException", "no")


def test_stacks_and_executions_of_others_are_refused_by_name(
    running: Running, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stack that is there already, and another person who is executing, or has taken over the execution."""
    body = json.dumps({"Resources": {"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}})
    world.aws.cloudformation.create_stack(StackName=running.root, TemplateBody=body)
    with pytest.raises(UserError, match="it is there already, and not by a takeover of this state"):
        running.execute()
    world.aws.cloudformation.delete_stack(StackName=running.root)
    colleague = dataclasses.replace(running, aws=dataclasses.replace(running.aws, caller_arn="arn:aws:iam::1:user/kim"))
    taken = iter(range(100))

    def recheck() -> None:
        if next(taken) == 2:
            with pytest.raises(UserError, match="is executing it, and has recorded a step"):
                colleague.execute()
            with monkeypatch.context() as later:
                later.setattr(recording, "LEASE_SECONDS", -1.0)
                with pytest.raises(UserError, match="it is locked"):
                    colleague.execute(_stop)

    with pytest.raises(UserError, match="another execution has written it meanwhile: arn:aws:iam::1:user/kim"):
        running.execute(recheck)
    with pytest.raises(UserError, match="arn:aws:iam::1:user/kim is executing it"):
        running.execute()
    assert colleague.execute().proof.is_as_foretold


def _stop() -> None:
    raise UserError("state", "it is locked")
