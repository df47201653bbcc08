"""The page that documents every setting."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from stacks.settings import Settings
from stacks.settings.keys import catalogue
from stacks.settings.reference import render_reference
from tests.unit.stacks.settings.example import Example

ROOT = Path(__file__).parents[4]


def test_the_committed_page_is_current() -> None:
    """`make reference` was not forgotten."""
    command = [sys.executable, "-W", "error", "-m", "stacks.settings.reference"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8") == done.stdout


def test_every_setting_is_there_with_its_effect() -> None:
    """No row lacks what the setting takes or does, and every variable has one; keys inside of lists are none."""
    rows = [line.split(" | ") for line in render_reference().splitlines() if line.startswith("| `")]
    variables = [row[-1] for row in rows if row[-1].startswith("`")]
    assert [it.split("`")[1] for it in variables] == [key.terraform for key in catalogue(Settings).keys.values()]
    assert "`network_public_subnet_ids`, `subnet_ids` |" in variables
    assert all(row[1] and row[3] for row in rows)


def test_all_forms_have_their_tables() -> None:
    """Tables in tables, what is optional, and what lists and maps have inside, each below its header in TOML."""
    text = render_reference(Example)
    headers = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert headers == [
        "Outside of tables",
        "`[ecs]`",
        "`[[ecs.sidecars]]`",
        "`[[ecs.sidecars.mounts]]`",
        "`[ecs.sidecars.check]`",
        "`[ecs.schedules.NAME]`",
        "`[network]`",
        "`[network.https]`",
        "`[network.waf]`",
        "`[network.waf.limits]`",
        "`[network.sign_in]`",
    ]
    assert "\nOnly where a file has this table, or a variable sets one of its keys; `network_waf = null` takes" in text
    for row in (
        "| `environment` | text in quotes | the file's name | Which copy of it. | `environment` |",
        "| `rate` | a whole number from 10 to 1000 | `100` | Requests a minute. | `network_waf_limits_rate` |",
        '| `scopes` | a list, each item text in quotes | `["openid"]` | What is asked of them. |',
        "| `read_only` | true or false | `true` | Whether nothing can be written to it. |\n",
        "| `cpu` | one of 256, 512 | `256` | Processor. | `ecs_cpu` |",
        "| `certificate` | an ARN in quotes |  | A certificate. | `network_https_certificate` |",
    ):
        assert row in text
