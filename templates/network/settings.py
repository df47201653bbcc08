"""`[network]`: what an environment file says of the network."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from templates.network import shared_listener
from templates.network.access_logs import Logs
from templates.network.https import Https
from templates.network.shared_listener import SharedListener
from templates.network.sign_in import SignIn
from templates.network.vpc import ZONES
from templates.network.waf import Waf
from templates.section import Allowed, Section

SubnetId = Annotated[
    str, Field(pattern=r"^subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})$"), Allowed('like "subnet-0123456789abcdef0"')
]
SubnetIdList = Annotated[tuple[SubnetId, ...], Field(strict=False)]
"""Ids of subnets; an array in TOML."""


WIDEST, NARROWEST = 16, 24
"""Prefix lengths of the new VPC: /16 is the widest that VPC allows, and a quarter of a /24 still feeds a load balancer,
which wants a /27 per subnet (Elastic Load Balancing, "Subnets for your load balancer")."""


def _cidr(text: str) -> str:
    try:
        network = IPv4Network(text)
    except ValueError as error:
        raise PydanticCustomError("cidr", "not an IPv4 range: {error}", {"error": str(error)}) from error
    if not WIDEST <= network.prefixlen <= NARROWEST:
        raise PydanticCustomError(
            "cidr",
            "/{length} is not between /{widest} and /{narrowest}",
            {"length": network.prefixlen, "widest": WIDEST, "narrowest": NARROWEST},
        )
    return str(network)


class Settings(Section):
    """`[network]`: where the service runs and how browsers reach it."""

    vpc_id: Annotated[
        str | None,
        Field(pattern=r"^vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})$"),
        Allowed('the id of a VPC, like "vpc-0123456789abcdef0"'),
    ] = None
    """An existing VPC; left out, a new one over two zones is made."""
    public_subnet_ids: SubnetIdList = ()
    """Subnets of the load balancer in the existing VPC, in at least two zones, with a route to an internet gateway."""
    private_subnet_ids: SubnetIdList = ()
    """Subnets of the tasks in the existing VPC, with a way out (NAT or endpoints). None: the tasks run in the public
    subnets with public addresses."""
    vpc_cidr: Annotated[
        str, AfterValidator(_cidr), Allowed('an IPv4 range in quotes, from /16 to /24, like "10.0.0.0/16"')
    ] = "10.0.0.0/16"
    """IPv4 range of the new VPC, /16 to /24; a quarter of it for each subnet."""
    container_port: Annotated[int, Field(ge=1, le=65535)] = 8501
    """Port on which Streamlit listens in the container."""
    health_check_path: Annotated[
        str,
        Field(pattern=r"^/[\x21-\x7e]*$", max_length=1024),
        Allowed("a path in quotes that starts with /, at most 1024 ASCII characters without spaces"),
    ] = "/_stcore/health"
    """Path that answers 200 while Streamlit is well."""
    idle_timeout: Annotated[int, Field(ge=1, le=4000)] = 300
    """Seconds without traffic after which the load balancer closes a connection. Streamlit pings every 30 s."""
    deregistration_delay: Annotated[int, Field(ge=0, le=3600)] = 120
    """Seconds in which a task that is being replaced still finishes its connections."""
    sticky_sessions: bool = True
    """Keep a browser on its task. A Streamlit session lives in one process: without, uploads and media fail."""
    stickiness_duration: Annotated[int, Field(ge=1, le=604800)] = 86400
    """Seconds for which a browser stays on its task."""
    ipv6: bool = False
    """Whether browsers reach the load balancer by IPv6, too."""
    base_url_path: Annotated[
        str,
        Field(pattern=r"^(?:[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*)?$", max_length=100),
        Allowed('a path in quotes without slashes at its ends, like "app" or "team/app"'),
    ] = ""
    """Path below which the application answers (Streamlit's `server.baseUrlPath`); the whole address when empty."""
    https: Https | None = None
    sign_in: SignIn | None = None
    logs: Logs | None = None
    waf: Waf | None = None
    listener: SharedListener | None = None

    @model_validator(mode="after")
    def _shared_listener_alone(self) -> Self:
        shared_listener.refuse(self)
        return self

    @model_validator(mode="after")
    def _sign_in_needs_https(self) -> Self:
        if self.sign_in is not None and self.https is None:
            raise PydanticCustomError(
                "sign_in",
                "load balancers ask users to sign in over HTTPS only: set [network.https]",
                {"key": "sign_in.scope", "with": ("https.certificate_arn", "https.domain_name")},
            )
        return self

    @model_validator(mode="after")
    def _subnets_have_their_vpc(self) -> Self:
        given = [name for name in ("public_subnet_ids", "private_subnet_ids") if getattr(self, name)]
        if self.vpc_id is None and given:
            raise PydanticCustomError(
                "vpc_id", "subnets are given, but not their vpc_id", {"key": given[0], "with": ("vpc_id",)}
            )
        return self

    @model_validator(mode="after")
    def _vpc_has_its_public_subnets(self) -> Self:
        if self.vpc_id is not None and not (self.listener and self.private_subnet_ids):
            self._refuse_one_zone("public_subnet_ids", self.public_subnet_ids)
        return self

    @model_validator(mode="after")
    def _private_subnets_are_enough(self) -> Self:
        if self.private_subnet_ids:
            self._refuse_one_zone("private_subnet_ids", self.private_subnet_ids)
        return self

    @staticmethod
    def _refuse_one_zone(name: str, ids: tuple[str, ...]) -> None:
        if len(set(ids)) < max(ZONES, len(ids)):
            raise PydanticCustomError(
                "subnets",
                "must be two or more different subnets of the VPC, in different zones, none of them twice",
                {"key": name, "with": ("vpc_id",)},
            )


def tasks_are_public(settings: Settings) -> bool:
    """Whether the tasks have no other way out than a public address of their own."""
    return settings.vpc_id is not None and not settings.private_subnet_ids
