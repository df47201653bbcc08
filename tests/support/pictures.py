"""`python -m tests.support.pictures`: the pictures of the documentation, from real commands on a pseudo terminal.

They run on the embedded AWS; what the terminal shows is exported by rich as SVG into docs/pictures/.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

import sandbox
from sandbox.image import place_image
from tests.support.accounts import Account
from tests.support.commands import ROOT, Project, ended, project
from tests.support.takeover import STATE, apply_project
from tests.support.terraform import missing

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH, HEIGHT = 100, 60
TIME_SCALE = 0.05
CRASH = ["Traceback (most recent call last):", "ModuleNotFoundError: No module named 'app'"]
LOG = [
    (0.0, "  You can now view your Streamlit app in your browser."),
    (0.2, "  You can now view your Streamlit app in your browser."),
    (3.1, json.dumps({"level": "info", "message": "session started", "session": "9f31", "path": "/"})),
    (4.7, json.dumps({"level": "info", "message": "session started", "session": "41bc", "path": "/"})),
    (5.2, json.dumps({"level": "warning", "message": "query took long", "seconds": 4.8, "rows": 120_344})),
    (
        6.6,
        json.dumps(
            {
                "level": "error",
                "message": "the report could not be made",
                "session": "41bc",
                "exc_info": "Traceback (most recent call last):\n"
                "  File \"/app/report.py\", line 42, in make\n    total = rows[month]\nKeyError: '2026-11'",
            }
        ),
    ),
    (8.0, "2026-11-30 uploaded prices.csv: 2,411 lines, of which 3 have no price and were left out: 17, 1201 and 2400"),
    (9.3, json.dumps({"level": "info", "message": "session ended", "session": "9f31", "minutes": 12})),
]
"""Seconds and messages, for one task after the other."""
PICTURES = ROOT / "docs" / "pictures"
CONTROL = re.compile(r"(\x1b\[\d*A|\x1b\[2K|\x1b\[\?25[lh]|\r|\n)")
"""What rich writes to draw a live display anew: up a line, erase it, hide and show the cursor."""


@dataclass
class Screen:
    """A terminal that knows colours as text, and the few movements of a live display."""

    lines: list[str] = field(default_factory=lambda: [""])
    row: int = 0

    def frames(self, written: str) -> Iterator[str]:
        """Yield what is visible each time before something is erased, and at the end."""
        erasing = False
        for part in CONTROL.split(written):
            if part.endswith("A") and part.startswith("\x1b"):
                if not erasing:
                    yield "\n".join(self.lines)
                erasing = True
                self.row -= int(part[2:-1] or 1)
            elif part == "\x1b[2K":
                self.lines[self.row] = ""
            elif part == "\n":
                self.row += 1
                self.lines += [""] * (self.row + 1 - len(self.lines))
            elif part and not part.startswith("\x1b[?") and part != "\r":
                erasing = False
                self.lines[self.row] += part
        yield "\n".join(self.lines)


def run(here: Project, *words: str, answer: str = "") -> list[str]:
    """Run `python build.py WORDS`, and return all frames that are visible meanwhile."""
    written = ""
    with here.on_terminal(*words, env={"COLORTERM": "truecolor"}, width=WIDTH, height=HEIGHT) as terminal:
        if answer:
            terminal.expect("to go on: ")
            written = f"{terminal.before}{terminal.after}"
            terminal.sendline(answer)
        ended(terminal)
    return list(Screen().frames(f"$ python build.py {' '.join(words)}\r\n{written}{terminal.before}"))


def draw(name: str, shown: str) -> None:
    """Write one picture. Without the web font that rich names: a picture fetches nothing."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(shown.strip("\n")), end="\n\n")
    svg = console.export_svg(title="preto-2", unique_id=name)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    lines = [line.rstrip() for line in svg.splitlines()]
    (PICTURES / f"{name}.svg").write_text("\n".join(lines) + "\n", encoding="utf-8")


