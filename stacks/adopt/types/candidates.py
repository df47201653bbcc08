"""Which resources of a state can become ours: parts are folded into what they are parts of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stacks.adopt.survey import Staying
from stacks.adopt.types.attributes import Attributes, CannotBeKnownError
from stacks.adopt.types.record import Owned, Part, Stays, pruned
from stacks.adopt.types.table import AWS_PROVIDER, record, why_it_stays

if TYPE_CHECKING:
    from stacks.terraform.state import Resource

UNIDENTIFIED = "the state has no {name}, by which it could be found"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A resource of Terraform that can become one of ours: what `Adopted` says, but for its place.

    `recorded` is not part of the `repr`.
    """

    addresses: tuple[str, ...]
    """Its address, then those of its parts."""
    type: str
    """`AWS::ECS::Service`."""
    identifier: Mapping[str, str]
    """Primary identifier, as `ResourcesToImport` takes it."""
    recorded: Mapping[str, Any] = field(repr=False)
    """Properties as CloudFormation writes them, by the state."""

    @property
    def address(self) -> str:
        """Its own address."""
        return self.addresses[0]


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """The resources of a state: those that can become ours, and those that stay with Terraform."""

    candidates: tuple[Candidate, ...]
    staying: tuple[Staying, ...]


def take_inventory(resources: Iterable[Resource]) -> Inventory:
    """Return which of these resources can become ours; data sources, which Terraform only reads, are neither."""
    own: dict[tuple[str, frozenset[tuple[str, str]]], Candidate] = {}
    parts: list[tuple[Resource, Part]] = []
    staying: list[Staying] = []
    for it in (each for each in resources if not each.is_data):
        known, attributes = record(it.type) if it.provider.endswith(AWS_PROVIDER) else None, Attributes(it.attributes)
        match known:
            case Part():
                parts.append((it, known))
            case Owned():
                try:
                    found = _candidate(it, known, attributes)
                except CannotBeKnownError as missing:
                    staying.append(_stays(it, UNIDENTIFIED.format(name=missing)))
                    continue
                if why := known.stays(attributes):
                    staying.append(_stays(it, why))
                else:
                    own[_key(found.type, found.identifier)] = found
            case Stays() | None:
                staying.append(_stays(it, why_it_stays(it.type, it.provider)))
    for it, part in parts:
        staying += _fold(it, part, own)
    return Inventory(candidates=tuple(own.values()), staying=tuple(staying))


def _candidate(it: Resource, known: Owned, attributes: Attributes) -> Candidate:
    return Candidate(
        addresses=(it.address,),
        type=known.type,
        identifier=known.identify(attributes),
        recorded=pruned(known.write(attributes)),
    )


def _fold(it: Resource, part: Part, own: dict[Any, Candidate]) -> list[Staying]:
    """Add a part to what it is a part of; return it as staying where the state has none of that."""
    attributes = Attributes(it.attributes)
    try:
        wholes = part.wholes(attributes)
    except CannotBeKnownError as missing:
        return [_stays(it, UNIDENTIFIED.format(name=missing))]
    present = [key for whole in wholes if (key := _key(part.type, whole)) in own]
    if not present:
        names = ", ".join("/".join(whole.values()) for whole in wholes)
        return [_stays(it, f"it belongs to {names}, which this state has not")]
    for key in present:
        whole = own[key]
        merged = merge(whole.recorded, pruned(part.write(attributes)))
        own[key] = replace(whole, addresses=(*whole.addresses, it.address), recorded=merged)
    return []


def merge(whole: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of both; lists are joined, each element once."""
    found = dict(whole)
    for name, value in part.items():
        before = found.get(name)
        if isinstance(before, list) and isinstance(value, list):
            found[name] = before + [it for it in value if it not in before]
        else:
            found[name] = value
    return found


def _key(resource_type: str, identifier: Mapping[str, str]) -> tuple[str, frozenset[tuple[str, str]]]:
    return resource_type, frozenset(identifier.items())


def _stays(it: Resource, why: str) -> Staying:
    return Staying(address=it.address, type=it.type, why=why)
