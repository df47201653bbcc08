"""What a policy says, as far as it was read: statements, and of them those that are about an action.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from stacks.iam.evaluate.operators import Operator

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Listed:
    """The values of Action, Resource or their negations."""

    values: tuple[str, ...]
    are_excluded: bool = False


@dataclass(frozen=True)
class Condition:
    """One key of a Condition block, spelled as there: it must compare with one of the values as the operator says."""

    operator: Operator
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """A statement; `place` says which one."""

    place: str
    is_deny: bool
    actions: Listed
    resources: Listed
    conditions: tuple[Condition, ...]

    def about(self, asked: str) -> Statement:
        """Return the statement with those actions only that may concern the request, in lower case."""
        near = tuple(value for value in self.actions.values if _may_concern(value.lower(), asked))
        return replace(self, actions=Listed(near, self.actions.are_excluded))


@dataclass(frozen=True)
class Document:
    """A policy; its name is what a user knows it by. `has_variables`: `${...}` means a variable, not itself."""

    name: str
    has_variables: bool
    statements: tuple[Statement, ...]

    def about(self, action: str) -> Document:
        """As much of it as may be about the action, which may be a pattern: of a statement not its other actions."""
        asked = action.lower()
        if asked not in self._about:
            named, others = self._by_action
            places = range(len(self.statements)) if is_pattern(asked) else sorted({*named.get(asked, ()), *others})
            near = tuple(self.statements[i].about(asked) for i in places)
            self._about[asked] = replace(self, statements=near) if near else self._nothing
        return self._about[asked]

    @cached_property
    def _nothing(self) -> Document:
        return replace(self, statements=())

    @cached_property
    def _about(self) -> dict[str, Document]:
        """What was asked for already: a deployment needs an action on many resources."""
        return {}

    @cached_property
    def _by_action(self) -> tuple[Mapping[str, list[int]], list[int]]:
        """Where which action is named in full; and the statements that are also about actions that they do not name."""
        named: dict[str, list[int]] = {}
        others: list[int] = []
        for i, statement in enumerate(self.statements):
            if statement.actions.are_excluded or any(map(is_pattern, statement.actions.values)):
                others.append(i)
            for value in statement.actions.values:
                named.setdefault(value.lower(), []).append(i)
        return named, others


def is_pattern(text: str) -> bool:
    """Whether there is a wildcard in it."""
    return "*" in text or "?" in text


def _may_concern(action: str, asked: str) -> bool:
    """False for other actions, and patterns of another service: a policy has hundreds, which need no comparison."""
    if action == asked:
        return True
    if not (is_pattern(action) or is_pattern(asked)):
        return False
    prefix, service = action.partition(":")[0], asked.partition(":")[0]
    return prefix == service or is_pattern(prefix) or is_pattern(service)
