"""`--map ADDRESS=Child/LogicalId`: choices and corrections of where a resource goes."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stacks.adopt.types import Candidate
    from stacks.terraform.state import State

PLACE = re.compile(r"[A-Z][A-Za-z0-9]*/[A-Z][A-Za-z0-9]*")
HOW = "--map ADDRESS=Child/LogicalId names a resource of the state and a resource of our templates."


def parse_map(words: Sequence[str]) -> dict[str, str]:
    """Return the places by address. An address can have `=` inside of its brackets, a place has none.

    Raises UserError for another form, and where an address or a place is there twice.
    """
    found: dict[str, str] = {}
    for word in words:
        address, equals, path = word.rpartition("=")
        if not equals or not address or not PLACE.fullmatch(path):
            raise _refused(
                word, "it has not the form ADDRESS=Child/LogicalId", "Such as aws_ecs_service.web=Ecs/Service."
            )
        if address in found:
            raise _refused(word, f"{address} has the place {found[address]} already")
        if other := next((it for it, place in found.items() if place == path), None):
            raise _refused(word, f"{path} is the place of {other} already")
        found[address] = path
    return found


def refuse_unknown_addresses(mapping: Mapping[str, str], state: State, candidates: Sequence[Candidate]) -> None:
    """Raise UserError for an address that the state has not, and for one that is no resource of its own here."""
    known = [it.address for it in state.resources]
    first = {it.address for it in candidates}
    for address, path in mapping.items():
        if address not in known:
            near = next(iter(difflib.get_close_matches(address, known, n=1)), "")
            hint = f'; did you mean "{near}"?' if near else ""
            raise _refused(f"{address}={path}", f"the state has no {address}{hint}")
        if address not in first:
            owner = next((it.address for it in candidates if address in it.addresses), "")
            why = (
                f"it is a property of {owner}, and goes where that goes"
                if owner
                else "no resource of ours is made of its type"
            )
            raise _refused(f"{address}={path}", why)


def refuse_other_types(mapping: Mapping[str, str], candidates: Sequence[Candidate], types: Mapping[str, str]) -> None:
    """Raise UserError for a place that the templates have not, or of another type; `types` has those by path."""
    by_address = {it.address: it for it in candidates}
    for address, path in mapping.items():
        wanted = by_address[address].type
        if path not in types:
            fitting = sorted(place for place, name in types.items() if name == wanted)
            there = f"of its type there is {' or '.join(fitting)}" if fitting else f"they have no {wanted}"
            raise _refused(f"{address}={path}", f"our templates have no {path} with these settings; {there}")
        if types[path] != wanted:
            raise _refused(f"{address}={path}", f"{path} is of type {types[path]}, and {address} is of type {wanted}")


def _refused(word: str, why: str, then: str = HOW) -> UserError:
    return UserError(f"--map {word}", why, then, code=Code.USAGE)
