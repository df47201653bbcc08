"""The kernel: a builder that turns typed inputs, resources and typed outputs into one finished stack.

A module's `Inputs` and `Outputs` are frozen dataclasses whose fields are `Annotated[Kind, ...]`, with `Kind` from
`templates.values`: a field `vpc_id` of the inputs is the parameter `VpcId` of the template, and likewise the outputs.
A field may be `Annotated[Kind | None, ...]`: where it is None there is no such parameter or output. An input to which
nothing in the template refers is no parameter either, so that what is switched off leaves no trace.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from troposphere import AWSObject, GetAtt, Output, Parameter, Ref, Tags, Template
from troposphere.cloudformation import Stack as NestedStack

from templates.literal import with_literals
from templates.values import Value

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from templates.identity import Identity

I = TypeVar("I", bound="DataclassInstance")  # noqa: E741 - I for inputs, O for outputs
O = TypeVar("O", bound="DataclassInstance")  # noqa: E741 - likewise
R = TypeVar("R", bound=AWSObject)

_FORM: dict[str, Any] = {"indent": 2, "sort_keys": True, "ensure_ascii": False}
_VARIABLE = re.compile(r"\$\{([A-Za-z0-9]+)\}")
"""A parameter in a text of `Fn::Sub`."""


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What CloudFormation and the console say of a parameter beyond its name and type.

    `constraints` are properties of a template parameter (`AllowedPattern`, `MinValue`, ...). `group` is its heading in
    the console, `label` its name there.
    """

    description: str
    constraints: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""
    label: str = ""


@dataclass(frozen=True)
class Stack(Generic[O]):
    """A finished template, the values its parameters get, what it tells others, and the stacks nested in it."""

    body: str
    arguments: Mapping[str, Value]
    outputs: O
    children: Mapping[str, Stack[Any]]


def logical_id(field_name: str) -> str:
    """`vpc_id` is `VpcId`: the name of a field's parameter or output in a template."""
    return "".join(word.capitalize() for word in field_name.split("_"))


def template_file(child: str) -> str:
    """The file of a stack: relative to the root's own, so that `aws cloudformation package` finds it."""
    return f"{child.lower()}.template.json"


def text(template: Mapping[str, Any]) -> str:
    """A template as it is written: the same one gives the same bytes."""
    return json.dumps(template, **_FORM) + "\n"


