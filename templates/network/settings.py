"""The settings `[network]`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from templates.network.access_logs import Logs
from templates.network.endpoint_services import MAX_SERVICES, Service, refuse_same_endpoints
from templates.network.flow_logs import FlowLogs
from templates.network.given_groups import KEYS, SecurityGroupIds, refuse_groups, unreachable_port
from templates.network.health import Interval, Matcher, Threshold, Timeout, code_ranges, refuse_late_answers
from templates.network.https import Https
from templates.network.ranges import ANYWHERE, ANYWHERE_IPV6, DEFAULT_CIDR, Ranges, SharedRanges, VpcCidr, is_ipv6
from templates.network.shared_listener import SharedListener, refuse_conditions, refuse_own_balancer
from templates.network.sign_in import SignIn
from templates.network.subnet_settings import SubnetIdList, ZoneName, refuse_one_zone, refuse_other_zones
from templates.network.waf import Waf
from templates.profiles import DEFAULT, ByFramework, Paths
from templates.section import Allowed, Section, changed, refuse_idle, refuse_twice

EXISTING = ("vpc_id", "use_default_vpc")
"""Settings that name an existing VPC."""
NEW_VPC_SETTINGS = ("vpc_cidr", "zones", "availability_zones", "egress", "interface_endpoints", "flow_logs")
"""Settings that apply to a new VPC only."""


class Settings(Section):
    """`[network]`: where the service runs and how browsers reach it."""

    vpc_id: Annotated[
        str | None,
        Field(pattern=r"^vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})$"),
        Allowed('the id of a VPC, like "vpc-0123456789abcdef0"'),
    ] = None
    """An existing VPC; if left out, a new one is created."""
    public_subnet_ids: SubnetIdList = ()
    """Subnets of the load balancer in the existing VPC, in at least two zones, with a route to an internet gateway
    unless it is `internal`."""
    private_subnet_ids: SubnetIdList = ()
    """Subnets of the tasks in the existing VPC, with a route out (NAT or endpoints). If left out, the tasks run in the
    load balancer's subnets, with public addresses unless it is `internal`."""
    use_default_vpc: bool = False
    """The account's default VPC and its subnets, looked up for each plan. The tasks have public addresses there."""
    load_balancer_security_group_ids: SecurityGroupIds = ()
    """Existing security groups of the load balancer, instead of one in this stack: browsers must reach it by their
    rules, and it the tasks."""
    task_security_group_ids: SecurityGroupIds = ()
    """Existing security groups of the tasks, instead of one in this stack: the load balancer must reach their port by
    their rules."""
    assign_public_ip: bool | None = None
    """In an existing VPC: whether the tasks have public addresses. If left out, they have where they share the subnets
    of a load balancer that is not `internal`."""
    vpc_cidr: VpcCidr = DEFAULT_CIDR
    """IPv4 range of the new VPC, /16 to /24; an eighth of it for each subnet. A change replaces the VPC and everything
    in it, and the load balancer gets another host name."""
    zones: Literal[2, 3] = 2
    """How many zones the new VPC has, with a public and a private subnet in each."""
    availability_zones: Annotated[tuple[ZoneName, ...], Field(strict=False, max_length=3)] = ()
    """The zones, as many as `zones` says. If left out, the first zones of the account with Fargate are chosen when the
    VPC is created. The zones of a deployed VPC cannot change: one can only be added."""
    egress: Literal["nat", "nat_per_zone", "endpoints", "public"] = "nat"
    """How tasks of the new VPC reach the internet: by one NAT gateway; by one in each zone; not at all, with VPC
    endpoints for AWS services; or by their own public addresses, in public subnets."""
    interface_endpoints: Annotated[tuple[Service, ...], Field(strict=False, max_length=MAX_SERVICES)] = ()
    """Further AWS services with an endpoint in the new VPC, such as `bedrock-runtime`: calls stay in the network. Each
    costs about $7 a month in each zone."""
    ipv6: bool = False
    """Whether browsers reach the load balancer by IPv6 too. Given subnets must have IPv6 ranges."""
    internal: bool = False
    """Whether the load balancer has private addresses only. A change replaces it, under another host name."""
    allowed_ranges: Ranges = (ANYWHERE,)
    """Who may reach the load balancer, as IPv4 and IPv6 ranges. With `ipv6`, everyone is `::/0` too."""
    shared_ranges: SharedRanges = ()
    """IPv4 ranges of the tasks of other apps that share the load balancer by `network.listener`: it may send requests
    there, too. If left out, it reaches its own tasks only."""
    deletion_protection: bool = False
    """Whether AWS refuses to delete the load balancer, until this is false and has been deployed."""
    container_port: Annotated[int, Field(ge=1, le=65535), ByFramework("port")] = DEFAULT.port
    """Port on which the app listens in the container. A variable says it: Streamlit's own, or `ecs.port_variable`. What
    overrides that, such as `--server.port` in Streamlit's command, must say the same."""
    tls_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Port on which a sidecar receives the load balancer's requests and health checks by HTTPS and forwards them to the
    app: one of `ecs.sidecars` has it among its `ports`. If left out, the load balancer uses HTTP to the app."""
    target_group_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Port of the target group, for one that exists: ECS registers each task with the port of its own. That port when
    left out."""
    base_url_path: Annotated[
        str,
        Field(pattern=r"^$|^[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*$", max_length=100),
        Allowed('a path in quotes without slashes at its ends, like "app" or "team/app", or ""'),
    ] = ""
    """Path below which the app is served: Streamlit's `server.baseUrlPath`; another app must answer below it by itself.
    Empty: at the root of the host."""
    health_check_path: Annotated[
        str | None,
        Field(pattern=r"^/[\x21-\x7e]*$", max_length=1024),
        Allowed("a path in quotes that starts with /, at most 1024 ASCII characters without spaces"),
    ] = None
    """Path, with `base_url_path` in it, that answers with a code of `health_check_matcher` while the app is healthy;
    for the health checks of load balancer and container. When left out, it is below `base_url_path`: `/_stcore/health`
    with `streamlit`, `/` with `web`."""
    health_check_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Port of the load balancer's health checks, such as a sidecar's, which existing groups of the tasks let it reach.
    That of its requests when left out."""
    health_check_matcher: Annotated[Matcher, ByFramework("health_matcher")] = DEFAULT.health_matcher
    """HTTP codes of a healthy answer."""
    health_check_interval: Interval = 15
    """Seconds between two health checks of the load balancer."""
    health_check_timeout: Timeout = 5
    """Seconds for which it waits for the answer."""
    healthy_threshold: Threshold = 2
    """Healthy answers one after the other that make a task healthy."""
    unhealthy_threshold: Threshold = 3
    """Failed checks one after the other that make it unhealthy; ECS then replaces it."""
    idle_timeout: Annotated[int, Field(ge=1, le=4000)] = 300
    """Seconds without traffic after which the load balancer closes a connection. Streamlit pings every 30 s."""
    drop_invalid_header_fields: bool = True
    """Whether the load balancer removes header fields whose names have other characters than letters, digits and
    hyphens."""
    deregistration_delay: Annotated[int, Field(ge=0, le=3600)] = 120
    """Seconds that a task has to finish its connections when it is replaced."""
    sticky_sessions: Annotated[bool, ByFramework("sticky_sessions")] = DEFAULT.sticky_sessions
    """Keep a browser on its task. A Streamlit session lives in one process: without, its uploads and media fail.
    Another app needs it if it keeps sessions in memory."""
    stickiness_duration: Annotated[int, Field(ge=1, le=604800)] = 86400
    """Seconds for which a browser stays on its task."""
    flow_logs: FlowLogs | None = None
    """Flow logs of the new VPC."""
    https: Https | None = None
    """HTTPS for browsers."""
    sign_in: SignIn | None = None
    """Users sign in at the load balancer."""
    logs: Logs | None = None
    """The load balancer writes logs."""
    waf: Waf | None = None
    """AWS WAF in front of the load balancer."""
    listener: SharedListener | None = None
    """A shared listener, instead of a load balancer in this stack."""

    @model_validator(mode="after")
    def _shared_listener_alone(self) -> Self:
        if self.listener is None:
            return self
        if self.vpc_id is None:
            raise PydanticCustomError(
                "listener",
                "a shared load balancer is in an existing VPC: name it, and the subnets of the tasks",
                {"key": "vpc_id", "with": ("listener.arn",)},
            )
        refuse_own_balancer(self)
        refuse_conditions(self.listener, self.base_url_path)
        return self

    @model_validator(mode="after")
    def _sign_in_needs_https(self) -> Self:
        if self.sign_in is not None and self.https is None:
            raise PydanticCustomError(
                "sign_in",
                "load balancers ask users to sign in over HTTPS only: set [network.https]",
                {"key": "sign_in", "with": ("https",)},
            )
        return self

    @model_validator(mode="after")
    def _one_vpc(self) -> Self:
        if self.use_default_vpc and self.vpc_id is not None:
            raise PydanticCustomError(
                "default_vpc",
                "either the default VPC or the one that vpc_id names",
                {"key": "use_default_vpc", "with": ("vpc_id",)},
            )
        given = [name for name in ("public_subnet_ids", "private_subnet_ids") if getattr(self, name)]
        if self.vpc_id is None and given:
            raise PydanticCustomError(
                "vpc_id", "subnets are given, but not their vpc_id", {"key": given[0], "with": ("vpc_id",)}
            )
        return self

    @model_validator(mode="after")
    def _new_vpc_only(self) -> Self:
        if self.makes_vpc:
            refuse_idle(self, ("assign_public_ip",), "egress says it of a new VPC", *EXISTING)
            return self
        for key in changed(self, NEW_VPC_SETTINGS):
            raise PydanticCustomError(
                "new_vpc_only",
                "{name} is for a new VPC, and an existing one is used",
                {"key": key, "with": ("vpc_id", "use_default_vpc"), "name": key},
            )
        return self

    @model_validator(mode="after")
    def _given_groups(self) -> Self:
        refuse_groups({key: getattr(self, key) for key in KEYS}, makes_vpc=self.makes_vpc)
        of_balancer, of_tasks = KEYS
        if self.load_balancer_security_group_ids:
            why = "the load balancer has the security groups that are given"
            refuse_idle(self, ("allowed_ranges", "shared_ranges"), why, of_balancer)
        if self.task_security_group_ids and self.listener:
            why = "the tasks have the security groups that are given"
            refuse_idle(self.listener, ("security_group_id",), why, of_tasks, at="listener.")
        if self.health_check_port not in {None, self.target_port} and not self.task_security_group_ids:
            raise unreachable_port(self.target_port)
        return self

    @model_validator(mode="after")
    def _answers_in_time(self) -> Self:
        refuse_late_answers(interval=self.health_check_interval, timeout=self.health_check_timeout)
        return self

    @model_validator(mode="after")
    def _stays_on_a_task(self) -> Self:
        if not self.sticky_sessions:
            refuse_idle(self, ("stickiness_duration",), "sticky_sessions is off", "sticky_sessions")
        return self

    @model_validator(mode="after")
    def _zones_are_as_many(self) -> Self:
        refuse_other_zones(self.availability_zones, self.zones)
        return self

    @model_validator(mode="after")
    def _endpoints_differ(self) -> Self:
        refuse_same_endpoints("interface_endpoints", self.interface_endpoints)
        return self

    @model_validator(mode="after")
    def _subnets_are_enough(self) -> Self:
        if self.vpc_id is not None and not (self.listener and self.private_subnet_ids):
            refuse_one_zone("public_subnet_ids", self.public_subnet_ids, "listener.arn", "private_subnet_ids")
        if self.private_subnet_ids:
            refuse_one_zone("private_subnet_ids", self.private_subnet_ids)
        return self

    @model_validator(mode="after")
    def _ranges_differ(self) -> Self:
        """EC2 merges equal rules: removing one from the list later would remove the only one."""
        for key in ("allowed_ranges", "shared_ranges"):
            refuse_twice(key, getattr(self, key))
        return self

    @model_validator(mode="after")
    def _ranges_can_be_used(self) -> Self:
        if not self.ipv6 and any(is_ipv6(one) for one in self.allowed_ranges):
            raise PydanticCustomError(
                "ipv6", "IPv6 ranges are allowed, and ipv6 is off", {"key": "allowed_ranges", "with": ("ipv6",)}
            )
        return self

    @property
    def makes_vpc(self) -> bool:
        """Whether the stack creates a VPC, instead of using an existing one."""
        return self.vpc_id is None and not self.use_default_vpc

    @property
    def tasks_can_have_ipv6(self) -> bool:
        """Whether the tasks' subnets have IPv6 with a route out; existing ones may have, whatever `ipv6` says."""
        return not self.makes_vpc or (self.ipv6 and self.egress == "public")

    @property
    def target_port(self) -> int:
        """The port of the tasks to which the load balancer sends requests."""
        return self.tls_port or self.container_port

    @property
    def health_path(self) -> str:
        """The path of the health checks of load balancer and container."""
        return self.health_check_path or DEFAULT.health_path_below(self.base_url_path)

    @property
    def app_paths(self) -> Paths:
        """The paths and the port under which the app answers."""
        return Paths(
            base=self.base_url_path,
            health=self.health_path,
            healthy=code_ranges(self.health_check_matcher),
            port=self.container_port,
        )

    @property
    def sources(self) -> tuple[str, ...]:
        """Ranges that may reach the load balancer; with `ipv6`, all of IPv4 includes all of IPv6."""
        everyone = self.ipv6 and self.allowed_ranges == (ANYWHERE,)
        return (ANYWHERE, ANYWHERE_IPV6) if everyone else self.allowed_ranges


def tasks_are_public(settings: Settings) -> bool:
    """Whether the tasks have public addresses, by the settings or because they need them to reach the internet."""
    if settings.makes_vpc:
        return settings.egress == "public"
    if settings.assign_public_ip is not None:
        return settings.assign_public_ip
    return settings.use_default_vpc or not (settings.private_subnet_ids or settings.internal)
