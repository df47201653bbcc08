"""Conflicts of `[names]`: two resources of one name, and names of what is not made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from templates import network
from templates.names import Names
from templates.section import refuse_idle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from templates.autoscaling.steps import Steps
    from templates.root.tables import Tables

RESERVED = "internal-"
"""Start of the names of AWS's own load balancers (Elastic Load Balancing, CreateLoadBalancer, `Name`)."""
ROLES = ("execution_role", "task_role", "load_balancer_role", "flow_log_role")
"""Keys of `[names]` with the names of roles."""
ALARMS = tuple(key for key in Names.model_fields if key.endswith("_alarm"))
"""Those with the names of alarms."""


def refuse_long_names(settings: Tables) -> None:
    """Raise PydanticCustomError if load balancer or target group would have a name that is too long, or AWS's own."""
    balancer = "" if settings.network.listener else network.load_balancer_name(settings.identity, settings.network)
    shifts = settings.ecs.deployment.shifts_traffic
    group = network.target_group_name(settings.identity, settings.network, alternate=shifts)
    for noun, name in (("target group", group), ("load balancer", balancer)):
        if len(name) > network.MAX_NAME:
            raise PydanticCustomError(
                "name_too_long",
                "{stem} too long together: the {noun} would be named {name}, "
                "{length} characters, and {limit} are allowed",
                {
                    "key": "project",
                    "with": (
                        "names.application" if settings.names.application else "environment",
                        "network.container_port",
                        "network.tls_port",
                        "network.internal",
                        "ecs.deployment.strategy",
                    ),
                    "stem": "project and application are"
                    if settings.names.application
                    else "project and environment are",
                    "noun": noun,
                    "name": name,
                    "length": len(name),
                    "limit": network.MAX_NAME,
                },
            )
    if balancer.startswith(RESERVED):
        raise PydanticCustomError(
            "name_reserved",
            'the load balancer would be named {name}, and "internal-" at the start is reserved for AWS',
            {"key": "project", "name": balancer},
        )


def refuse_names_twice(settings: Tables) -> None:
    """Raise PydanticCustomError for the first two resources of one kind and name."""
    for noun, names in _kinds(settings):
        taken: dict[str, str] = {}
        for key, name in names:
            plain = name.lower() if noun in {"role", "inline policy of the task role"} else name
            other = taken.setdefault(plain, key)
            if other != key:
                raise PydanticCustomError(
                    "name_twice",
                    "another {noun} has the name {name}",
                    {"key": key, "with": (other,), "noun": noun, "name": name},
                )


def _kinds(settings: Tables) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    """Yield what has names of one kind: what may take a name first, then what `[names]` gives."""
    names, identity = settings.names, settings.identity
    sidecars = [(f"ecs.sidecars[{index}].name", it.name) for index, it in enumerate(settings.ecs.sidecars)]
    yield "container", [("names.container", identity.container), *sidecars]
    groups = [
        (f"names.{key}", network.target_group_name(identity, settings.network, alternate=alternate))
        for key, alternate in (("target_group", False), ("alternate_target_group", True))
    ]
    yield "target group", groups if settings.ecs.deployment.two_target_groups else groups[:1]
    logs = zip(("log_group", "exec_log_group", "flow_log_group", "web_acl_log_group"), identity.log_groups, strict=True)
    yield "log group", [(f"names.{key}", name) for key, name in logs]
    given = [(f"names.{key}", getattr(names, key)) for key in ROLES]
    existing = settings.iam.github_actions_role_name
    roles = [("iam.github_actions_role_name", existing), *given]
    yield "role", [(key, name) for key, name in roles if name]
    yield (
        "inline policy of the task role",
        [("ecs.exec", "execute-command"), ("ecs.volumes", "mount-volumes"), ("names.task_policy", names.task_policy)],
    )
    yield (
        "scaling policy",
        [
            *((f"autoscaling.steps[{n}].name", f"{identity.stem}-{it.name}") for n, it in _steps(settings)),
            ("names.cpu_policy", identity.cpu_policy),
            ("names.memory_policy", identity.memory_policy),
            ("names.request_count_policy", identity.request_count_policy),
        ],
    )
    steps = ((f"autoscaling.steps[{n}].name", f"{identity.stem}-{it.name}-steps") for n, it in _steps(settings))
    alarms = ((f"names.{key}", getattr(names, key)) for key in ALARMS)
    yield "alarm", [*steps, *((key, name) for key, name in alarms if name)]


def _steps(settings: Tables) -> Iterator[tuple[int, Steps]]:
    return enumerate(settings.autoscaling.steps)


def refuse_idle_names(settings: Tables) -> None:
    """Raise PydanticCustomError for the first name of something that is not made."""
    net, scaling, watched = settings.network, settings.autoscaling, settings.monitoring
    shifts, waf = ("ecs.deployment.strategy",), ("web_acl", "web_acl_log_group")
    for is_made, keys, why, beside in (
        (net.listener is None, ("load_balancer",), "the load balancer is a shared one", ("network.listener",)),
        (
            settings.ecs.deployment.two_target_groups,
            ("alternate_target_group", "load_balancer_role"),
            "deployments do not shift traffic",
            shifts,
        ),
        (settings.ecs.exec, ("exec_log_group",), "ecs.exec is off", ("ecs.exec",)),
        (net.flow_logs, ("flow_log_group", "flow_log_role"), "there are no flow logs", ("network.flow_logs",)),
        (net.waf, waf, "there is no web ACL", ("network.waf",)),
        (settings.iam.task_statements, ("task_policy",), "there are no task_statements", ("iam.task_statements",)),
        (scaling.cpu_tracking, ("cpu_policy",), "cpu_tracking is off", ("autoscaling.cpu_tracking",)),
        (scaling.memory_tracking, ("memory_policy",), "memory_tracking is off", ("autoscaling.memory_tracking",)),
        (
            scaling.request_count_target is not None,
            ("request_count_policy",),
            "requests are not tracked",
            ("autoscaling.request_count_target",),
        ),
        (watched.alarms, ("topic", *ALARMS), "there are no alarms", ("monitoring.alarms",)),
        (watched.topic_arn is None, ("topic",), "the alarms have another topic", ("monitoring.topic_arn",)),
        (watched.dashboard, ("dashboard",), "there is no dashboard", ("monitoring.dashboard",)),
    ):
        if not is_made:
            refuse_idle(settings.names, keys, why, *beside, at="names.")
