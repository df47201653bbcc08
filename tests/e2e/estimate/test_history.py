"""Durations are learnt from each deployment, shared through the artifact bucket, and never in the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from stacks import plan as planning
from stacks.build.render import render
from stacks.estimate.history import read_history, write_history
from stacks.operations.destroy import prepare_destruction
from stacks.plan import publish
from stacks.views import destroy as deletion
from stacks.views import duration
from tests.support import faults
from tests.support.world import settings
from tests.unit.stacks.cloudformation.test_spans import resource

if TYPE_CHECKING:
    from tests.support.world import World

STACK = "preto-2-prod"


def bucket(world: World) -> str:
    """The artifact bucket of the account."""
    return publish.artifact_bucket(world.aws, settings())


def kept(world: World) -> list[str]:
    """The objects of the stack's history, as S3 lists them."""
    found = world.aws.s3.list_objects_v2(Bucket=bucket(world), Prefix=f"{STACK}/history/")
    return [item["Key"] for item in found.get("Contents", [])]


def test_a_second_deployment_is_estimated_by_the_first(world: World) -> None:
    """What takes 2 s in the table took longer, and the next plan says what it stands on.

    The embedded AWS takes no time at all: what it has taken says nothing.
    """
    first = world.plan()
    assert first.estimate is not None
    assert first.estimate.learnt_from == 0
    world.execute(first)
    world.deploy(network={"idle_timeout": 301})
    timeless = world.plan(network={"idle_timeout": 302}).estimate
    assert timeless is not None
    assert (timeless.learnt_from, timeless.seconds) == (0, 2)
    write_history(world.aws, bucket(world), STACK, [resource("Network/LoadBalancer", 0, 40, action="update")])
    plan = world.plan(network={"idle_timeout": 302})
    assert plan.estimate is not None
    assert [(step.path, step.learnt_from) for step in plan.estimate.steps] == [("Network/LoadBalancer", 1)]
    assert plan.estimate.seconds == 40
    assert duration.estimate(plan.estimate).endswith("from 1 earlier deployment)")


def test_a_second_deletion_is_estimated_by_the_first(world: World) -> None:
    """The question says how long it will take: typically at first, then by what the last one took."""
    world.deploy()
    first = prepare_destruction(world.aws, settings())
    words = deletion.question(first).splitlines()[1]
    assert words.startswith("About ")
    assert words.endswith("from typical durations on AWS)")
    assert first.estimate is not None
    assert "Network/NatGatewayA" in {step.path for step in first.estimate.steps}
    done = world.destroy()
    assert deletion.document(done)["estimate"] == duration.document(first.estimate)
    world.deploy()
    took = [resource(held.path, 0, 3, action="delete") for held in first.deleted]
    write_history(world.aws, bucket(world), STACK, took)
    second = prepare_destruction(world.aws, settings())
    assert deletion.question(second).splitlines()[1].endswith("from 1 earlier deletion)")
    assert second.estimate is not None
    assert second.estimate.learnt().keys() == {(held.path, "delete") for held in second.deleted}


def test_each_operation_that_succeeds_is_one_object(world: World) -> None:
    """Deployments and deletions, also those of a colleague; newest first; a failed one teaches nothing."""
    world.deploy()
    (created,) = kept(world)
    world.execute(world.plan(iam={"github_actions_role_name": "nobody-made-it"}))
    assert kept(world) == [created]
    world.destroy()
    assert [key == created for key in kept(world)] == [False, True]
    newest, oldest = read_history(world.aws, bucket(world), STACK).past
    assert ("Network/LoadBalancer", "delete") in newest.seconds
    assert ("Network/LoadBalancer", "create") in oldest.seconds


def test_what_a_deployment_keeps_is_small_and_versioned(world: World) -> None:
    """A few bytes for each resource, no values, no account."""
    world.deploy()
    body = world.aws.s3.get_object(Bucket=bucket(world), Key=kept(world)[0])["Body"].read()
    document = json.loads(body)
    assert document["format_version"] == 1
    assert set(document) == {"format_version", "ended", "resources"}
    assert {frozenset(item) for item in document["resources"]} == {frozenset({"path", "type", "action", "seconds"})}
    assert len(document["resources"]) == 30
    assert world.account.account_id.encode() not in body


