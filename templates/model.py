"""The builder that turns typed inputs, resources and typed outputs into one stack.

A module's `Inputs` and `Outputs` are frozen dataclasses whose fields are `Annotated[Type, ...]`, with a type from
`templates.values`. A field `vpc_id` of the inputs is the parameter `VpcId` of the template; outputs likewise. A field
may be `Annotated[Type | None, ...]`: where it is None there is no such parameter or output. An input to which nothing
in the template refers becomes no parameter, so that what is switched off leaves no trace.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
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
C = TypeVar("C", bound="DataclassInstance")
"""Inputs of a child stack."""
R = TypeVar("R", bound=AWSObject)

_FORM: dict[str, Any] = {"indent": 2, "sort_keys": True, "ensure_ascii": False}
PROGRAM = "{program}"
"""In a description: the application's program, by its profile."""
_VARIABLE = re.compile(r"\$\{([A-Za-z0-9]+)\}")
"""A variable in a text of `Fn::Sub`."""


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """Description and constraints of a parameter or output.

    `{program}` in the description is the application's program. `constraints` are properties of a template parameter
    (`AllowedPattern`, `MinValue`, ...). `group` is its heading in the console, `label` its name there.
    """

    description: str
    constraints: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""
    label: str = ""


@dataclass(frozen=True)
class Stack(Generic[O]):
    """A template, the values of its parameters, its outputs, and the stacks nested in it."""

    body: str
    arguments: Mapping[str, Value]
    outputs: O
    children: Mapping[str, Stack[Any]]


def logical_id(field_name: str) -> str:
    """Return the name of a field's parameter or output: `VpcId` for `vpc_id`."""
    return "".join(word.capitalize() for word in field_name.split("_"))


def template_file(child: str) -> str:
    """Return the file name of a child's template, relative to the root's: `aws cloudformation package` finds it."""
    return f"{child.lower()}.template.json"


def template_text(template: Mapping[str, Any]) -> str:
    """Return a template as text; the same template gives the same bytes."""
    return json.dumps(template, **_FORM) + "\n"


