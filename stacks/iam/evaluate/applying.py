"""Which statements apply to a request, for everything that a request with wildcards stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.iam.evaluate.conditions import all_hold, open_keys
from stacks.iam.evaluate.matching import Context, Glob, Pattern, action_glob, arn_pattern, asked_glob, classes
from stacks.iam.evaluate.statements import Document, Listed, Statement
from stacks.iam.evaluate.truth import Truth, every, opposite

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class Placed:
    """A statement and the document it is in."""

    document: Document
    statement: Statement


@dataclass(frozen=True)
class Case:
    """Requests that the same statements apply to, with one of them as an example; `truths` is by statement, in order.

    `keys` are condition keys whose unknown values leave statements undecided, also by statement.
    """

    action: str
    resource: str
    truths: tuple[Truth, ...]
    keys: tuple[tuple[str, ...], ...]


def placed(documents: Iterable[Document]) -> list[Placed]:
    """Return the statements of the documents that may concern the action, each reduced to what does."""
    return [Placed(document, statement) for document in documents for statement in document.statements]


def cases(action: str, resource: str, context: Context, statements: Sequence[Placed]) -> list[Case]:
    """Return every case of a request whose action and resource may be patterns. Raises TooManyWildcardsError."""
    asked = action.lower()
    actions = _Matched.actions(asked, statements)
    found = []
    for action_class, action_example in actions.classes.items():
        named = [actions.truth(i, action_class) for i in range(len(statements))]
        resources = _Matched.resources(resource, context, statements, named)
        conditions = [_conditions(one, context, is_named) for one, is_named in zip(statements, named, strict=True)]
        for resource_class, resource_example in resources.classes.items():
            about = [resources.truth(i, resource_class) for i in range(len(statements))]
            truths = tuple(every(three) for three in zip(named, about, (holds for holds, _ in conditions), strict=True))
            keys = tuple(
                (*resources.unknown(i, resource_class), *conditions[i][1]) if truth is None else ()
                for i, truth in enumerate(truths)
            )
            shown = action if "*" not in action and "?" not in action else action_example
            found.append(Case(shown, resource_example, truths, keys))
    return found


def _conditions(one: Placed, context: Context, is_named: Truth) -> tuple[Truth, tuple[str, ...]]:
    """Whether a statement's conditions hold, and the keys that leave it open; of no matter for other actions."""
    if is_named is False:
        return False, ()
    conditions, has_variables = one.statement.conditions, one.document.has_variables
    truth = all_hold(conditions, context, has_variables=has_variables)
    return truth, open_keys(conditions, context, has_variables=has_variables) if truth is None else ()


class _Matched:
    """One element (Action or Resource) of all statements against what is asked; an element that is None fits all."""

    def __init__(self, asked: Glob, elements: list[tuple[Listed | None, tuple[Pattern, ...]]]) -> None:
        self._elements = elements
        self._index: dict[Glob, int] = {}
        for _, patterns in elements:
            for one in patterns:
                self._index.setdefault(one.glob, len(self._index))
        self.classes = classes(asked, tuple(self._index))

    @classmethod
    def actions(cls, asked: str, statements: Sequence[Placed]) -> _Matched:
        elements: list[tuple[Listed | None, tuple[Pattern, ...]]] = []
        for one in statements:
            listed = one.statement.actions
            elements.append((listed, tuple(Pattern(action_glob(value)) for value in listed.values)))
        return cls(action_glob(asked), elements)

    @classmethod
    def resources(cls, asked: str, context: Context, statements: Sequence[Placed], named: Sequence[Truth]) -> _Matched:
        elements: list[tuple[Listed | None, tuple[Pattern, ...]]] = []
        for one, is_named in zip(statements, named, strict=True):
            listed = one.statement.resources if is_named is not False else None
            variables = context if one.document.has_variables else None
            elements.append(
                (
                    listed,
                    tuple(arn_pattern(value, variables, asked=asked) for value in (listed.values if listed else ())),
                )
            )
        return cls(asked_glob(asked), elements)

    def truth(self, i: int, matching: frozenset[int]) -> Truth:
        """Whether the element of statement `i` is about the requests of a class."""
        listed, patterns = self._elements[i]
        if listed is None:
            return True
        hits = [one for one in patterns if self._index[one.glob] in matching and not one.absent]
        truth: Truth = False if not hits else None if all(one.unknown for one in hits) else True
        truth = opposite(truth) if listed.are_excluded else truth
        # A variable that the request lacks matches nothing, or makes the whole statement invalid: AWS says both.
        return None if truth and any(one.absent for one in patterns) else truth

    def unknown(self, i: int, matching: frozenset[int]) -> tuple[str, ...]:
        """Keys of variables that leave it open whether the element of statement `i` is about a class."""
        _, patterns = self._elements[i]
        if self.truth(i, matching) is not None:
            return ()
        return tuple(key for one in patterns for key in (*one.unknown, *one.absent))
