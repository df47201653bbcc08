"""The record of a resource type: what the product knows of it beyond its provider schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from templates.resource_types.stateful import STATEFUL

IDENTITY = "project or environment"
"""The settings from which most names are made."""
Step = Literal["create", "update", "delete"]


ANYWHERE = ("*",)
HERE: Mapping[str, tuple[str, ...]] = MappingProxyType({"aws:RequestedRegion": ("{region}",)})
"""Only in the deployment's region: for actions whose resources have no names, or none that could be known before."""


@dataclass(frozen=True)
class Grant:
    """A statement that allows actions in a policy of the bootstrap stack.

    In `on` and `when`, `{any}` stands for all names of the project, `{given}` for each name that the settings add,
    `{project}` for the project, `{repository}` for each of its image
    repositories; `{partition}`, `{region}`, `{account}` and `{url_suffix}` are those of the stack.
    """

    sid: str
    service: str
    actions: str
    """Names of the service's actions with spaces between them; `SERVICE:Name` for one of another service."""
    on: tuple[str, ...] = ANYWHERE
    """ARNs."""
    when: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """StringEquals: condition keys with their values."""
    by_id: bool = False
    """Whether it is about resources whose ids are generated."""


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """The call that tells whether a name exists, because creating a resource under an existing name fails.

    The name exists if a list in the answer has an element that matches; without `items`, if there is an answer.

    Cloud Control's GetResource would not do: it takes primary identifiers, which are ARNs with random parts for load
    balancers, target groups and web ACLs, and needs the rights of each type's read handler.
    """

    properties: tuple[str, ...]
    """The properties that make up the name; messages show the last one."""
    client: str
    """The attribute of `Aws`."""
    operation: str
    """The client's method."""
    action: str
    """The right that the caller needs."""
    parameters: Mapping[str, Any]
    """A property in braces is its value; `{partition}`, `{region}` and `{account}` are those of the deployment."""
    items: tuple[str, ...] = ()
    """Lists in the answer."""
    matching: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What an element must have: for each key one of the texts, in which braces mean the same."""
    ended: Mapping[str, str] = field(default_factory=dict)
    """What an element must not have."""
    is_domain: bool = False
    """Whether texts compare as domain names in Route 53."""
    pages: tuple[str, str] | None = None
    """The keys of the next page's token, in the answer and in the request."""
    absent: tuple[str, ...] = ()
    """Error codes for "there is none"."""
    setting: str = IDENTITY
    """Where another name is set."""
    sid: str = ""
    """The statement of the roles that plan; empty where another statement allows the action."""
    on: str = ""
    """The ARN on which that statement allows it, as in `Grant`; empty where IAM knows no resource for the action."""


@dataclass(frozen=True)
class NotLookedUp:
    """Why the name of a new resource is not looked up.

    `adopted`: CloudFormation adopts the existing resource. `free`: several can have the name, or a create changes the
    existing resource. `belongs`: the name is that of another resource of the stack.
    """

    kind: Literal["adopted", "free", "belongs"]
    why: str


@dataclass(frozen=True)
class Only:
    """Actions (patterns) of the type's handlers that are needed only where the resource has one of the properties.

    A property is a path into the resource, `PATH~TEXT` one whose value can contain the text. With no property the
    actions are never needed, and `why` says so. An action of the handlers without such a line is always needed: broad
    is safe.
    """

    actions: tuple[str, ...]
    properties: tuple[str, ...] = ()
    why: str = ""


def only(actions: str, properties: str = "", why: str = "") -> Only:
    """Return the line for actions and properties that are separated by spaces."""
    return Only(tuple(actions.split()), tuple(properties.split()), why)


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """Actions that a resource needs beyond what its type's handlers list, by a page of AWS or a report.

    `property` as in `Only`; empty: always.
    """

    actions: tuple[str, ...]
    steps: tuple[Step, ...]
    why: str
    source: str
    property: str = ""


@dataclass(frozen=True, kw_only=True)
class PassedRole:
    """A property that hands a role to a service, which then acts with it."""

    property: str
    service: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ServiceLinkedRole:
    """The role that a service makes in an account with the first resource of the type; `property` as in `Only`."""

    service: str
    role: str
    source: str
    property: str = ""


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """What is known of a type beyond its provider schema, from which handlers, tags and replacements are read."""

    type: str
    noun: str = ""
    """What messages call a resource of the type."""

    name: str = ""
    """The property with the name."""
    path: str = ""
    """The property with the path before the name in ARNs of IAM."""
    generated: str = "{stack}-{logical_id}-*"
    """The name that CloudFormation generates where the template gives none."""
    longest: int = 255
    """The most characters of a generated name."""
    lower: bool = False
    """Whether a generated name has no capitals."""
    ref: Literal["name", "arn", "unknown"] = "unknown"
    """What `Ref` returns."""
    arns: Mapping[str, str | tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """The ARNs to which actions on the resource refer, by kind in the service authorization reference, its own kind
    first. `{name}` is its name, another word in braces the value of the property at this path."""
    rewritten: tuple[str, str] = ("", "")
    """In an ARN made from another resource's, the first text becomes the second."""

    lookup: Lookup | NotLookedUp | None = None
    """How the name is looked up before a resource is created, or why not; None where no template names one."""
    place: tuple[str, ...] = ()
    """Properties (paths) whose values no two resources have at a time; where one is absent, the name counts."""
    within: tuple[str, ...] = ()
    """Properties within whose values a name is unique, where the schema does not say so."""
    replacing: tuple[str, ...] = ()
    """Properties that replace a resource on conditions that are not documented (schema,
    `conditionalCreateOnlyProperties`): each change of one counts as a replacement."""
    remedy: str = ""
    """What to do where a replacement would keep the name or the place."""

    shown: tuple[str, ...] | None = None
    """Properties that a plan shows of a new or removed resource (paths; `[]` is any element), most telling first; None:
    those that look like names."""
    replaced: str = ""
    """What a replacement means."""
    removed: str = ""
    """What a removal means, where the resource is not retained."""
    fixed: tuple[str, ...] = ()
    """Attributes that stay the same until the resource is replaced, by its type's page, as `Ref` does
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html)."""
    seconds: tuple[float, float] | None = None
    """How long it typically takes to create and to update; `stacks/estimate/durations.py` names the source."""

    only: tuple[Only, ...] = ()
    """Actions of the handlers that not every resource needs."""
    lacking: tuple[Lacking, ...] = ()
    """Actions that the handlers do not list."""
    passes: tuple[PassedRole, ...] = ()
    """Roles that it hands to services."""
    service_linked: tuple[ServiceLinkedRole, ...] = ()
    """Roles that services make for themselves with the first resource."""

    @property
    def is_stateful(self) -> bool:
        """Whether it holds data that no template makes again."""
        return self.type in STATEFUL


@dataclass(frozen=True, kw_only=True)
class Service:
    """The types of a service, and what roles of the bootstrap stack may do with their resources.

    `execution` are the grants of the role with which CloudFormation deploys, by its policy (`Service`, `Data`,
    `Network`, `Names`): all that templates can need. `drift` are those of whoever looks for drift; those of one
    name are one statement.
    """

    types: tuple[ResourceType, ...] = ()
    execution: Mapping[str, tuple[Grant, ...]] = field(default_factory=lambda: MappingProxyType({}))
    drift: tuple[Grant, ...] = ()


def arn(service: str, resource: str) -> str:
    """Return the ARN of something in the deployment's account and region."""
    return f"arn:{{partition}}:{service}:{{region}}:{{account}}:{resource}"
