"""How the list says what CloudFormation calls for a resource: `[service:]Action[@ON][>FOR][?WHERE]`.

Decided on `ON`: `*`, an ARN, or what follows the account in one; without it on the resource itself. In braces: `{P}` is
a property's value, `{P.Q}` one further in, and where it is a list there is a decision on each; `{id}` is the physical
id or, before there is one, the name; `{service_role}` is the role that CloudFormation was handed, if any (no call
where it has none); the other words in small letters are those of `subjects.Subject`.
`FOR` is the service that a role is for. Called only `WHERE` a property is there: `P` or `P.Q`, `P~TEXT` for one that
contains the text, `-P` for one that an update takes away, or of which it takes a tag away.
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
    """The property with the name."""
    longest: int = 128
    lower: bool = False
    short: bool = False
    """Whether a name that CloudFormation makes leaves the stack's out."""
    create: str = ""
    update: str = ""
    delete: str = ""
    read: str = ""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call, read."""

    service: str
    action: str
    on: str
    """Empty: the resource itself."""
    made_for: str
    where: str


@cache
def read(text: str, service: str) -> Call:
    """A call of the list, of a type of this service."""
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


def tags(tag: str, untag: str) -> tuple[str, str]:
    """The calls for tags, of a create and of an update."""
    return f"{tag}?Tags", f"{tag}?Tags {untag}?-Tags"


def linked(service: str, role: str, where: str = "") -> str:
    """The role that a service has for itself in an account: whoever is the first to need it makes it."""
    arn = f"arn:aws:iam::{{account}}:role/aws-service-role/{service}/{role}"
    return f"iam:CreateServiceLinkedRole@{arn}>{service}" + (f"?{where}" if where else "")


def passed(path: str, service: str) -> str:
    """The role at this path is handed to a service."""
    return f"iam:PassRole@{{{path}}}>{service}?{path}"
