"""Which resources of a state can become ours: parts are folded into what they are parts of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stacks.adopt.survey import Staying
from stacks.adopt.types.attributes import Attributes, CannotBeKnownError
from stacks.adopt.types.record import Owned, Part, Stays, pruned
from stacks.adopt.types.table import AWS_PROVIDER, record, why_it_stays

if TYPE_CHECKING:
    from stacks.terraform.state import Resource

_ADDRESS = re.compile(r"(?P<module>module\..+\.)?[a-z]\w*\.(?P<rest>[^.\[]+(?:\[.*\])?)", re.DOTALL)
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
    found = _Found()
    parts: list[tuple[Resource, Part]] = []
    staying: list[Staying] = []
    for it in (each for each in resources if not each.is_data):
        known = record(it.type) if it.provider.endswith(AWS_PROVIDER) else None
        match known:
            case Part():
                parts.append((it, known))
            case Owned():
                if why := found.add(it, known):
                    staying.append(_stays(it, why))
            case Stays() | None:
                staying.append(_stays(it, why_it_stays(it.type, it.provider)))
    staying += [_stays(it, why) for it, part in parts if (why := found.fold(it, part))]
    return Inventory(candidates=found.candidates, staying=tuple(staying))


class _Found:
    """What can become ours, by its identifier: of another region, several can have the same name."""

    def __init__(self) -> None:
        self._by_identifier: dict[tuple[str, frozenset[tuple[str, str]]], dict[str, Candidate]] = {}

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All of them."""
        return tuple(it for same in self._by_identifier.values() for it in same.values())

    def add(self, it: Resource, known: Owned) -> str:
        """Add a resource; return why it stays, if it does."""
        attributes = Attributes(it.attributes)
        try:
            identifier = known.identify(attributes)
        except CannotBeKnownError as missing:
            return UNIDENTIFIED.format(name=missing)
        if why := known.stays(attributes):
            return why
        same = self._by_identifier.setdefault(_key(known.type, identifier), {})
        arn = attributes.text("arn") or ""
        if arn in same:
            return f"it is the same resource as {same[arn].address}"
        recorded = pruned(known.write(attributes))
        same[arn] = Candidate(addresses=(it.address,), type=known.type, identifier=identifier, recorded=recorded)
        return ""

    def fold(self, it: Resource, part: Part) -> str:
        """Add a part to what it is a part of; return why it stays, where the state has none of that."""
        attributes = Attributes(it.attributes)
        try:
            wholes = part.wholes(attributes)
        except CannotBeKnownError as missing:
            return UNIDENTIFIED.format(name=missing)
        present = [same for whole in wholes if (same := self._by_identifier.get(_key(part.type, whole)))]
        if not present:
            names = ", ".join("/".join(whole.values()) for whole in wholes)
            return f"it belongs to {names}, which this state has not"
        for same in present:
            arn = max(same, key=lambda each: _nearness(it.address, same[each].address))
            whole = same[arn]
            merged = merge(whole.recorded, pruned(part.write(attributes)))
            same[arn] = replace(whole, addresses=(*whole.addresses, it.address), recorded=merged)
        return ""


def _nearness(part: str, whole: str) -> tuple[bool, bool]:
    """Return how likely one address is a part of the other: by its module, and by its name and key.

    `module.a.aws_ecr_lifecycle_policy.this["x"]` is one of `module.a.aws_ecr_repository.this["x"]`.
    """
    (own, name), (other, others_name) = (_split(it) for it in (part, whole))
    return own == other, name == others_name


def _split(address: str) -> tuple[str, str]:
    """Return the module of an address, and what follows its type."""
    found = _ADDRESS.fullmatch(address)
    return (found["module"] or "", found["rest"]) if found else ("", address)


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