class Builder(Generic[I]):
    """Builds one template. `parameters` has the fields of `inputs`, each as a reference to the parameter of that name.

    With `defaults`, for a root stack, the inputs are the default values of the parameters; a value whose expression is
    None makes a parameter without a default. Otherwise the inputs are what the parent passes. All resources that can
    be tagged get the identity's tags.
    """

    def __init__(self, identity: Identity, description: str, inputs: I, *, defaults: bool = False) -> None:
        self._identity = identity
        self._inputs = inputs
        self._is_root = defaults
        self._children: dict[str, Stack[Any]] = {}
        self._known: dict[str, list[tuple[type[Value], Value | None]]] = {}
        self._template = Template(Description=description)
        self._template.set_version()
        if skipped := identity.profile.skipped_rules:
            # https://github.com/aws-cloudformation/cfn-lint#template-based-metadata
            self._template.set_metadata({"cfn-lint": {"config": {"ignore_checks": list(skipped)}}})
        references: dict[str, Value | None] = {}
        for name, it in _fields(type(inputs)).items():
            value = getattr(inputs, name)
            references[name] = None if value is None else self._declare(logical_id(name), it, value)
        self.parameters: I = type(inputs)(**references)
        self.know(self.parameters)

    def _declare(self, title: str, it: _Field, value: Value) -> Value:
        """Add a parameter, and return the reference to it."""
        properties = dict(it.declaration.constraints)
        if self._is_root and value.expression is not None:
            properties["Default"] = value.wire
        self._template.add_parameter(
            Parameter(title, Type=it.kind.parameter_type, Description=self._words(it.declaration), **properties)
        )
        if it.declaration.group:
            self._template.add_parameter_to_group(title, it.declaration.group)
            self._template.set_parameter_label(title, it.declaration.label)
        return it.kind(Ref(title))

    def _words(self, declaration: Declaration) -> str:
        """Return a description that names the application's program."""
        return declaration.description.replace(PROGRAM, self._identity.profile.program)

    def know(self, values: DataclassInstance) -> None:
        """Take values for the inputs of children that are nested later, by the names of their fields (`connect`)."""
        for name, it in _fields(type(values)).items():
            self._known.setdefault(logical_id(name), []).append((it.kind, getattr(values, name)))

    def tags(self, **more: str) -> Tags:
        """Return the identity's tags and further ones, such as the `Name` that the EC2 console shows."""
        return Tags(**self._identity.tags, **more)

    def add(self, resource: R) -> R:
        """Add a resource and return it. It gets the identity's tags unless it has its own or its type has none.

        A role gets the identity's permissions boundary, if there is one. Raises ValueError if the logical id exists.
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
        """Add a rule: assertions on the parameters, which CloudFormation checks before any resource."""
        self._template.add_rule(name, dict(rule))

    def connect(self, inputs: type[C] | partial[C], *, prefix: str = "") -> C:
        """Return the inputs of a child: each field that `inputs` does not give gets the value of the same name.

        That is a parameter of this stack, or an output of a child that is nested already. In this stack the name may
        have the prefix: with "Ecs", the field `cpu` gets the parameter `EcsCpu`.

        Raises TypeError if a field without a default has no such value, if two values have its name, if the value has
        another type, or if it is None and the field is not optional.
        """
        shape, given = (inputs.func, inputs.keywords) if isinstance(inputs, partial) else (inputs, {})
        found: dict[str, Value | None] = {}
        for name, it in _fields(shape).items():
            titles = {logical_id(name), f"{prefix}{logical_id(name)}"}
            known = [one for title in titles for one in self._known.get(title, ())]
            if name in given or (not known and it.has_default):
                continue
            if len(known) != 1:
                raise TypeError(f"{shape.__module__}.{name}: {len(known)} values have this name")
            [(kind, value)] = known
            if not issubclass(kind, it.kind) or (value is None and not it.is_optional):
                raise TypeError(f"{shape.__module__}.{name}: must be {it.kind.__name__}, not {kind.__name__} {value}")
            found[name] = value
        return shape(**given, **found)

    def nest(self, name: str, child: Stack[O], condition: str | None = None, after: str | None = None) -> O:
        """Add a child stack under a logical id, and return its outputs as references in this template.

        `after` is another child that it waits for, if none of its inputs comes from that one.
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
            field: it.kind(GetAtt(name, f"Outputs.{logical_id(field)}")) if getattr(child.outputs, field) else None
            for field, it in _fields(type(child.outputs)).items()
        }
        outputs = type(child.outputs)(**seen)
        self.know(outputs)
        return outputs

    def finish(self, outputs: O, conditions: Mapping[str, str] = MappingProxyType({})) -> Stack[O]:
        """Return the finished stack with these outputs; `conditions` has the conditions of outputs by field.

        Raises ValueError if a resource lacks a property that its type requires.
        """
        for name, it in _fields(type(outputs)).items():
            value = getattr(outputs, name)
            if value is None:
                continue
            output = Output(logical_id(name), Value=value.wire, Description=self._words(it.declaration))
            if name in conditions:
                output.Condition = conditions[name]
            self._template.add_output(output)
        inputs = {logical_id(it.name): getattr(self._inputs, it.name) for it in dataclasses.fields(self._inputs)}
        template = with_literals(self._template.to_dict())
        if not self._is_root:
            used = _referred({name: part for name, part in template.items() if name != "Parameters"})
            template["Parameters"] = {name: it for name, it in template.get("Parameters", {}).items() if name in used}
        arguments = {name: inputs[name] for name in inputs if name in template.get("Parameters", {})}
        body = template_text({name: part for name, part in template.items() if part})
        return Stack(body, MappingProxyType(arguments), outputs, MappingProxyType(dict(self._children)))


def _referred(part: Any) -> set[str]:
    """Return the names to which `Ref` and `Fn::Sub` in a part of a template refer."""
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


@dataclass(frozen=True, kw_only=True)
class _Field:
    """A field of an `Inputs` or `Outputs`."""

    kind: type[Value]
    declaration: Declaration
    is_optional: bool
    has_default: bool


@cache
def _fields(shape: type[DataclassInstance]) -> Mapping[str, _Field]:
    """Return the fields of an `Inputs` or `Outputs` by name, in their order."""
    hints = get_type_hints(shape, include_extras=True)
    found: dict[str, _Field] = {}
    for it in dataclasses.fields(shape):
        if get_origin(hints[it.name]) is not Annotated:
            raise TypeError(f"{shape.__module__}.{shape.__name__}.{it.name}: not an Annotated type of value")
        kind, declaration = get_args(hints[it.name])[:2]
        is_optional = get_origin(kind) is not None  # `Kind | None`
        found[it.name] = _Field(
            kind=next(one for one in get_args(kind) if one is not type(None)) if is_optional else kind,
            declaration=Declaration(description=declaration) if isinstance(declaration, str) else declaration,
            is_optional=is_optional,
            has_default=it.default is not dataclasses.MISSING,
        )
    return MappingProxyType(found)
