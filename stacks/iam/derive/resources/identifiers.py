"""What resources will be called: physical ids and ARNs as patterns, from the names in the templates.

Where a template gives no name, CloudFormation makes one: `STACK-LOGICALID-RANDOM`, shortened where the service takes no
name that long (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from string import Formatter
from typing import TYPE_CHECKING

from stacks.place import ANYTHING, Place
from stacks.rendered.expressions import MOST, If, parse, texts
from stacks.rendered.names import NO_VALUE
from stacks.rendered.rendered import ROOT, Rendered
from stacks.rendered.tree import Module, Resource
from templates.resource_types import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.rendered.expressions import Json, Reference

RANDOM = 13
"""Characters of the longest suffix that CloudFormation makes."""
KEPT = 7
"""Of a name that is shortened, at least this part of the longest is the stack's name: seen are 5 characters of 32 (load
balancers) and 24 of 64 (roles, functions)."""


LITERALS = {
    "eipalloc": "elastic-ip",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "subnet": "subnet",
    "vpc": "vpc",
}
"""Prefixes of ids that an environment file can name, and EC2's types of resources in ARNs."""
_ID = re.compile(r"([a-z]+)-[0-9a-f]{8,17}")
_REPEATED = re.compile(r"([/-]\*)\1+")


def resource_names(tree: Tree, resource: Resource) -> tuple[str, ...]:
    """Return what the resource will be called: the template's name for it, or the one that CloudFormation makes."""
    how = record(resource.type)
    if how.name and how.name in resource.properties:
        return tree.texts(resource.properties[how.name], resource.module)
    stack = tree.stack_name(resource.module)
    made = how.generated.format(stack=stack, logical_id=resource.logical_id)
    if len(made.replace(ANYTHING, "?" * RANDOM)) > how.longest:
        made = f"{stack[: how.longest // KEPT].partition(ANYTHING)[0]}*"
    return (made.lower() if how.lower else made,)


def physical_ids(tree: Tree, resource: Resource) -> tuple[str, ...]:
    """Return what `Ref` gives."""
    match record(resource.type).ref:
        case "name":
            return resource_names(tree, resource)
        case "arn":
            return own_arns(tree, resource) or (ANYTHING,)
        case _:
            return (ANYTHING,)


def own_arns(tree: Tree, resource: Resource) -> tuple[str, ...]:
    """Return the resource's own ARNs: one, or more where a name has several possible values."""
    return next(iter(identifying_arns(tree, resource).values()), ())


def identifying_arns(tree: Tree, resource: Resource) -> dict[str, tuple[str, ...]]:
    """Return the ARNs to which actions on the resource refer, by type; unknown types are left out."""
    how = record(resource.type)
    found = {}
    for kind, forms in how.arns.items():
        each = (forms,) if isinstance(forms, str) else forms
        filled = tuple(dict.fromkeys(arn for form in each for arn in _fill(tree, resource, form, how.rewritten)))
        if filled and all(arn.startswith("arn:") for arn in filled):
            found[kind] = filled
    return found


def _fill(tree: Tree, resource: Resource, form: str, rewritten: tuple[str, str]) -> Iterator[str]:
    place = tree.place
    fixed = {"partition": place.partition, "region": place.region, "account": place.account}
    fields = [name for _, name, _, _ in Formatter().parse(form) if name]
    choices = [
        (fixed[name],) if name in fixed else _with_path(tree, resource) if name == "name" else _at(tree, resource, name)
        for name in fields
    ]
    pieces = [text for text, _, _, _ in Formatter().parse(form)]
    pieces += [""] * (len(fields) + 1 - len(pieces))
    for chosen in product(*choices):
        arn = "".join(text for pair in zip(pieces, (*chosen, ""), strict=True) for text in pair)
        yield _REPEATED.sub(r"\1", arn.replace(*rewritten) if rewritten[0] else arn)


def _with_path(tree: Tree, resource: Resource) -> tuple[str, ...]:
    """Return the resource's names, with the path of IAM before them that the template gives."""
    names, how = resource_names(tree, resource), record(resource.type)
    paths = _at(tree, resource, how.path) if how.path else ()
    return tuple(f"{path.removeprefix('/')}{name}" for path, name in product(paths or ("",), names))


def _at(tree: Tree, resource: Resource, path: str) -> tuple[str, ...]:
    return tree.texts(list(values_at(resource.properties, path)), resource.module)


def values_at(properties: Json, path: str) -> Iterator[Json]:
    """Yield the values at a path such as `LoadBalancers.AdvancedConfiguration.RoleArn`; of a list, its elements'."""
    if isinstance(properties, list):
        for element in properties:
            yield from values_at(element, path)
    elif isinstance(choice := parse(properties), If):
        yield from values_at([*choice.branches], path)
    elif isinstance(properties, dict):
        name, _, rest = path.partition(".")
        if name in properties:
            yield from values_at(properties[name], rest) if rest else [properties[name]]


def literal_parts(text: str, tree: Tree) -> tuple[str, str] | None:
    """Return the kind and the ARN of an EC2 resource that a template names by its id."""
    found = _ID.fullmatch(text)
    if found is None or found[1] not in LITERALS:
        return None
    place, kind = tree.place, LITERALS[found[1]]
    return f"ec2:{kind}", f"arn:{place.partition}:ec2:{place.region}:{place.account}:{kind}/{text}"


@dataclass(frozen=True)
class Tree:
    """A rendered environment at a place, and what its expressions can be there."""

    rendered: Rendered
    place: Place

    @cached_property
    def root(self) -> Module:
        """The topmost stack."""
        templates = {name: json.loads(text) for name, text in self.rendered.templates.items()}
        return Module(template=templates[ROOT], load=templates.get, address=ROOT)

    def resources(self) -> Iterator[Resource]:
        """Yield every resource, those under a condition too: a parameter can switch them on."""
        for module in self.root.walk():
            yield from module.resources()

    def stack_name(self, module: Module) -> str:
        """Return the name of a stack, as a pattern."""
        parent = module.parent
        return f"{self.stack_name(parent)}-{module.logical_id}-*" if parent else self.rendered.stack_name

    def texts(self, expression: Json, module: Module) -> tuple[str, ...]:
        """Return what an expression can be, `*` for what only a deployment knows; a list gives its elements'."""
        found = dict.fromkeys(texts(expression, lambda it: self._of_reference(it, module), ANYTHING))
        return tuple(found) if len(found) <= MOST else (ANYTHING,)

    def _of_reference(self, reference: Reference, module: Module) -> tuple[str, ...]:
        name, attribute = reference.name, reference.attribute
        known = {
            NO_VALUE: (),
            "AWS::Partition": (self.place.partition,),
            "AWS::Region": (self.place.region,),
            "AWS::AccountId": (self.place.account,),
            "AWS::StackName": (self.stack_name(module),),
        }
        if name in known:
            return known[name]
        if (target := module.target(reference)) is None:
            return (ANYTHING,)
        owner, found = target
        if not isinstance(found, Resource):
            return self.texts(found, owner)
        if not attribute:
            return physical_ids(self, found)
        if attribute == "Name":
            return resource_names(self, found)
        return (own_arns(self, found) if attribute.endswith(("Arn", "ARN")) else ()) or (ANYTHING,)

    def referred(self, expression: Json, module: Module) -> Iterator[Resource]:
        """Yield the resources to which an expression leads, through parameters and outputs, in their order."""
        return (it for it in module.origins(expression) if isinstance(it, Resource))
