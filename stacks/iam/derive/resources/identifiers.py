"""What resources will be called: physical ids and ARNs as patterns, from the names in the templates.

Where a template gives no name, CloudFormation makes one: `STACK-LOGICALID-RANDOM`, shortened where the service takes no
name that long (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html).
"""

from __future__ import annotations

import re
from itertools import product
from string import Formatter
from typing import TYPE_CHECKING, Any

from stacks.place import ANYTHING
from templates.resource_types import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.rendered.tree import Resource, Tree

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
"""Prefixes of ids that an environment file can name, and EC2's kinds of resources."""
_ID = re.compile(r"([a-z]+)-[0-9a-f]{8,17}")
_REPEATED = re.compile(r"([/-]\*)\1+")


def names(tree: Tree, resource: Resource) -> tuple[str, ...]:
    """What the resource will be called: the template's name for it, or the one that CloudFormation makes."""
    how = record(resource.type)
    if how.name and how.name in resource.properties:
        return tree.texts(resource.properties[how.name], resource.module)
    stack = resource.module.stack_name
    made = how.generated.format(stack=stack, logical_id=resource.logical_id)
    if len(made.replace(ANYTHING, "?" * RANDOM)) > how.longest:
        made = f"{stack[: how.longest // KEPT].partition(ANYTHING)[0]}*"
    return (made.lower() if how.lower else made,)


def physical_ids(tree: Tree, resource: Resource) -> tuple[str, ...]:
    """What `Ref` gives."""
    match record(resource.type).ref:
        case "name":
            return names(tree, resource)
        case "arn":
            return own_arns(tree, resource) or (ANYTHING,)
        case _:
            return (ANYTHING,)


def own_arns(tree: Tree, resource: Resource) -> tuple[str, ...]:
    """The resource's own ARNs: one, or more where a name has several possible values."""
    return next(iter(arns(tree, resource).values()), ())


def arns(tree: Tree, resource: Resource) -> dict[str, tuple[str, ...]]:
    """By kind, the ARNs to which actions on the resource refer; kinds about which nothing is known are left out."""
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
        (fixed[name],) if name in fixed else names(tree, resource) if name == "name" else _at(tree, resource, name)
        for name in fields
    ]
    pieces = [text for text, _, _, _ in Formatter().parse(form)]
    pieces += [""] * (len(fields) + 1 - len(pieces))
    for chosen in product(*choices):
        arn = "".join(text for pair in zip(pieces, (*chosen, ""), strict=True) for text in pair)
        yield _REPEATED.sub(r"\1", arn.replace(*rewritten) if rewritten[0] else arn)


def _at(tree: Tree, resource: Resource, path: str) -> tuple[str, ...]:
    return tree.texts(list(values(resource.properties, path)), resource.module)


def values(properties: Any, path: str) -> Iterator[Any]:  # noqa: ANN401 - a template's JSON
    """The values at a path such as `LoadBalancers.AdvancedConfiguration.RoleArn`; of a list those of its elements."""
    if isinstance(properties, list):
        for element in properties:
            yield from values(element, path)
    elif isinstance(properties, dict):
        if "Fn::If" in properties:
            yield from values(properties["Fn::If"][1:], path)
            return
        name, _, rest = path.partition(".")
        if name in properties:
            yield from values(properties[name], rest) if rest else [properties[name]]


def literal(text: str, tree: Tree) -> tuple[str, str] | None:
    """The kind and the ARN of an EC2 resource that a template names by its id."""
    found = _ID.fullmatch(text)
    if found is None or found[1] not in LITERALS:
        return None
    place, kind = tree.place, LITERALS[found[1]]
    return f"ec2:{kind}", f"arn:{place.partition}:ec2:{place.region}:{place.account}:{kind}/{text}"
