"""A plan on a real terminal, and beside one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.support.commands import ended, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account

ESCAPE = "\x1b["


@pytest.mark.parametrize(
    ("env", "coloured"),
    [({"TERM": "xterm-256color"}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colour_is_for_terminals_that_want_it(
    tmp_path: Path, account: Account, env: dict[str, str], *, coloured: bool
) -> None:
    """NO_COLOR and TERM=dumb are honoured; the lines are as wide as the terminal at most."""
    here = project(tmp_path, account.env | {"AWS_ENDPOINT_URL": account.address.endpoint_url})
    here.succeed("bootstrap", "prod", "--yes", "--quiet")
    with here.on_terminal("plan", "prod", "--quiet", env={"TERM": "xterm", **env}, width=90) as screen:
        code = ended(screen)
    shown = str(screen.before)
    assert code == 2, shown
    assert "Plan: 30 to add" in shown
    assert (ESCAPE in shown) is coloured
    if not coloured:
        assert max(map(len, shown.splitlines())) <= 90


def test_a_pipe_gets_the_whole_text(tmp_path: Path, account: Account) -> None:
    """No colour, and nothing shortened."""
    here = project(tmp_path, account.env | {"AWS_ENDPOINT_URL": account.address.endpoint_url})
    here.succeed("bootstrap", "prod", "--yes", "--quiet")
    done = here.run("plan", "prod", "--quiet", env={"COLUMNS": "40", "TERM": os.environ.get("TERM", "xterm")})
    assert ESCAPE not in done.stdout
    assert "AWS::ElasticLoadBalancingV2::LoadBalancer" in done.stdout
