"""`logs ENV` as a user sees it, from an empty account to a destroyed environment."""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING, Any

from sandbox.image import place_image
from tests.support import faults
from tests.support.commands import Project, project
from tests.support.proxy import between

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account

GROUP = "/ecs/preto-2-prod"
ERROR = {"level": "error", "message": "it failed", "user": 3, "exc_info": "Traceback:\n  File x\nValueError: no"}
INSIGHTS = ("--var", "monitoring_log_insights=true")


def put(account: Account, stream: str, *messages: tuple[float, str]) -> None:
    """Write messages of so many seconds ago."""
    logs: Any = account.client("logs")
    names = {it["logStreamName"] for it in logs.describe_log_streams(logGroupName=GROUP)["logStreams"]}
    if stream not in names:
        logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
    now = time.time()
    events = [{"timestamp": int((now - ago) * 1000), "message": text} for ago, text in messages]
    logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=events)


def test_a_log_is_read_filtered_queried_and_followed(tmp_path: Path, account: Account) -> None:
    """What was written is shown by time; what is not there yet, or any more, is said in the right words."""
    here = project(tmp_path, account.env)
    assert "prod is not deployed" in here.fail("logs", "prod")
    here.succeed("bootstrap", "prod", "--yes")
    here.succeed("deploy", "prod", "--yes", *INSIGHTS)
    assert "deploy prod --image TAG" in here.fail("logs", "prod")
    place_image(account.address, "preto-2-prod", "v1")
    here.succeed("deploy", "prod", "--yes", "--image", "v1", *INSIGHTS)
    assert "no event yet" in here.run("logs", "prod").stderr

    ecs: Any = account.client("ecs")
    one, other = (it.rsplit("/", 1)[1] for it in ecs.list_tasks(cluster="preto-2-prod")["taskArns"])
    put(account, f"streamlit/streamlit-app/{one}", (7200, "long ago"), (30, "first"), (10, json.dumps(ERROR)))
    put(account, f"streamlit/streamlit-app/{other}", (20, "second [x]"), (5, "say: python build.py plan"))
    put(account, f"proxy/proxy/{other}", (25, "between"))

    shown = here.run("logs", "prod")
    words = ["first", "between", "second [x]", "it failed", "Traceback:", "ValueError: no", "say: python build.py plan"]
    assert [word for line in shown.stdout.splitlines() for word in words if word in line] == words
    assert shown.stderr == ""
    assert "long ago" in here.succeed("logs", "prod", "--since", "3h")
    assert here.succeed("logs", "prod", "--task", other[:6], "--container", "proxy").count("\n") == 1
    assert "second" in here.succeed("logs", "prod", "--filter", "[x] second")
    (last,) = here.succeed("logs", "prod", "--json", "--limit", "1").splitlines()
    assert json.loads(last) | {"message": "say: python build.py plan", "task": other, "level": None} == json.loads(last)
    found = [json.loads(it) for it in here.succeed("logs", "prod", "--json", "--filter", "failed").splitlines()]
    assert [(it["level"], it["fields"]["user"]) for it in found] == [("ERROR", 3)]

    nothing = here.run("logs", "prod", "--since", "2s")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert "--since 1m" in nothing.stderr
    assert f"p/{one}" in here.fail("logs", "prod", "--task", "nope").replace("-app", "p")
    assert "2026-11-30T14:05" in here.fail("logs", "prod", "--since", "yesterday")
    assert "--until is not after" in here.fail("logs", "prod", "--since", "5m", "--until", "6m")

    assert "it failed" in here.succeed("logs", "prod", "--query", "latest-errors")
    rows = json.loads(here.succeed("logs", "prod", "--query", "errors by kind", "--json"))["rows"]
    assert rows == [{"kind": "nValueError", "errors": "1"}]
    assert '"errors by time"' in here.fail("logs", "prod", "--query", "errors-by-hour")

    with here.start("logs", "prod", "--follow") as following:
        following.hear(f"task {other[:8]} runs (preto-2-prod:")
        ecs.stop_task(cluster="preto-2-prod", task=one, reason="by hand")
        assert f"task {one[:8]} has stopped: by hand" in following.hear("by hand")
        following.process.send_signal(signal.SIGINT)
        assert following.end() == (130, "interrupted: by Ctrl-C\n")

    expire = lambda call: faults.expired if call.action == "ListTasks" else None  # noqa: E731 - it is one line
    with between(account.address.endpoint_url, expire) as proxy:
        ended = Project(here.folder, {**here.env, "AWS_ENDPOINT_URL": proxy.url}).fail("logs", "prod", "--follow")
    assert "they have expired" in ended
    assert "logs prod --follow --since 20" in ended

    here.succeed("destroy", "prod", "--yes", "--var", "stack_termination_protection=false")
    kept = here.run("logs", "prod")
    assert "first" in kept.stdout
    assert "prod is not deployed: this is what its log group still has" in kept.stderr
