"""Whatever one thing is wrong in an environment file, it is the one problem that is told: no untrue one follows it."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from hypothesis import assume, given, note
from hypothesis import strategies as st

from stacks.settings import SettingsError
from tests.generated.documents import CATALOGUE, documents
from tests.generated.test_all_settings import FUZZ, accepted, drawn, read
from tests.generated.toml import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import DataObject

    from stacks.settings import Problem

WRONG: dict[type, tuple[Any, ...]] = {
    bool: ("x",),
    int: (-987654321, "x"),
    float: (-9e9, "x"),
    str: (7, "\n~ bad *"),
    list: ("x", [[]]),
    tuple: ("x", [[]]),
}
"""For a value of each type some that nothing takes in its place."""


def values(part: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of all values, those in tables and lists among them."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list | tuple) else ()
    if place and not isinstance(part, dict):
        yield place
    for step, item in inner:
        yield from values(item, (*place, step))


def names(place: tuple[str | int, ...]) -> str:
    """A place as messages name it, without the numbers of items."""
    return ".".join(str(step) for step in place if isinstance(step, str))


def problems(environment: str, text: str) -> tuple[Problem, ...]:
    """What is said of a file; nothing where it is accepted after all."""
    try:
        read(environment, text)
    except SettingsError as error:
        return error.problems
    return ()


@drawn(max_examples=20 * max(1, FUZZ))
@given(documents(), st.data())
def test_one_wrong_value_is_one_problem(document: dict[str, Any], data: DataObject) -> None:
    """A value of another type, or out of range, is told alone: what depends on it says nothing."""
    assume(accepted(document) is not None)
    place = data.draw(st.sampled_from([it for it in values(document) if it != ("environment",)]))
    changed: Any = copy.deepcopy(document)
    holder = changed
    for step in place[:-1]:
        holder = holder[step]
    assume(type(holder[place[-1]]) in WRONG)
    holder[place[-1]] = data.draw(st.sampled_from(WRONG[type(holder[place[-1]])]))
    text = written(changed, CATALOGUE.tables)
    note(text)
    found = problems(document["environment"], text)
    assert len(found) <= 1, found
    for problem in found:
        key = re.sub(r"\[[0-9]+\]", "", problem.key).replace('"', "")
        assert names(place).startswith(key.rpartition(".")[0]), problem


@drawn(max_examples=20 * max(1, FUZZ))
@given(documents(), st.data())
def test_one_misspelt_key_is_one_problem(document: dict[str, Any], data: DataObject) -> None:
    """What the key was meant to say is not missed as well."""
    assume(accepted(document) is not None)
    tables = [it for it in values(document) if isinstance(it[-1], str) and len(it[-1]) > 5 and it != ("environment",)]
    assume(tables)
    place = data.draw(st.sampled_from(tables))
    key = str(place[-1])
    changed: Any = copy.deepcopy(document)
    holder = changed
    for step in place[:-1]:
        holder = holder[step]
    holder[f"{key[:-1]}qz"] = holder.pop(key)
    text = written(changed, CATALOGUE.tables)
    note(text)
    found = problems(document["environment"], text)
    assert len(found) <= 1, found
