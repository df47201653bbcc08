"""Drawn names: of what is made, and no two alike."""

from __future__ import annotations

from typing import Any

from templates.root.names import ALARMS, ROLES

Table = dict[str, Any]
STATEMENT = {"sid": "Read", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::data/*"]}
KINDS = (
    ("target_group", "alternate_target_group"),
    ("log_group", "exec_log_group", "flow_log_group", "web_acl_log_group"),
    ROLES,
    ("cpu_policy", "memory_policy", "request_count_policy"),
    ALARMS,
)
"""Names that must differ."""


def complete_names(document: Table) -> None:
    """Have everything that is named made; where other settings rule that out, it has no name."""
    names = document.get("names", {})
    _in_the_network(names, document)
    if "exec_log_group" in names:
        document.setdefault("ecs", {})["exec"] = True
    if "task_policy" in names:
        document.setdefault("iam", {}).setdefault("task_statements", [STATEMENT])
    _of_scaling(names, document.get("autoscaling", {}), document)
    if {"topic", *ALARMS} & {*names}:
        document.setdefault("monitoring", {})["alarms"] = True
    if "topic" in names:
        document["monitoring"].pop("topic_arn", None)
    if "dashboard" in names:
        document.setdefault("monitoring", {})["dashboard"] = True
    for kind in KINDS:
        there = [key for key in kind if names.get(key)]
        for number, key in enumerate(there[1:]):
            if names[key].lower() in {names[other].lower() for other in there[: number + 1]}:
                del names[key]
                break


def _in_the_network(names: Table, document: Table) -> None:
    network = document.get("network", {})
    if network.get("listener"):
        for key in ("load_balancer", "web_acl", "web_acl_log_group"):
            names.pop(key, None)
    if network.get("vpc_id") or network.get("use_default_vpc"):
        for key in ("flow_log_group", "flow_log_role"):
            names.pop(key, None)
    if {"flow_log_group", "flow_log_role"} & {*names}:
        document.setdefault("network", {}).setdefault("flow_logs", {})
    if {"web_acl", "web_acl_log_group"} & {*names}:
        document.setdefault("network", {}).setdefault("waf", {})


def _of_scaling(names: Table, scaling: Table, document: Table) -> None:
    if {"alternate_target_group", "load_balancer_role"} & {*names}:
        deployment = document.setdefault("ecs", {}).setdefault("deployment", {})
        if deployment.get("strategy", "rolling") == "rolling":
            deployment.clear()
            deployment["strategy"] = "blue_green"
    for key in ("cpu", "memory"):
        if scaling.get(f"{key}_tracking") is False:
            names.pop(f"{key}_policy", None)
    if "request_count_policy" in names:
        if document.get("ecs", {}).get("deployment", {}).get("strategy", "rolling") == "rolling":
            document.setdefault("autoscaling", {}).setdefault("request_count_target", 100)
        else:
            del names["request_count_policy"]
