"""The templates byte for byte. What they mean is asserted in the other tests; these show what a change changes.

A case has files of its own for those templates that are not the same as prod's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stacks.settings import load
from templates import root
from templates.model import template_file
from tests.support.templates import GIVEN_NETWORK, PRETO
from tests.support.terraform_project import TERRAFORM

GOLDEN = Path(__file__).parent / "golden"
BASE = "prod"
HARDENED = "hardened"
ENVIRONMENTS = Path(__file__).parents[3] / "environments"
LISTENER = (
    "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:listener/app/team/0123456789abcdef/0123456789abcdef"
)
CASES: dict[str, dict[str, Any]] = {
    BASE: {},
    "given-network": {"network": GIVEN_NETWORK},
    "github-actions-role": {"iam": {"github_actions_role_name": "GitHubActionsRole"}},
    "shared-load-balancer": {
        "network": {
            **GIVEN_NETWORK,
            "base_url_path": "team/app",
            "listener": {"arn": LISTENER, "priority": 100, "hosts": ("apps.example.com",)},
        }
    },
    "small-and-cheap": {
        "network": {"use_default_vpc": True},
        "ecs": {
            "cpu": 256,
            "memory": 512,
            "desired_count": 1,
            "architecture": "ARM64",
            "container_insights": "disabled",
            "spot": {"on_demand_base": 0},
        },
        "autoscaling": {"enabled": False},
    },
    "private-with-endpoints": {"network": {"egress": "endpoints", "internal": True, "ipv6": True}},
    "preto-2-terraform": TERRAFORM,
    "web": {
        "app": {"framework": "web"},
        "security": {"cookie_secret": True},
        "network": {"health_check_path": "/healthz", "waf": {}},
        "ecs": {"health_check_command": ("CMD-SHELL", "curl -f http://localhost:8080/healthz")},
        "monitoring": {"alarms": True, "dashboard": True, "log_insights": True},
    },
    HARDENED: {},
}


def settings(case: str) -> root.Settings:
    """The settings of a case: its own, or those of the committed example."""
    if case == HARDENED:
        return load(HARDENED, directory=ENVIRONMENTS)
    return root.Settings.model_validate(PRETO | CASES[case])


def read(case: str) -> dict[str, str]:
    """The golden files of a case, and prod's where it has none of its own."""
    files = [*(GOLDEN / BASE).iterdir(), *(GOLDEN / case).iterdir()]
    return {path.name: path.read_text(encoding="utf-8") for path in files}


def write(case: str, texts: dict[str, str]) -> None:
    """Make these the golden files of a case."""
    folder = GOLDEN / case
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    base = {} if case == BASE else read(BASE)
    for name, text in texts.items():
        if text != base.get(name):
            (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_templates_are_the_golden_ones(case: str, request: pytest.FixtureRequest) -> None:
    """Whoever changes a template sees the change in the golden files, and nothing changes by itself."""
    stack = root.build(settings(case))
    texts = {template_file("root"): stack.body} | {template_file(n): c.body for n, c in stack.children.items()}
    if request.config.getoption("--update-golden"):
        write(case, texts)
    own = {path.name for path in (GOLDEN / case).iterdir()}
    # A child that a case does not have is missing in its root, too.
    golden = {name: text for name, text in read(case).items() if name in own | {*texts}}
    assert sorted(texts) == sorted(golden)
    for name, text in texts.items():
        assert text == golden[name], f"{case}/{name}: run pytest --update-golden and read the diff"


@pytest.mark.parametrize("case", [case for case in CASES if case != BASE])
def test_no_golden_file_says_what_prods_says(case: str) -> None:
    """A diff of golden files shows each change once, and where it is one."""
    base = read(BASE)
    for path in (GOLDEN / case).iterdir():
        assert path.read_text(encoding="utf-8") != base.get(path.name), path