class Builder(Generic[I]):
    """Collects one template. `parameters` has the fields of `inputs`, each a reference to the parameter of that name.

    With `defaults` the inputs become the parameters' default values, which is what a root stack wants (one without an
    expression has no default: whoever deploys must give it); without, they are what the parent passes. Every resource
    that can carry tags gets the identity's.
    """

    def __init__(self, identity: Identity, description: str, inputs: I, *, defaults: bool = False) -> None:
        self._identity = identity
        self._inputs = inputs
        self._is_root = defaults
        self._children: dict[str, Stack[Any]] = {}
        self._template = Template(Description=description)
        self._template.set_version()
        references: dict[str, Value | None] = {}
        for name, (kind, declaration) in _annotations(type(inputs)).items():
            value = getattr(inputs, name)
            if value is None:
                references[name] = None
                continue
            title = logical_id(name)
            properties = dict(declaration.constraints)
            if defaults and value.expression is not None:
                properties["Default"] = value.wire
            self._template.add_parameter(
                Parameter(title, Type=kind.parameter_type, Description=declaration.description, **properties)
            )
            if declaration.group:
                self._template.add_parameter_to_group(title, declaration.group)
                self._template.set_parameter_label(title, declaration.label)
            references[name] = kind(Ref(title))
        self.parameters: I = type(inputs)(**references)

    def tags(self, **more: str) -> Tags:
        """The identity's tags, and more of them, such as the `Name` that the EC2 console shows."""
        return Tags(**self._identity.tags, **more)

    def add(self, resource: R) -> R:
        """Add a resource; without tags of its own it gets the identity's, if its type takes any.

        A role gets the identity's permissions boundary, where there is one.

        Raises ValueError if the logical id is taken.
        """
        if "Tags" in resource.props and "Tags" not in resource.properties:
            resource.Tags = self.tags()
        if "PermissionsBoundary" in resource.props and self._identity.permissions_boundary:
            resource.PermissionsBoundary = self._identity.permissions_boundary
        self._template.add_resource(resource)
        return resource

    def condition(self, name: str, expression: Any) -> str:
        """Add a condition and return its name, for a resource's `Condition` or `Fn::If`."""
        self._template.add_condition(name, expression)
        return name

    def rule(self, name: str, rule: Mapping[str, Any]) -> None:
        """Add a rule: an assertion on the parameters that CloudFormation checks before it does anything."""
        self._template.add_rule(name, dict(rule))

    def nest(self, name: str, child: Stack[O], condition: str | None = None, after: str | None = None) -> O:
        """Add a child stack under a logical id, and return its outputs as this template sees them.

        `after` is another child that it waits for, where none of its inputs says so.
        """
        properties: dict[str, Any] = {"TemplateURL": template_file(name)}
        if child.arguments:
            properties["Parameters"] = {title: value.wire for title, value in child.arguments.items()}
        resource = NestedStack(name, **properties)
        if condition:
            resource.Condition = condition
        if after:
            resource.DependsOn = after
        self.add(resource)
        self._children[name] = child
        seen = {
            field: None if getattr(child.outputs, field) is None else kind(GetAtt(name, f"Outputs.{logical_id(field)}"))
            for field, (kind, _) in _annotations(type(child.outputs)).items()
        }
        return type(child.outputs)(**seen)

    def finish(self, outputs: O, conditions: Mapping[str, str] = MappingProxyType({})) -> Stack[O]:
        """Declare the outputs and freeze the template; `conditions` maps an output's field to its condition.

        Raises ValueError if a resource lacks a property that its type requires.
        """
        for name, (_, declaration) in _annotations(type(outputs)).items():
            value = getattr(outputs, name)
            if value is None:
                continue
            output = Output(logical_id(name), Value=value.wire, Description=declaration.description)
            if name in conditions:
                output.Condition = conditions[name]
            self._template.add_output(output)
        inputs = {logical_id(it.name): getattr(self._inputs, it.name) for it in dataclasses.fields(self._inputs)}
        template = with_literals(self._template.to_dict())
        if not self._is_root:
            used = _referred({name: part for name, part in template.items() if name != "Parameters"})
            template["Parameters"] = {name: it for name, it in template.get("Parameters", {}).items() if name in used}
        arguments = {name: inputs[name] for name in inputs if name in template.get("Parameters", {})}
        body = text({name: part for name, part in template.items() if part})
        return Stack(body, MappingProxyType(arguments), outputs, MappingProxyType(dict(self._children)))


def _referred(part: Any) -> set[str]:
    """The names to which `Ref` and `Fn::Sub` in a part of a template refer."""
    if isinstance(part, list):
        return set().union(*map(_referred, part))
    if not isinstance(part, dict):
        return set()
    found = set().union(*map(_referred, part.values()))
    if isinstance(part.get("Ref"), str):
        found.add(part["Ref"])
    text = part.get("Fn::Sub")
    if isinstance(text, list):
        text = text[0]
    return found | set(_VARIABLE.findall(text)) if isinstance(text, str) else found


@cache
def _annotations(shape: type[DataclassInstance]) -> Mapping[str, tuple[type[Value], Declaration]]:
    """The kind and the declaration of each field of an `Inputs` or `Outputs`, in their order."""
    hints = get_type_hints(shape, include_extras=True)
    found: dict[str, tuple[type[Value], Declaration]] = {}
    for name, hint in hints.items():
        if get_origin(hint) is not Annotated:
            raise TypeError(f"{shape.__module__}.{shape.__name__}.{name}: not an Annotated value kind")
        kind, declaration = get_args(hint)[:2]
        if get_origin(kind) is not None:  # `Kind | None`
            kind = next(one for one in get_args(kind) if one is not type(None))
        if isinstance(declaration, str):
            declaration = Declaration(description=declaration)
        found[name] = (kind, declaration)
    return MappingProxyType(found)
