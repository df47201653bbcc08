"""The record of a Terraform type: what it becomes, how that is identified, and how CloudFormation writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stacks.adopt.types.allowed import Allowed
from stacks.adopt.types.attributes import Attributes

Properties = dict[str, Any]
Identify = Callable[[Attributes], dict[str, str]]
Write = Callable[[Attributes], Properties]


@dataclass(frozen=True, kw_only=True)
class Owned:
    """A Terraform type whose resources become resources of ours."""

    type: str
    """`AWS::ECS::Service`."""
    allowed: Allowed
    """What is held of it."""
    identify: Identify
    """Returns its primary identifier; raises `CannotBeKnownError`."""
    write: Write
    """Returns its properties; those that are None or empty are left out afterwards."""
    stays: Callable[[Attributes], str] = field(default=lambda _: "")
    """Returns why a resource of the type stays with Terraform nevertheless, such as a network load balancer."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A Terraform type whose resources are properties of another resource of ours."""

    type: str
    """The type of that resource."""
    allowed: Allowed
    wholes: Callable[[Attributes], Sequence[dict[str, str]]]
    """Returns the identifiers of the resources that it is a part of; raises `CannotBeKnownError`."""
    write: Write
    """Returns the properties that it adds; lists are appended."""


@dataclass(frozen=True, kw_only=True)
class Stays:
    """A Terraform type whose resources stay with Terraform."""

    why: str
    allowed: Allowed = field(default_factory=Allowed)


TerraformType = Owned | Part | Stays


def pruned(properties: Mapping[str, Any]) -> Properties:
    """Return the properties without those that are None, and without empty lists and objects."""
    found = {name: _pruned(value) for name, value in properties.items()}
    return {name: value for name, value in found.items() if value is not None and value not in ([], {})}


def _pruned(value: Any) -> Any:  # noqa: ANN401 - JSON
    match value:
        case Mapping():
            return pruned(value)
        case list():
            return [it for it in map(_pruned, value) if it is not None and it != {}]
        case _:
            return value


def name_of(arn: str) -> str:
    """Return the last part of an ARN, such as the cluster's name; any other text unchanged."""
    return arn.rpartition("/")[2] if arn.startswith("arn:") else arn
