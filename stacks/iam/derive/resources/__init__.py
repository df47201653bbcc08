"""From the rendered tree to what CloudFormation needs to be allowed.

The resource schemas say what their handlers call. What no property needs is left out, what they lack is added.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stacks.cloudformation import schemas
from stacks.iam.derive.needs import Need, Phase, Reason
from stacks.iam.derive.reference import action_exists
from stacks.iam.derive.resources.identifiers import Tree
from stacks.iam.derive.resources.roles import CLOUDFORMATION, HANDED, is_reviewed, passed_role_arns
from stacks.iam.derive.resources.secrets import secret_needs
from stacks.iam.derive.resources.targets import TAGGING, Target, find_targets
from stacks.iam.derive.resources.usage import usage_of, used_property
from stacks.rendered.names import NESTED_STACK
from templates.resource_types import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.place import Place
    from stacks.rendered.rendered import Rendered
    from stacks.rendered.tree import Resource

PHASES: Mapping[str, frozenset[Phase]] = {
    "create": frozenset({Phase.CREATE}),
    "read": frozenset({Phase.READ}),
    "update": frozenset({Phase.UPDATE, Phase.ROLLBACK}),
    "delete": frozenset({Phase.DELETE, Phase.ROLLBACK}),
}
"""When CloudFormation calls a handler; that of `delete` not where the template keeps the resource. That of `list` is
for other tools."""


@dataclass(frozen=True, kw_only=True)
class Derived:
    """The needs, in the order of modules, resources and actions, and the resources whose type has no handlers."""

    needs: tuple[Need, ...]
    unknown: tuple[str, ...]


@dataclass
class _Wanted:
    """What is collected of one action on one resource."""

    phases: set[Phase] = field(default_factory=set)
    property: str = ""
    sentence: str = ""
    source: str = ""


def derive_needs(rendered: Rendered, place: Place, artifacts: str, execution_role: str = "") -> Derived:
    """Return what CloudFormation calls to create, update, delete and roll back; `artifacts`: the templates' ARN.

    `execution_role` is the ARN of the role with which CloudFormation acts, "" where that is the caller.
    """
    tree = Tree(rendered, place)
    needs: list[Need] = []
    unknown: list[str] = []
    for resource in sorted(tree.resources(), key=lambda it: (it.module.name, it.logical_id)):
        handlers = schemas.handlers(place.region, resource.type)
        if not handlers and not record(resource.type).lacking:
            unknown.append(f"{resource.module.name}/{resource.logical_id} ({resource.type})")
        found = [*_listed(tree, resource, handlers), *_unlisted(tree, resource, artifacts)]
        found += [*_roles(tree, resource, handlers), *secret_needs(tree, resource)]
        found += _handed_on(resource, execution_role)
        needs += sorted(found, key=lambda need: (need.action, need.resources))
    return Derived(needs=tuple(needs), unknown=tuple(unknown))


def _listed(tree: Tree, resource: Resource, handlers: Mapping[str, tuple[str, ...]]) -> Iterator[Need]:
    """Yield what the handlers list and a property of the resource needs."""
    wanted: dict[str, _Wanted] = {}
    for handler, phases in PHASES.items():
        if handler == "delete" and resource.retained:
            continue
        for action in handlers.get(handler, ()):
            reason = reason_for(tree, resource, action)
            if reason is not None:
                it = wanted.setdefault(action, _Wanted(property=reason))
                it.phases |= phases
    for action, it in wanted.items():
        it.sentence = f"it has {it.property}" if it.property else f"to {_enumerated(it.phases)} it"
        it.source = f"resource schema of {resource.type}"
        yield from _on_targets(tree, resource, action, it)


def reason_for(tree: Tree, resource: Resource, action: str) -> str | None:
    """Return the property that needs a listed action, "" where every resource does, None where none does."""
    if not action_exists(action):
        return None
    if action in HANDED and is_reviewed(resource.type):
        return None
    if lines := usage_of(resource.type, action):
        return used_property(tree, resource, tuple(name for line in lines for name in line.properties))
    return _tagged(tree, resource) if TAGGING.match(action) else ""


def _tagged(tree: Tree, resource: Resource) -> str | None:
    """Return the needs of tagging: the stack's tags go to every resource that can have tags."""
    name = schemas.tag_property(tree.place.region, resource.type)
    if name in resource.properties:
        return name
    return "tags of its stack" if tree.rendered.tags and schemas.taggable(tree.place.region, resource.type) else None


