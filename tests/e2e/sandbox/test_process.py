"""Starting, sharing and stopping the sandbox, and what is left after each way to end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import Address, running, serve
from sandbox.forget import forget
from sandbox.lease import read_record
from stacks.errors import UserError
from tests.support.accounts import REGION, Account
from tests.support.clouds import LOG_GROUP, Cloud, environment, role, template, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A command that starts a sandbox on the state directory in its first argument, and waits for ever.
_HOLDER = """
import sys, threading
from pathlib import Path
from sandbox import running
with running(state_dir=Path(sys.argv[1]), region="ap-northeast-2") as address:
    print(address.endpoint_url, flush=True)
    threading.Event().wait()
"""


@contextmanager
def _started(code: str, state_dir: Path) -> Iterator[tuple[subprocess.Popen[str], Address]]:
    """Run this code, which prints its sandbox's URL; give its process, which is killed at the end, and the address."""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(state_dir)], stdout=subprocess.PIPE, text=True, env=environment()
    ) as process:
        try:
            assert process.stdout is not None
            yield process, Address(endpoint_url=process.stdout.readline().strip(), region=REGION)
        finally:
            process.kill()


def _cloud(address: Address) -> Cloud:
    return Cloud(Account(address=address))


def _statuses(state_dir: Path) -> dict[str, str]:
    """The stacks that the next sandbox on this state knows."""
    with running(state_dir=state_dir, region=REGION) as address:
        found = Account(address=address).client("cloudformation").list_stacks()["StackSummaries"]
        return {entry["StackName"]: entry["StackStatus"] for entry in found}


def test_it_listens_on_loopback_and_ends_with_its_command() -> None:
    """The address is of 127.0.0.1, and nothing answers there afterwards."""
    with running(state_dir=None, region=REGION) as address:
        assert address.endpoint_url.startswith("http://127.0.0.1:")
        identity = Account(address=address).client("sts").get_caller_identity()
        assert identity["Account"] == address.account_id
    with pytest.raises(Exception, match="Could not connect"):
        Account(address=address).client("sts").get_caller_identity()


def test_state_survives_from_one_command_to_the_next(tmp_path: Path) -> None:
    """Stacks with events and change sets, objects, roles, log groups: what is deployed is deployed."""
    with running(state_dir=tmp_path, region=REGION) as address:
        cloud = _cloud(address)
        cloud.create("root", template({"Role": role("kept"), "G": LOG_GROUP}))
        planned = cloud.plan("root", template({"G": LOG_GROUP}), "UPDATE")
        events = cloud.statuses("root")
    with running(state_dir=tmp_path, region=REGION) as address:
        account = Account(address=address)
        cf = account.client("cloudformation")
        assert account.client("iam").get_role(RoleName="kept")
        assert account.client("s3").list_buckets()["Buckets"]
        found = cf.describe_stack_events(StackName="root")["StackEvents"][::-1]
        assert [(event["LogicalResourceId"], event["ResourceStatus"]) for event in found] == events
        cf.execute_change_set(ChangeSetName=planned["ChangeSetId"])
        until(lambda: cf.describe_stacks(StackName="root")["Stacks"][0]["StackStatus"] == "UPDATE_COMPLETE")
        assert account.client("iam").list_roles()["Roles"] == []


def test_the_next_command_finds_it_at_the_same_address(tmp_path: Path) -> None:
    """So that addresses in deployed templates stay what they are; where the port is taken, it is another one."""
    with running(state_dir=tmp_path, region=REGION) as first:
        pass
    with running(state_dir=tmp_path, region=REGION) as second:
        assert second.endpoint_url == first.endpoint_url
    port = int(first.endpoint_url.rpartition(":")[2])
    with running(state_dir=None, region=REGION, port=port), running(state_dir=tmp_path, region=REGION) as third:
        assert third.endpoint_url != first.endpoint_url


