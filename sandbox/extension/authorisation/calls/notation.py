"""The notation for the calls that CloudFormation makes for a resource: `[service:]Action[@ON][>FOR][?WHERE]`.

`ON` is the resource on which AWS decides: `*`, an ARN, or what follows the account in one; by default the resource
itself. In it `{P}` is a property's value, `{P.Q}` one further in, and for a list there is a decision on each element;
`{id}` is the physical id or, before there is one, the name; `{service_role}` is the role that was passed to
CloudFormation (without one there is no call); the other words in lower case are those of `subjects.Subject`.
`FOR` is the service to which a role is passed. `WHERE` is a condition: property `P` or `P.Q` is there, `P~TEXT`
contains the text, `-P` is removed by an update, or loses an element such as a tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_CALL = re.compile(
    r"(?:(?P<service>[a-z0-9-]+):)?(?P<action>[A-Za-z]+)(?:@(?P<on>[^?>]+))?(?:>(?P<made_for>[^?]+))?(?:\?(?P<where>.+))?"
)


@dataclass(frozen=True, kw_only=True)
class Calls:
    """The calls for resources of a type, by step; `read` follows a create and an update, and precedes a delete."""

    service: str
    on: str = "*"
    """The resource's own ARN, or what follows the account in it."""
    name: str = ""
    """The property with the name of the resource."""
    longest: int = 128
    lower: bool = False
    short: bool = False
    """Whether a generated name does not begin with the name of the stack."""
    create: str = ""
    update: str = ""
    delete: str = ""
    read: str = ""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One parsed call."""

    service: str
    action: str
    on: str
    """"" for the resource itself."""
    made_for: str
    where: str


@cache
def parse_call(text: str, service: str) -> Call:
    """Parse one call of the list, of a type of this service."""
    found = _CALL.fullmatch(text)
    if found is None:
        raise AssertionError(text)
    return Call(
        service=found["service"] or service,
        action=found["action"],
        on=found["on"] or "",
        made_for=found["made_for"] or "",
        where=found["where"] or "",
    )


def tag_calls(tag: str, untag: str) -> tuple[str, str]:
    """Return the calls for tags, of a create and of an update."""
    return f"{tag}?Tags", f"{tag}?Tags {untag}?-Tags"


def make_service_linked_role(service: str, role: str, where: str = "") -> str:
    """Return the call that makes a service-linked role on the first use of the service."""
    arn = f"arn:aws:iam::{{account}}:role/aws-service-role/{service}/{role}"
    return f"iam:CreateServiceLinkedRole@{arn}>{service}" + (f"?{where}" if where else "")


def pass_role(path: str, service: str) -> str:
    """Return the call that passes the role at this path of the properties to a service."""
    return f"iam:PassRole@{{{path}}}>{service}?{path}"
