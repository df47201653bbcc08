"""The look at a state that is written by hand, without an AWS: what runs is what the state has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stacks.adopt.places.mapping import parse_map
from stacks.adopt.places.placing import place
from stacks.adopt.running import Running
from stacks.adopt.survey import Adopted
from stacks.adopt.surveying import Found, Look, Wanted, assemble, read_origin
from stacks.adopt.types import allowed_attributes
from stacks.terraform.reading import read_state
from tests.support.terraform_states import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def found(document: Mapping[str, Any], *, environment: str = "prod", mapping: Sequence[str] = ()) -> Found:
    """Return what a state says before AWS is asked."""
    state = read_state(written(dict(document)), allowed_attributes, source="terraform.tfstate")
    return read_origin(state, environment, parse_map(mapping))


def look(
    document: Mapping[str, Any],
    *,
    environment: str = "prod",
    mapping: Sequence[str] = (),
    running: Running | None = None,
    wanted: Wanted | None = None,
    neighbours: Sequence[str] = (),
) -> Look:
    """Return the look at a state, as if what runs were as it says."""
    said = found(document, environment=environment, mapping=mapping)
    running = running or Running()
    wired = replace(
        said.wiring, definition=running.definition or said.wiring.definition, neighbours=frozenset(neighbours)
    )
    places = place(wired, said.mapping)
    adopted = [
        Adopted(
            addresses=it.addresses,
            path=places.paths[it.address],
            type=it.type,
            identifier=it.identifier,
            recorded=it.recorded,
            live=it.recorded,
        )
        for it in said.candidates
        if it.address in places.paths
    ]
    return assemble(said, wired, places, adopted, running, wanted or Wanted())


def paths(shown: Look) -> dict[str, str]:
    """Return the places of the adopted resources by their addresses."""
    return {it.addresses[0]: it.path for it in shown.survey.adopted}


def whys(shown: Look) -> dict[str, str]:
    """Return why each of the others stays, by its address."""
    return {it.address: it.why for it in shown.survey.staying}