def test_what_is_to_be_enforced_is_not_tried_on_a_server_that_allows_everything(tmp_path: Path) -> None:
    """It says how to end that one; the other way round the stricter one is used."""
    with running(state_dir=tmp_path, region=REGION) as lax:
        record = read_record(tmp_path)
        assert record is not None
        with (
            pytest.raises(UserError, match=rf"{lax.endpoint_url} does not\nEnd it first.*kill {record.pid}"),
            running(state_dir=tmp_path, region=REGION, enforce_iam=True),
        ):
            pass
        with pytest.raises(UserError, match="already, without enforcing IAM"):
            serve(state_dir=tmp_path, region=REGION, enforce_iam=True, started=print)
    with (
        running(state_dir=tmp_path, region=REGION, enforce_iam=True) as strict,
        running(state_dir=tmp_path, region=REGION) as same,
    ):
        assert same == strict


def test_services_and_scaling_survive(tmp_path: Path) -> None:
    """Tasks still run after a restart, and their scalable target is registered."""
    target = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/main/app",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    with running(state_dir=tmp_path, region=REGION) as address:
        account = Account(address=address)
        ecs = account.client("ecs")
        ecs.create_cluster(clusterName="main")
        container: Any = {"name": "web", "image": "nginx", "memory": 64}
        ecs.register_task_definition(family="app", containerDefinitions=[container])
        ecs.create_service(cluster="main", serviceName="app", taskDefinition="app", desiredCount=2)
        account.client("application-autoscaling").register_scalable_target(**target, MinCapacity=1, MaxCapacity=4)
    with running(state_dir=tmp_path, region=REGION) as address:
        account = Account(address=address)
        service = account.client("ecs").describe_services(cluster="main", services=["app"])["services"][0]
        assert service["runningCount"] == 2
        assert len(account.client("ecs").list_tasks(cluster="main")["taskArns"]) == 2
        scaling = account.client("application-autoscaling")
        assert len(scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]) == 1


def test_a_sandbox_that_runs_already_is_used_and_left_running(tmp_path: Path) -> None:
    """A second command on the same state gets the same address, and does not end it."""
    with running(state_dir=tmp_path, region=REGION) as first:
        with running(state_dir=tmp_path, region=REGION) as second:
            assert second.endpoint_url == first.endpoint_url
        assert Account(address=first).client("sts").get_caller_identity()


def test_a_sandbox_waits_for_commands_that_use_it(tmp_path: Path) -> None:
    """When the command that started it ends, it stays for the one that shares it, and ends and saves after that."""
    with _started(_HOLDER, tmp_path) as (holder, address), running(state_dir=tmp_path, region=REGION) as shared:
        assert shared.endpoint_url == address.endpoint_url
        holder.send_signal(signal.SIGINT)
        holder.wait(30)
        _cloud(shared).create("late", template({"G": LOG_GROUP}))
    assert _statuses(tmp_path) == {"late": "CREATE_COMPLETE"}


def test_the_child_ends_and_saves_when_its_parent_is_killed(tmp_path: Path) -> None:
    """No process stays behind, and what was deployed before is known to the next."""
    with _started(_HOLDER, tmp_path) as (holder, address):
        _cloud(address).create("root", template({"G": LOG_GROUP}))
        record = read_record(tmp_path)
        assert record is not None
        holder.kill()
    until(lambda: not _alive(record.pid))
    assert read_record(tmp_path) is None
    assert _statuses(tmp_path) == {"root": "CREATE_COMPLETE"}


def test_a_killed_sandbox_leaves_a_state_that_can_be_used(tmp_path: Path) -> None:
    """Its stale record is recognised, and what has come to an end is there, a stack as well as an image alone."""
    with _started(_HOLDER, tmp_path) as (_, address):
        account = Account(address=address)
        _cloud(address).create("root", template({"G": LOG_GROUP}))
        account.client("ecr").create_repository(repositoryName="kept")
        until(lambda: _is_saved(tmp_path, "cloudformation", "CREATE_COMPLETE") and _is_saved(tmp_path, "ecr", "kept"))
        record = read_record(tmp_path)
        assert record is not None
        os.kill(record.pid, signal.SIGKILL)
        until(lambda: not _alive(record.pid) or _is_zombie(record.pid))
        assert read_record(tmp_path) == record
        assert _statuses(tmp_path) == {"root": "CREATE_COMPLETE"}