def _unlisted(tree: Tree, resource: Resource, artifacts: str) -> Iterator[Need]:
    """Yield what the schema is known to lack."""
    for line in record(resource.type).lacking:
        if line.property and not used_property(tree, resource, (line.property,)):
            continue
        wanted = _Wanted(
            phases={Phase(step) for step in line.steps},
            property=line.property.partition("~")[0],
            sentence=line.why,
            source=line.source,
        )
        for action in line.actions:
            if action == "s3:GetObject":
                yield _need(resource, action, Target((artifacts,)), wanted)
            else:
                yield from _on_targets(tree, resource, action, wanted)


def _roles(tree: Tree, resource: Resource, handlers: Mapping[str, tuple[str, ...]]) -> Iterator[Need]:
    """Yield the roles that the resource hands on, and those that a service makes for itself."""
    listed = {action for permissions in handlers.values() for action in permissions}
    for passed in record(resource.type).passes:
        if not used_property(tree, resource, (passed.property,)):
            continue
        arns = passed_role_arns(tree, resource, passed)
        wanted = _Wanted({*Phase}, passed.property, f"{passed.service} gets it as {passed.property}", passed.source)
        context = {"iam:PassedToService": (passed.service,)}
        yield _need(resource, "iam:PassRole", Target(arns, context), wanted)
        if "iam:GetRole" in listed:
            yield _need(resource, "iam:GetRole", Target(arns), wanted)
    for linked in record(resource.type).service_linked:
        if not linked.property or used_property(tree, resource, (linked.property,)) is not None:
            place = tree.place
            arn = f"arn:{place.partition}:iam::{place.account}:role/aws-service-role/{linked.service}/{linked.role}*"
            sentence = f"the first of an account makes {linked.role}"
            wanted = _Wanted({Phase.CREATE}, "", sentence, linked.source)
            context = {"iam:AWSServiceName": (linked.service,)}
            yield _need(resource, "iam:CreateServiceLinkedRole", Target((arn,), context), wanted)


def _handed_on(resource: Resource, execution_role: str) -> Iterator[Need]:
    """Yield the role that CloudFormation acts with, which it hands to each nested stack."""
    if execution_role and resource.type == NESTED_STACK:
        phases = {Phase.CREATE, Phase.UPDATE, Phase.ROLLBACK}
        sentence = "CloudFormation hands its role on to the nested stack, as that role"
        target = Target((execution_role,), {"iam:PassedToService": (CLOUDFORMATION,)})
        wanted = _Wanted(phases, sentence=sentence, source=f"resource schema of {NESTED_STACK}")
        yield _need(resource, "iam:PassRole", target, wanted)


def _on_targets(tree: Tree, resource: Resource, action: str, wanted: _Wanted) -> Iterator[Need]:
    """Yield one need for each set of conditions."""
    by_context: dict[tuple[tuple[str, tuple[str, ...]], ...], dict[str, None]] = {}
    for target in find_targets(tree, resource, action):
        by_context.setdefault(tuple(sorted(target.context.items())), {}).update(dict.fromkeys(target.arns))
    for context, arns in by_context.items():
        yield _need(resource, action, Target(tuple(sorted(arns)), dict(context)), wanted)


def _need(resource: Resource, action: str, target: Target, wanted: _Wanted) -> Need:
    return Need(
        action=action,
        resources=target.arns,
        context=target.context,
        phases=frozenset(wanted.phases),
        why=Reason(
            module=resource.module.name,
            logical_id=resource.logical_id,
            type=resource.type,
            property=wanted.property,
            sentence=wanted.sentence,
        ),
        source=wanted.source,
    )


def _enumerated(phases: set[Phase]) -> str:
    """Return `create, read and delete`; a rollback is one of these."""
    words = [phase.value for phase in (Phase.CREATE, Phase.READ, Phase.UPDATE, Phase.DELETE) if phase in phases]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
