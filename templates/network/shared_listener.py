"""An existing listener, on a load balancer that several applications share."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from troposphere.elasticloadbalancingv2 import Condition, HostHeaderConfig, PathPatternConfig

from templates.network import paths
from templates.section import Allowed, Section, changed, refuse_twice

MAX_VALUES = 5
"""Values of all conditions of a rule, at most (Elastic Load Balancing, "Quotas")."""
LOAD_BALANCER_SETTINGS = (
    "https",
    "sign_in",
    "waf",
    "logs",
    "internal",
    "ipv6",
    "allowed_ranges",
    "shared_ranges",
    "deletion_protection",
    "idle_timeout",
    "drop_invalid_header_fields",
    "load_balancer_security_group_ids",
)
"""Settings of the stack's own load balancer, which do not apply to a shared one."""

Priority = Annotated[int, Field(ge=1, le=50000)]
Host = Annotated[
    str,
    Field(max_length=128, pattern=r"^(?:[A-Za-z0-9*?-]+\.)+[A-Za-z]+$"),
    Allowed('a host name in quotes, letters alone after its last dot, like "app.example.com" or "*.example.com"'),
]
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HostHeaderConditionConfig.html"""
PathPattern = Annotated[
    str,
    Field(pattern=rf"^/[{paths.LITERAL_CHARACTERS}*?]{{0,127}}$"),
    Allowed('a path in quotes that starts with /, like "/app/*"'),
]


class SharedListener(Section):
    """`[network.listener]`: a rule on the listener of an existing load balancer, which applications share.

    No load balancer and no listener is created. The load balancer's name in DNS and its security group are looked up
    when planning.
    """

    arn: Annotated[
        str,
        Field(
            pattern=r"^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:listener/app/[A-Za-z0-9-]+/[0-9a-z]+/[0-9a-z]+$"
        ),
        Allowed("the ARN of an application load balancer's listener in quotes"),
    ]
    """The listener."""
    priority: Priority
    """Priority of the rule on the listener: lower ones are evaluated first, and no two rules can have the same."""
    test_priority: Priority | None = None
    """Priority of the rule for test traffic, lower than `priority`, for deployments that shift traffic; none when left
    out."""
    hosts: Annotated[tuple[Host, ...], Field(strict=False, max_length=MAX_VALUES)] = ()
    """Host names for which the application answers; all when left out."""
    paths: Annotated[tuple[PathPattern, ...], Field(strict=False, max_length=MAX_VALUES)] = ()
    """Paths for which it answers, below `base_url_path`; all of those when left out."""
    security_group_id: Annotated[
        str | None, Field(pattern=r"^sg-(?:[0-9a-f]{8}|[0-9a-f]{17})$"), Allowed('like "sg-0123456789abcdef0"')
    ] = None
    """The load balancer's security group, from which the tasks are reached; looked up when left out."""

    @model_validator(mode="after")
    def _test_traffic_first(self) -> Self:
        if self.test_priority is not None and self.test_priority >= self.priority:
            raise PydanticCustomError(
                "test_priority",
                "must be lower than priority, {priority}: the other rule takes test traffic, too",
                {"key": "test_priority", "with": ("priority",), "priority": self.priority},
            )
        return self

    @model_validator(mode="after")
    def _values_differ(self) -> Self:
        """Hosts are compared case-insensitively, paths case-sensitively."""
        for key, values in (("hosts", [it.lower() for it in self.hosts]), ("paths", list(self.paths))):
            refuse_twice(key, values)
        return self

    @property
    def load_balancer_full_name(self) -> str:
        """`app/NAME/ID`, from the listener's ARN."""
        return "/".join(self.arn.split("/")[1:4])

    @property
    def load_balancer_arn(self) -> str:
        """The ARN of the load balancer, from the listener's."""
        return f"{self.arn.partition(':listener/')[0]}:loadbalancer/{self.load_balancer_full_name}"

    @property
    def host(self) -> str | None:
        """The first host name without wildcards."""
        return next((host for host in self.hosts if not set(host) & set("*?")), None)


def refuse_own_balancer(network: Section) -> None:
    """Raise PydanticCustomError if a setting of `[network]` is about a load balancer of the stack's own."""
    for key in changed(network, LOAD_BALANCER_SETTINGS):
        why = "is a setting of a load balancer, and [network.listener] shares an existing one"
        raise PydanticCustomError("listener", why, {"key": key, "with": ("listener.arn",)})


def refuse_conditions(listener: SharedListener, base_url_path: str) -> None:
    """Raise PydanticCustomError if the rule would match other requests than ours, or has too many values."""
    base = paths.base_path(base_url_path)
    if not listener.hosts and not base:
        raise PydanticCustomError(
            "listener",
            "nothing tells our requests from those of other applications: name hosts, or set base_url_path",
            {"key": "listener.hosts", "with": ("base_url_path",)},
        )
    if strange := [path for path in listener.paths if not base or not f"{path}/".startswith(f"{base}/")]:
        raise PydanticCustomError(
            "listener",
            "{path} is not below base_url_path, and the app answers only there",
            {"key": "listener.paths", "with": ("base_url_path",), "path": strange[0]},
        )
    count = len(listener.hosts) + len(_paths(listener, base_url_path))
    if count > MAX_VALUES:
        raise PydanticCustomError(
            "listener",
            "a rule has at most {most} hosts and paths together, and this one would have {count}",
            {"key": "listener.hosts", "with": ("listener.paths", "base_url_path"), "most": MAX_VALUES, "count": count},
        )


def rule_conditions(listener: SharedListener, base_url_path: str) -> list[Condition]:
    """Return the conditions of our rule: which requests to the shared load balancer are ours."""
    found: list[Any] = []
    if listener.hosts:
        found.append(Condition(Field="host-header", HostHeaderConfig=HostHeaderConfig(Values=list(listener.hosts))))
    if ours := _paths(listener, base_url_path):
        found.append(Condition(Field="path-pattern", PathPatternConfig=PathPatternConfig(Values=ours)))
    return found


def _paths(listener: SharedListener, base_url_path: str) -> list[str]:
    return list(listener.paths) or (paths.path_patterns(base_url_path) if base_url_path else [])
