"""What a tree of templates is billed by: the items of each resource, and the number of tasks that run."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from stacks.cost.billed import Free, Item, NoFixedPrice, Resource
from stacks.cost.tasks import Span, Tasks, counted_tasks, spans_of
from stacks.cost.types import TYPES
from stacks.rendered.names import NESTED_STACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from stacks.cost.assumptions import Assumptions
    from stacks.rendered.tree import Module
    from stacks.rendered.values import Value

SERVICE, TARGET = "AWS::ECS::Service", "AWS::ApplicationAutoScaling::ScalableTarget"


@dataclass(frozen=True, kw_only=True)
class Found:
    """An item of a resource."""

    path: str
    type: str
    item: Item


@dataclass(frozen=True, kw_only=True)
class Survey:
    """All items of a tree, in the order of its resources; `tasks` is None where no service is in it."""

    items: tuple[Found, ...]
    tasks: Tasks | None


def survey_tree(
    root: Module,
    parameters: Mapping[str, Value],
    given: Assumptions,
    desired: int,
    *,
    start: datetime | None = None,
) -> Survey:
    """Return what the resources of a tree are billed by where the root has these parameters.

    `desired` is the number of tasks where the service's own count is left to autoscaling. The year of the schedules
    begins at `start`, today where it is None.
    """
    bare: list[Resource] = []
    for path, resource_type, properties in _resources(root, parameters):
        bare.append(Resource(path=path, type=resource_type, properties=properties, tree=bare, given=given, tasks=None))
    tasks = _tasks(bare, given, desired, start)
    tree: list[Resource] = []
    for it in bare:
        tree.append(Resource(path=it.path, type=it.type, properties=it.properties, tree=tree, given=given, tasks=tasks))
    items = (Found(path=it.path, type=it.type, item=item) for it in tree for item in _items(it))
    return Survey(items=tuple(items), tasks=tasks)


def _resources(module: Module, parameters: Mapping[str, Value]) -> Iterator[tuple[str, str, Mapping[str, Value]]]:
    """Yield path, type and properties of each resource that no condition leaves out, down all nested stacks."""
    scope = module.scope(parameters)
    for name, definition in scope.resources().items():
        resolved = scope.resolve(definition.get("Properties", {}))
        yield f"{module.path}{name}", str(definition.get("Type")), resolved if isinstance(resolved, dict) else {}
        if definition.get("Type") == NESTED_STACK and (child := module.children.get(name)) is not None:
            yield from _resources(child, parameters)


def _items(it: Resource) -> Iterator[Item]:
    record = TYPES.get(it.type)
    if record is None:
        yield NoFixedPrice(name="the resource", unit=it.type, why="what this type costs is not known here")
    elif not isinstance(record, Free):
        yield from record(it)


def _tasks(tree: Sequence[Resource], given: Assumptions, desired: int, start: datetime | None) -> Tasks | None:
    service = next((it for it in tree if it.type == SERVICE), None)
    if service is None:
        return None
    own = service.number("DesiredCount")
    expected = given.tasks if given.tasks is not None else own if own is not None else Decimal(desired)
    strategy = service.at("CapacityProviderStrategy") or []
    target = next((it for it in tree if it.type == TARGET), None)
    low, high = (target.number("MinCapacity"), target.number("MaxCapacity")) if target else (None, None)
    if target is None or low is None or high is None:
        spans: tuple[Span, ...] = (Span(share=Decimal(1), low=expected, high=expected),)
    else:
        spans = spans_of(low, high, target.at("ScheduledActions") or [], start=start)
    return counted_tasks(spans, expected, strategy)
