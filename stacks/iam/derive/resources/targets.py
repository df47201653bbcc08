"""On what an action will be called: the ARNs, and what is known of the tags of what is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from stacks.cloudformation import schemas
from stacks.iam.derive.reference import any_resource, resource_types_of
from stacks.iam.derive.resources.identifiers import identifying_arns, literal_parts
from stacks.place import ANYTHING
from stacks.rendered.expressions import parse
from templates.identity import OWNERSHIP_TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.iam.derive.resources.identifiers import Tree
    from stacks.rendered.expressions import Json
    from stacks.rendered.tree import Resource

TAGGING = re.compile(r"[a-z0-9-]+:(?:(?:Add|Create|Delete|Remove)?Tags|(?:Tag|Untag)[A-Z]|(?:Put|Delete)\w*Tagging)")
"""Actions that put tags on a resource, or take them off."""
LISTING = re.compile(r"[a-z0-9-]+:(?:List|Describe|Get)\w*Tag(?:s|ging)")
"""Actions that read a resource's tags."""
MAKING = re.compile(r"[a-z0-9-]+:(?:Allocate|Create|Request)")
"""Actions at whose time the resource itself is not there, and has no tags."""
BY_TAG = ("acm", "ec2")
"""Services whose ids nobody knows before, and whose resources CloudFormation makes together with their tags. Not KMS,
where tags count only minutes later (KMS, "ABAC for AWS KMS")."""
UNKNOWN: Mapping[str, str] = {
    "GroupId": "ec2:security-group",
    "KmsKeyId": "kms:key",
    "RouteTableId": "ec2:route-table",
    "SubnetId": "ec2:subnet",
    "VpcId": "ec2:vpc",
}
"""Properties that name another resource, and its type in ARNs: what only a parameter's value says can be any."""
BOUND = frozenset({"iam:CreateRole", "iam:PutRolePermissionsBoundary"})
"""Actions that give a role its permissions boundary, or none."""
OF_ALL = ":*"
"""The end of a log group's ARN for all actions but those on its tags. Whoever has one form need not have the other.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html"""
FEW = 8
"""Kinds of resources beyond which those of an unreviewed type are not named one by one."""


@dataclass(frozen=True)
class Target:
    """ARNs, and the condition keys that hold for them."""

    arns: tuple[str, ...]
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def find_targets(tree: Tree, resource: Resource, action: str) -> tuple[Target, ...]:
    """On what `action` is called for a resource: itself, and what its properties refer to, where AWS can tell."""
    arn_types = resource_types_of(action)
    if not arn_types:
        return (Target((ANYTHING,)),)
    found = list(_own(tree, resource, action, arn_types))
    if not (found and (TAGGING.match(action) or LISTING.match(action))):
        found += _related(tree, resource, arn_types)
    return tuple(found) or (Target(_all(tree, arn_types)),)


def _own(tree: Tree, resource: Resource, action: str, arn_types: tuple[str, ...]) -> Iterator[Target]:
    for index, (arn_type, arns) in enumerate(identifying_arns(tree, resource).items()):
        if arn_type not in arn_types:
            continue
        if arn_type == "logs:log-group":
            yield Target(_of_log_group(action, arns))
        elif TAGGING.match(action):
            if index == 0:
                yield Target(arns)
        elif action in BOUND:
            yield Target(arns, _boundary(tree, resource))
        elif index or MAKING.match(action):
            yield Target(arns)
        else:
            yield Target(arns, _own_tags(tree, resource, arn_type))


def _own_tags(tree: Tree, resource: Resource, arn_type: str) -> Mapping[str, tuple[str, ...]]:
    """Return nothing where CloudFormation tags it only after it is made: calls between the two would be refused.

    `tagging.tagOnCreate` in the resource schema; https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/714.
    """
    made = schemas.tagged_when_made(tree.place.region, resource.type)
    return identifying_tags(tree, resource, arn_type) if made else {}


def _of_log_group(action: str, arns: tuple[str, ...]) -> tuple[str, ...]:
    of_tags = bool(TAGGING.match(action) or LISTING.match(action))
    return tuple(arn for arn in arns if (arn.removesuffix(OF_ALL) in {*arns} - {arn}) is not of_tags)


def _boundary(tree: Tree, resource: Resource) -> Mapping[str, tuple[str, ...]]:
    """Roles are made with the boundary that the template names, where it names one, and with no other.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    named = tree.texts(resource.properties.get("PermissionsBoundary", []), resource.module)
    return {"iam:PermissionsBoundary": named} if named else {}


def _related(tree: Tree, resource: Resource, arn_types: tuple[str, ...]) -> Iterator[Target]:
    own, properties = identifying_arns(tree, resource), _without_policies(resource.properties)
    for other in {it.path: it for it in tree.referred(properties, resource.module)}.values():
        for index, (arn_type, arns) in enumerate(identifying_arns(tree, other).items()):
            if arn_type in arn_types and arn_type not in own:
                yield Target(arns) if index else Target(arns, identifying_tags(tree, other, arn_type))
    for text in dict.fromkeys(text_leaves(tree, properties, resource)):
        if (named := literal_parts(text, tree)) and named[0] in arn_types and named[0] not in own:
            yield Target((named[1],))
        elif text.startswith("arn:") and _is_of(
            tree, text, [arn_type for arn_type in arn_types if arn_type not in own]
        ):
            yield Target((text,))
    for name, arn_type in UNKNOWN.items():
        texts = tree.texts(properties[name], resource.module) if name in properties else ()
        if arn_type in arn_types and ANYTHING in texts and not list(tree.referred(properties[name], resource.module)):
            yield Target(any_resource(arn_type, tree.place))


def _without_policies(value: Json) -> Json:
    """Return the value without policy documents: what they name concerns those for whom they will be in force."""
    if isinstance(value, dict):
        return {name: _without_policies(it) for name, it in value.items() if "Statement" not in value}
    return [_without_policies(it) for it in value] if isinstance(value, list) else value


def identifying_tags(tree: Tree, resource: Resource, arn_type: str) -> Mapping[str, tuple[str, ...]]:
    """Return the tags that tell whose a resource is, if only they do; others may change with an update."""
    if arn_type.partition(":")[0] not in BY_TAG:
        return {}
    given = {it["Key"]: it["Value"] for it in resource.properties.get("Tags", ())}
    marks = {key: tree.rendered.tags[key] for key in OWNERSHIP_TAGS}
    return {f"aws:ResourceTag/{key}": (value,) for key, value in marks.items() if given.get(key) == value}


def text_leaves(tree: Tree, value: Json, resource: Resource) -> Iterator[str]:
    """Yield all texts in a part of a resource."""
    if isinstance(value, dict) and parse(value) is None:
        value = list(value.values())
    if isinstance(value, list):
        for element in value:
            yield from text_leaves(tree, element, resource)
    else:
        yield from tree.texts(value, resource.module)


def _is_of(tree: Tree, arn: str, arn_types: list[str]) -> bool:
    """Whether a literal ARN is of one of these arn_types; other accounts and regions count."""
    anywhere = type(tree.place)(partition="*", region="*", account="*")
    return any(fnmatchcase(arn, pattern) for arn_type in arn_types for pattern in any_resource(arn_type, anywhere))


def _all(tree: Tree, arn_types: tuple[str, ...]) -> tuple[str, ...]:
    if len(arn_types) > FEW:
        service = arn_types[0].partition(":")[0]
        return (f"arn:{tree.place.partition}:{service}:{tree.place.region}:{tree.place.account}:*",)
    return tuple(dict.fromkeys(arn for arn_type in arn_types for arn in any_resource(arn_type, tree.place)))
