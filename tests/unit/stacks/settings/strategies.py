"""Settings as hypothesis makes them: what is valid, and what is not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from templates.fargate import MEMORY_BY_CPU

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.settings.keys import Path

HEXADECIMAL = st.text("0123456789abcdef", min_size=17, max_size=17)
SUBNETS = st.lists(HEXADECIMAL.map("subnet-{}".format), min_size=2, max_size=4, unique=True)
ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=30)

_ALWAYS: dict[Path, st.SearchStrategy[Any]] = {
    ("project",): st.from_regex(r"[a-hj-z][a-z0-9]{0,7}(-[a-z0-9]{1,7})?", fullmatch=True),
    ("aws", "region"): st.sampled_from(["ap-northeast-2", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"]),
}
_SOMETIMES: dict[Path, st.SearchStrategy[Any]] = {
    ("image_tag",): st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}|", fullmatch=True),
    ("aws", "account_id"): st.text("0123456789", min_size=12, max_size=12),
    ("aws", "endpoint"): st.sampled_from(["sandbox", "http://127.0.0.1:4566", "https://[::1]/x?y=1#z"]),
    ("aws", "artifact_bucket"): st.from_regex(r"[a-z0-9]{2,20}[.-][a-z0-9]{1,20}", fullmatch=True),
    ("ecr", "repository_name"): st.from_regex(r"[a-z0-9]{2,20}(/[a-z0-9]{1,20})?", fullmatch=True),
    ("ecr", "image_tag_mutability"): st.sampled_from(["MUTABLE", "IMMUTABLE"]),
    ("ecr", "scan_on_push"): st.booleans(),
    ("ecr", "keep_tagged_images"): st.integers(1, 10000),
    ("iam", "github_actions_role_name"): st.from_regex(r"[A-Za-z0-9+=,.@_-]{1,64}", fullmatch=True),
    ("network", "vpc_cidr"): st.sampled_from(["10.0.0.0/16", "192.168.4.0/24"]),
    ("network", "container_port"): st.integers(1, 65535),
    ("network", "health_check_path"): st.from_regex(r"/[\x21-\x7a]{0,40}", fullmatch=True),
    ("aws", "sandbox_time_scale"): st.floats(0, 10),
    ("network", "sticky_sessions"): st.booleans(),
    ("ecs", "container_insights"): st.sampled_from(["enabled", "enhanced", "disabled"]),
    ("ecs", "log_retention_days"): st.sampled_from([1, 30, 3653]),
    ("ecs", "stop_timeout"): st.integers(2, 120),
    ("autoscaling", "cpu_target"): st.integers(1, 100),
    ("autoscaling", "scale_in_cooldown"): st.integers(0, 3600),
}


@st.composite
def values(draw: st.DrawFn) -> dict[Path, Any]:
    """Give a valid value for each required key and for some of the others."""
    chosen = draw(st.fixed_dictionaries(_ALWAYS, optional=_SOMETIMES))
    if draw(st.booleans()):
        cpu = draw(st.sampled_from(sorted(MEMORY_BY_CPU)))
        chosen |= {("ecs", "cpu"): cpu, ("ecs", "memory"): draw(st.sampled_from(MEMORY_BY_CPU[cpu]))}
    if draw(st.booleans()):
        low, count, high = sorted(draw(st.tuples(*[st.integers(1, 5000)] * 3)))
        scaling = {"enabled": draw(st.booleans()), "min_capacity": low, "max_capacity": high}
        chosen |= {("autoscaling", key): value for key, value in scaling.items()}
        chosen["ecs", "desired_count"] = count
    if draw(st.booleans()):
        chosen.pop(("network", "vpc_cidr"), None)
        chosen["network", "vpc_id"] = f"vpc-{draw(HEXADECIMAL)}"
        chosen["network", "public_subnet_ids"] = draw(SUBNETS)
    return chosen


def as_toml(chosen: Mapping[Path, Any]) -> str:
    """Write values as an environment file; TOML and JSON agree on texts, numbers, flags and lists."""
    lines = [f"{path[0]} = {json.dumps(value)}" for path, value in chosen.items() if len(path) == 1]
    for table in sorted({path[0] for path in chosen if len(path) > 1}):
        lines.append(f"[{table}]")
        lines += [f"{path[1]} = {json.dumps(value)}" for path, value in chosen.items() if path[0] == table]
    return "\n".join(lines)


def as_hcl(chosen: Mapping[Path, Any], *, quoted: bool) -> str:
    """Write values as a tfvars file; `quoted` puts numbers and flags in quotes, as many of those files have them."""
    return "\n".join(
        f"{'_'.join(path)} = {_quoted(value) if quoted else json.dumps(value)}" for path, value in chosen.items()
    )


def as_options(chosen: Mapping[Path, Any]) -> list[str]:
    """Write values as `--var` arguments: text as it is, the rest as JSON."""
    return [
        f"{'_'.join(path)}={value if isinstance(value, str) else json.dumps(value)}" for path, value in chosen.items()
    ]


def _quoted(value: object) -> str:
    return json.dumps(value if isinstance(value, str | list) else json.dumps(value))