def _is_saved(state_dir: Path, service: str, words: str) -> bool:
    """Whether the current snapshot of a service has these words in it."""
    try:
        return words in (state_dir / "state" / f"{service}.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def test_an_operation_under_way_is_finished_before_the_end(tmp_path: Path) -> None:
    """As on AWS it does not stop with the command that began it."""
    with running(state_dir=tmp_path, region=REGION, time_scale=1.0) as address:
        cloud = _cloud(address)
        cloud.start("root", template({"Role": role("slow")}))
        until(lambda: ("Role", "CREATE_IN_PROGRESS") in cloud.statuses("root"))
    assert _statuses(tmp_path) == {"root": "CREATE_COMPLETE"}


def test_a_save_that_was_cut_off_is_as_if_it_had_not_begun(tmp_path: Path) -> None:
    """Half a snapshot is thrown away; a snapshot that was just being replaced is taken back."""
    with running(state_dir=tmp_path, region=REGION) as address:
        _cloud(address).create("root", template({"G": LOG_GROUP}))
    (tmp_path / "state").rename(tmp_path / "state.before")
    (tmp_path / "state.next").mkdir()
    (tmp_path / "state.next" / "cloudformation.json").write_text("{", encoding="utf-8")
    assert _statuses(tmp_path) == {"root": "CREATE_COMPLETE"}


def test_in_the_foreground_it_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """The address is told, SIGTERM ends it cleanly, and the state is saved."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom sandbox import serve\n"
        "serve(state_dir=Path(sys.argv[1]), region='ap-northeast-2', "
        "started=lambda address: print(address.endpoint_url, flush=True))"
    )
    with _started(code, tmp_path) as (server, address):
        _cloud(address).create("root", template({"G": LOG_GROUP}))
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    assert _statuses(tmp_path) == {"root": "CREATE_COMPLETE"}


def test_an_image_is_placed_from_the_command_line(tmp_path: Path) -> None:
    """In the registry of the state that the next command sees; an unknown repository is one clear error."""
    with running(state_dir=tmp_path, region=REGION) as address:
        Account(address=address).client("ecr").create_repository(repositoryName="app")
    command = [sys.executable, "-m", "sandbox.image", "--state-dir", str(tmp_path)]
    placed = subprocess.run([*command, "app", "v1"], capture_output=True, text=True, env=environment(), check=True)
    assert placed.stdout.startswith("app:v1 sha256:")
    absent = subprocess.run([*command, "absent", "v1"], capture_output=True, text=True, env=environment(), check=False)
    assert (absent.returncode, absent.stderr.startswith("Image absent:v1: The repository with name 'absent'")) == (
        1,
        True,
    )
    with running(state_dir=tmp_path, region=REGION) as address:
        images = Account(address=address).client("ecr").list_images(repositoryName="app")["imageIds"]
    assert [image["imageTag"] for image in images] == ["v1"]


def test_the_environment_points_the_cli_at_it() -> None:
    """The four variables, and an account by its key id."""
    address = Address(endpoint_url="http://127.0.0.1:1", region=REGION).as_account("111111111111")
    assert json.dumps(address.environment()) == json.dumps(
        {
            "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
            "AWS_ACCESS_KEY_ID": "111111111111",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "AWS_DEFAULT_REGION": REGION,
        }
    )


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _is_zombie(pid: int) -> bool:
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.startswith("Z")


def test_a_state_is_forgotten_unless_it_is_used_or_is_none(tmp_path: Path) -> None:
    """One that a sandbox runs on stays, with the command that ends it; so does a folder with other things in it."""
    state = tmp_path / "state"
    forget(state)
    with running(state_dir=state, region=REGION), pytest.raises(UserError, match=r"a sandbox runs on it\nEnd it first"):
        forget(state)
    assert state.exists()
    forget(state)
    assert not state.exists()
    (tmp_path / "mine").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="not one of the sandbox's"):
        forget(tmp_path)