def test_express_mode_neither_stands_on_others_nor_teaches_them(world: World) -> None:
    """It does not wait for resources to stabilise, so that its times are of another kind."""
    wanted = settings()
    plan = planning.prepare(world.aws, wanted, render(wanted), emit=world.said.append, express=True)
    assert plan.estimate is None
    assert world.execute(plan).succeeded
    assert kept(world) == []


def test_a_bounded_number_is_read_and_kept(world: World) -> None:
    """The newest twenty of any number; older ones go, and what is not ours stays."""
    strange = f"{STACK}/history/notes.txt"
    world.aws.s3.put_object(Bucket=bucket(world), Key=strange, Body=b"by hand")
    for second in range(25):
        assert write_history(world.aws, bucket(world), STACK, [resource("A", 0, second)]) == ""
    past = read_history(world.aws, bucket(world), STACK).past
    assert [found.seconds["A", "create"] for found in past] == [float(second) for second in range(24, 4, -1)]
    *ours, last = kept(world)
    assert (len(ours), last) == (20, strange)


def test_a_long_history_is_removed_in_one_go(world: World) -> None:
    """That of a stack which an earlier version has deployed hundreds of times: two calls more, not hundreds."""
    keys = [f"{STACK}/history/{9 * 10**12 + number}-2026-11-01T00-00-00Z.json" for number in range(300)]
    for key in keys:
        world.aws.s3.put_object(Bucket=bucket(world), Key=key, Body=b"{}")
    asked: list[str] = []

    def counts(action: str) -> None:
        asked.append(action)

    with world.behind(counts) as there:
        assert write_history(there.aws, bucket(world), STACK, [resource("A", 0, 1)]) == ""
    assert len(asked) == 3
    assert kept(world)[1:] == keys[:19]


def test_durations_that_may_not_be_removed_are_a_note(world: World) -> None:
    """Whoever may write but not delete is told so, and the new durations are kept."""
    for second in range(20):
        write_history(world.aws, bucket(world), STACK, [resource("A", 0, second)])
    puts = iter(["put", "list", "delete"])

    def refuses(_: str) -> faults.Fault | None:
        return (403, faults.refusal("AccessDenied", "Access Denied")) if next(puts) == "delete" else None

    with world.behind(refuses, attempts=1) as there:
        note = write_history(there.aws, bucket(world), STACK, [resource("A", 0, 21)])
    assert note.startswith("Durations of long ago were not removed: ")
    assert read_history(world.aws, bucket(world), STACK).past[0].seconds == {("A", "create"): 21.0}


def test_objects_of_somebody_else_are_passed_over(world: World) -> None:
    """Whoever may write to the bucket may write anything: it is said, and the rest is used."""
    write_history(world.aws, bucket(world), STACK, [resource("A", 0, 7)])
    strange = [
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"format_version": 2, "resources": []}',
        b'{"format_version": 1, "resources": [{"path": "A", "action": "create", "seconds": NaN}]}',
        b'{"format_version": 1, "resources": [{"path": "A", "action": "create", "seconds": -1}]}',
        b'{"format_version": 1, "resources": {"path": 1}}',
        b"[" * 100_000,
    ]
    for number, body in enumerate(strange):
        world.aws.s3.put_object(Bucket=bucket(world), Key=f"{STACK}/history/0{number}.json", Body=body)
    found = read_history(world.aws, bucket(world), STACK)
    assert [past.seconds for past in found.past] == [{("A", "create"): 7.0}]
    assert found.note == "Earlier durations: 8 of 9 are unreadable."


def test_a_bucket_that_refuses_is_a_note_and_no_failure(world: World) -> None:
    """The deployment succeeds; it is said that nothing was kept, and why."""
    refused = False

    def refuses(action: str) -> faults.Fault | None:
        return (403, faults.refusal("AccessDenied", "Access Denied")) if refused and action == "PutObject" else None

    with world.behind(refuses, attempts=1) as there:
        plan = there.plan()
        refused = True
        done = there.execute(plan)
    assert (done.succeeded, done.state) == (True, "CREATE_COMPLETE")
    assert done.note.startswith("The durations were not kept for later estimates: ")
    assert read_history(world.aws, "there-is-no-such-bucket", STACK).note.startswith(
        "Earlier durations could not be read: "
    )
