"""The state of an operation as a tree: what its events have reported so far, on CloudFormation's clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stacks.cloudformation.failures import CASCADE
from stacks.operations.service import Service
from stacks.rendered.names import NESTED_STACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stacks.cloudformation.changes import StackChanges
    from stacks.cloudformation.events import Event
    from stacks.views.live.silent import Learnt


def planned(tree: StackChanges, stack: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the paths and types of the resources that a plan changes, stacks before what is in them."""
    for change in tree.changes:
        if change.certainty == "none":
            continue
        path = (*stack, change.logical_id)
        yield path, change.type
        if change.nested is not None:
            yield from planned(change.nested, path)


@dataclass(kw_only=True)
class Node:
    """A stack or a resource; `status` is "" before its first event.

    `learnt` are the seconds of each action before; `failure` is the reason for which it failed, and stays
    when it is deleted afterwards.
    """

    name: str
    type: str = ""
    status: str = ""
    begun: dt.datetime | None = None
    ended: dt.datetime | None = None
    failure: str = ""
    service: Service | None = None
    learnt: dict[str, float] = field(default_factory=dict)
    children: dict[str, Node] = field(default_factory=dict)

    @property
    def is_stack(self) -> bool:
        """Whether it may have children."""
        return self.type == NESTED_STACK

    @property
    def is_waiting(self) -> bool:
        """Whether nothing has happened to it yet, nor to anything in it."""
        return not self.status and all(child.is_waiting for child in self.children.values())

    @property
    def is_busy(self) -> bool:
        """Whether something is happening to it."""
        return self.status.endswith("_IN_PROGRESS")

    @property
    def has_failed(self) -> bool:
        """Whether it, or something in it, has failed by itself."""
        return bool(self.failure) or any(child.has_failed for child in self.children.values())

    @property
    def is_done(self) -> bool:
        """Whether it and all in it have come to rest without failing."""
        rest = not self.is_busy and not self.is_waiting
        return rest and not self.has_failed and not any(child.is_busy for child in self.children.values())

    def resources(self) -> Iterator[Node]:
        """Yield the resources in it, without the stacks, at all depths."""
        for child in self.children.values():
            if child.is_stack:
                yield from child.resources()
            else:
                yield child

    def seconds(self, now: dt.datetime) -> float | None:
        """Return the seconds until now or its end; None before it has begun."""
        if self.begun is None:
            return None
        return max(0.0, ((self.ended or now) - self.begun).total_seconds())


class Tree:
    """Everything that an operation concerns, from its root."""

    def __init__(self) -> None:
        self.root = Node(name="", type=NESTED_STACK)
        self._skew: dt.timedelta | None = None

    def expect(self, planned: Iterable[tuple[tuple[str, ...], str]], learnt: Learnt | None = None) -> None:
        """Add what will change, and the seconds that it took before, by path (`Ecs/Service`) and action."""
        nodes: dict[str, Node] = {}
        for path, kind in planned:
            node = nodes["/".join(path)] = self._node(path)
            node.type = kind
        for (name, action), seconds in (learnt or {}).items():
            if name in nodes:
                nodes[name].learnt[action] = seconds

    def event(self, event: Event, received: dt.datetime) -> None:
        """Take in an event that was received at this time of the machine's clock."""
        late = received - event.time
        self._skew = late if self._skew is None else min(self._skew, late)
        if event.is_stack and not event.is_root:
            return  # Its parent says so, too.
        node = self.root if event.is_root else self._node((*event.stack, event.logical_id))
        if event.is_root:
            node.name = event.logical_id
        if not node.is_busy and not event.is_final:
            node.begun, node.ended = event.time, None
        node.begun = node.begun or event.time
        if event.is_final:
            node.ended = event.time
        node.type, node.status = event.type, event.status
        if event.status.endswith("_FAILED") and not event.reason.startswith(CASCADE):
            node.failure = event.reason or "no reason given"

    def now(self, machine: dt.datetime) -> dt.datetime:
        """CloudFormation's time: events are never received before they happen, and some at once."""
        return machine - (self._skew or dt.timedelta())

    def service(self, path: str, service: Service) -> None:
        """Take in how a service is getting on."""
        self._node(tuple(path.split("/"))).service = service

    def _node(self, path: tuple[str, ...]) -> Node:
        node = self.root
        for depth, name in enumerate(path, start=1):
            node = node.children.setdefault(name, Node(name=name))
            if depth < len(path):
                node.type = NESTED_STACK
        return node
