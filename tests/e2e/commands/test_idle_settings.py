"""A setting that means nothing beside another is refused, so that nobody waits for its effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.settings import SettingsError, load
from tests.support.commands import project

if TYPE_CHECKING:
    from pathlib import Path

FILE = 'project = "preto-2"\n\n[aws]\nregion = "ap-northeast-2"\n\n'
GIVEN = 'vpc_id = "vpc-01234567"\npublic_subnet_ids = ["subnet-01234567", "subnet-01234568"]\n'
SUBNETS = "public_subnet_ids = " + GIVEN.rpartition(" = ")[2]
LISTENER = (
    "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:listener/app/shared/50dc6c495c0c9188/0467ef3c8400ae65"
)
SHARED = f'listener = {{ arn = "{LISTENER}", priority = 10, hosts = ["app.example.com"] }}\n'
KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/1234abcd"
POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
SCHEDULE = (
    'schedules = [{ name = "a", schedule = "rate(1 day)", min_capacity = 2, max_capacity = 3, '
    'timezone = "Asia/Seoul" }]'
)

IDLE: dict[str, tuple[str, str]] = {
    "network.vpc_cidr": ("network", f'{GIVEN}vpc_cidr = "10.1.0.0/16"'),
    "network.zones": ("network", f"{GIVEN}zones = 3"),
    "network.egress": ("network", 'use_default_vpc = true\negress = "public"'),
    "network.interface_endpoints": ("network", f'{GIVEN}interface_endpoints = ["sqs"]'),
    "network.flow_logs": ("network", f"{GIVEN}flow_logs = {{}}"),
    "network.public_subnet_ids": ("network", SUBNETS),
    "network.stickiness_duration": ("network", "sticky_sessions = false\nstickiness_duration = 60"),
    "network.idle_timeout": ("network", f"{GIVEN}{SHARED}idle_timeout = 60"),
    "network.ipv6": ("network", f"{GIVEN}{SHARED}ipv6 = true"),
    "network.internal": ("network", f"{GIVEN}{SHARED}internal = true"),
    "autoscaling.cpu_target": ("autoscaling", "cpu_tracking = false\ncpu_target = 50"),
    "autoscaling.cpu_scale_in": ("autoscaling", "cpu_tracking = false\ncpu_scale_in = false"),
    "autoscaling.memory_target": ("autoscaling", "memory_tracking = false\nmemory_target = 50"),
    "autoscaling.memory_scale_in": ("autoscaling", "memory_tracking = false\nmemory_scale_in = false"),
    "autoscaling.request_count_scale_in": ("autoscaling", "request_count_scale_in = false"),
    "autoscaling.schedules[0].timezone": ("autoscaling", SCHEDULE),
    "ecr.keep_tagged_images": ("ecr", 'keep_tagged_images = 5\n[ecs]\nimage = "ghcr.io/team/app"'),
    "ecr.scan_on_push": ("ecr", "enhanced_scanning = true\nscan_on_push = false"),
    "ecs.writable_paths": ("ecs", 'writable_paths = ["/tmp", "/data"]'),
    "ecs.secret_key_arns": ("ecs", f'secret_key_arns = ["{KEY}"]'),
    "ecs.deployment.step_percent": ("ecs.deployment", "step_percent = 20"),
    "ecs.deployment.canary_percent": ("ecs.deployment", 'strategy = "linear"\ncanary_percent = 20'),
    "ecs.deployment.maximum_percent": ("ecs.deployment", 'strategy = "canary"\nmaximum_percent = 150'),
    "monitoring.cpu_percent": ("monitoring", "dashboard = true\ncpu_percent = 50"),
    "monitoring.emails": ("monitoring", 'emails = ["team@example.com"]'),
    "bootstrap.github_issuer": ("bootstrap", 'github_issuer = "https://token.actions.octocorp.ghe.com"'),
    "bootstrap.github_role_name": ("bootstrap", 'github_role_name = "Deploys"'),
    "bootstrap.plan_role_name": ("bootstrap", 'plan_role_name = "Plans"'),
    "bootstrap.execution_role_name": ("bootstrap", 'execution_role_name = "Executes"'),
    "bootstrap.execution_rights": ("bootstrap", 'execution_rights = "derived"'),
    "bootstrap.execution_policy_arns": ("bootstrap", f'execution_policy_arns = ["{POLICY}"]'),
    "bootstrap.permissions_boundary_arn": ("bootstrap", f'permissions_boundary_arn = "{POLICY}"'),
    "bootstrap.checks_rights": ("bootstrap", "execution_role = true\nchecks_rights = true"),
    "bootstrap.repository_names": ("bootstrap", 'repository_names = ["team/app"]'),
}
WAITING = {
    "targets and limits while autoscaling is off, which a deployment switches": (
        "autoscaling",
        "enabled = false\nmin_capacity = 2\nmax_capacity = 3\ncpu_target = 50\nscale_in_cooldown = 60\n"
        + SCHEDULE.replace("rate(1 day)", "cron(0 1 * * ? *)"),
    ),
    "a count while autoscaling decides": ("ecs", "desired_count = 3"),
    "how the embedded AWS behaves, to which an option switches": ("aws", "sandbox_time_scale = 0.5"),
    "the default, written out": ("network", f'{GIVEN}vpc_cidr = "10.0.0.0/16"\nzones = 2'),
}


def written(folder: Path, table: str, lines: str) -> Path:
    """An environment file with these lines in a table."""
    text = f"{FILE}[{table}]\n{lines}\n" if table != "aws" else FILE.replace("[aws]\n", f"[aws]\n{lines}\n")
    (folder / "prod.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("key", IDLE)
def test_a_setting_without_effect_is_refused(tmp_path: Path, key: str) -> None:
    """Once, by its own key; without it, the file is fine."""
    table, lines = IDLE[key]
    with pytest.raises(SettingsError) as refused:
        load("prod", directory=written(tmp_path, table, lines))
    assert [problem.key for problem in refused.value.problems] == [key]


@pytest.mark.parametrize("case", WAITING)
def test_what_an_operator_switches_may_wait(tmp_path: Path, case: str) -> None:
    """A parameter of the deployment, an option of the command, and what is the default anyway are no contradiction."""
    assert load("prod", directory=written(tmp_path, *WAITING[case])).environment == "prod"


def test_the_command_line_says_why(tmp_path: Path) -> None:
    """The key, its value, and beside what it means nothing."""
    here = project(tmp_path)
    written(tmp_path / "environments", *IDLE["network.vpc_cidr"])
    error = here.fail("plan", "prod")
    assert 'network.vpc_cidr = "10.1.0.0/16": vpc_cidr is for a new VPC, and an existing one is used' in error