def during(frames: list[str], *words: str) -> str:
    """Return the frame in the middle of those that show all of these words."""
    found = [frame for frame in frames if all(word in frame for word in words)]
    return found[len(found) // 2]


def last_lines(shown: str, first: str) -> str:
    """Return the last line that contains `first`, and all lines after it."""
    lines = shown.split("\n")
    begin = max(number for number, line in enumerate(lines) if first in line)
    return "\n".join(lines[begin:])


def main() -> None:
    """Draw all of them; those of a takeover only where there is a Terraform."""
    PICTURES.mkdir(exist_ok=True)
    draw_deployments()
    draw_cost()
    draw_days()
    draw_scale()
    if why := missing():
        print(f"The pictures of a takeover stay as they are: {why}.")  # noqa: T201 - a script
    else:
        draw_takeover()


def draw_days() -> None:
    """Deploy a few images as several people, one of which crashes, go back, and read the log."""
    with (
        tempfile.TemporaryDirectory() as name,
        sandbox.running(state_dir=None, region="ap-northeast-2", time_scale=TIME_SCALE / 5) as address,
    ):
        account = Account(address=address)
        here = project(Path(name), address.environment())
        alice, bob = (replace(here, env={**here.env, **keys(account, person)}) for person in ("alice", "bob"))
        here.succeed("bootstrap", "prod", "--yes")
        alice.succeed("deploy", "prod", "--yes")
        for tag in ("2.3.0", "2.4.0", "2.5.0"):
            place_image(address, "preto-2-prod", tag)
        place_image(address, "preto-2-prod", "2.4.1", exit_code=1, log=CRASH)
        alice.succeed("deploy", "prod", "--image", "2.3.0", "--yes")
        bob.succeed("deploy", "prod", "--image", "2.4.0", "--yes")
        write_log(account)
        draw("logs", run(here, "logs", "prod")[-1])
        bob.run("deploy", "prod", "--image", "2.4.1", "--yes")
        bob.succeed("deploy", "prod", "--image", "2.5.0", "--yes")
        alice.succeed("rollback", "prod", "--yes")
        draw("history", run(here, "history", "prod")[-1])


def keys(account: Account, name: str) -> dict[str, str]:
    """Return the variables of a new user, who may do everything."""
    iam = account.client("iam")
    iam.create_user(UserName=name)
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_user_policy(UserName=name, PolicyName="everything", PolicyDocument=json.dumps(everything))
    found = iam.create_access_key(UserName=name)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": found["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": found["SecretAccessKey"]}


def write_log(account: Account) -> None:
    """Write what two tasks of a service would have written."""
    logs, ecs, group = account.client("logs"), account.client("ecs"), "/ecs/preto-2-prod"
    tasks = [it.rsplit("/", 1)[1] for it in ecs.list_tasks(cluster="preto-2-prod")["taskArns"]]
    now = time.time() - 60
    for number, task in enumerate(tasks):
        stream = f"web/web/{task}"
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        lines = [it for at, it in enumerate(LOG) if at % len(tasks) == number]
        events = [{"timestamp": int((now + ago) * 1000), "message": text} for ago, text in lines]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def draw_scale() -> None:
    """Let a made-up load go through settings and through others, at the prices of the embedded AWS."""
    with tempfile.TemporaryDirectory() as name:
        here = project(Path(name))
        words = ("--curve", "office-day", "--peak", "450", "--var", "autoscaling_max_capacity=8")
        lines = run(here, "scale", "local", *words)[-1].split("\n")
        prices = next(number for number, line in enumerate(lines) if "- Cost is that of the tasks alone" in line)
        draw("scale", "\n".join([*lines[: prices + 1], "…"]))


def draw_cost() -> None:
    """Show what a month costs, at the prices of the embedded AWS, which say so."""
    with tempfile.TemporaryDirectory() as name:
        draw("cost", run(project(Path(name)), "cost", "local")[-1])


def draw_takeover() -> None:
    """Look at what Terraform runs, and take it over."""
    with (
        tempfile.TemporaryDirectory() as name,
        sandbox.running(state_dir=None, region="ap-northeast-2", time_scale=TIME_SCALE) as address,
    ):
        folder = Path(name)
        apply_project(folder, Account(address=address))
        here = Project(folder, address.environment())
        look = f"$ python build.py adopt prod --state {STATE}"
        first = run(here, "adopt", "prod", "--state", STATE, "--write", "environments/prod.toml")[-1]
        draw("adopt", f"{look} --write environments/prod.toml\n…\n{last_lines(first, 'Taken over: ')}")
        here.succeed("bootstrap", "prod", "--yes")
        frames = run(here, "adopt", "prod", "--state", STATE, "--execute", "--yes")
        draw("adopted", f"{look} --execute\n…\n{last_lines(frames[-1], 'Proving what was imported')}")


def draw_deployments() -> None:
    """Deploy twice, the second time with an image that crashes."""
    with (
        tempfile.TemporaryDirectory() as name,
        sandbox.running(state_dir=None, region="ap-northeast-2", time_scale=TIME_SCALE) as address,
    ):
        here = project(Path(name), address.environment())
        here.succeed("bootstrap", "prod", "--yes")
        first = run(here, "deploy", "prod", answer="prod")
        tree = last_lines(during(first, "LoadBalancer", "IN_PROGRESS"), "preto-2-prod")
        draw("live", f"$ python build.py deploy prod\n…\n{tree}")
        place_image(address, "preto-2-prod", "v1")
        second = run(here, "deploy", "prod", "--image", "v1", answer="prod")
        draw("deployed", last_lines(second[-1], "Deployed "))
        place_image(address, "preto-2-prod", "v2", exit_code=1, log=CRASH)
        draw("plan", run(here, "plan", "prod", "--image", "v2")[-1])
        third = run(here, "deploy", "prod", "--image", "v2", "--yes", "--fail-fast", "2")
        draw("failed", third[-1])


if __name__ == "__main__":
    main()
