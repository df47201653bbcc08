"""The look at a state and at what runs, compared with our templates. It changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stacks.adopt import remarks
from stacks.adopt.differences import compare
from stacks.adopt.live import read_live
from stacks.adopt.origin import Origin, find_origin
from stacks.adopt.owners import with_owners
from stacks.adopt.places.graph import Graph, Wiring, wiring
from stacks.adopt.places.mapping import refuse_other_types, refuse_unknown_addresses
from stacks.adopt.places.placing import SERVICE_PLACE, UNWIRED, choose_anchor, place
from stacks.adopt.places.refusals import refusals
from stacks.adopt.running import Running, read_neighbours, read_running, read_tags
from stacks.adopt.settings.derivation import Derived, Overrides, UnsayableError, derive
from stacks.adopt.settings.facts import Facts
from stacks.adopt.settings.lines import settled
from stacks.adopt.settings.repository import image_tag
from stacks.adopt.survey import Adopted, Difference, Made, Staying, Survey
from stacks.adopt.types import Candidate, take_inventory
from stacks.build.render import render
from stacks.errors import Code, UserError
from stacks.place import place as where_is
from stacks.rendered.names import NESTED_STACK
from stacks.rendered.rendered import ROOT
from stacks.rendered.tree import Module
from stacks.settings import Settings
from stacks.terraform.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.adopt.places.placing import Places
    from stacks.aws.session import Aws
    from stacks.rendered.rendered import Rendered


NO_PLACE = "our templates have no place for it with these settings"


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a state says, before AWS is asked: its service, and whose it is."""

    state: State
    environment: str
    candidates: tuple[Candidate, ...]
    staying: tuple[Staying, ...]
    wiring: Wiring
    origin: Origin
    mapping: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Look:
    """A survey, the settings with which it was made, and those that describe what runs.

    The settings have the tag of the image that runs, also where the environment file has none.
    """

    survey: Survey
    settings: Settings = field(repr=False)
    derived: Derived = field(repr=False)
    origin: Origin
    running: Running


def read_origin(state: State, environment: str, mapping: Mapping[str, str]) -> Found:
    """Return what a state says of its service.

    Raises UserError where it has none, or several and no choice, and for an address of `mapping` that it has not.
    """
    inventory = take_inventory(state.resources)
    refuse_unknown_addresses(mapping, state, inventory.candidates)
    graph = Graph(candidates=inventory.candidates)
    found = wiring(graph, choose_anchor(graph, mapping))
    return Found(
        state=state,
        environment=environment,
        candidates=inventory.candidates,
        staying=inventory.staying,
        wiring=found,
        origin=find_origin(found, environment),
        mapping=mapping,
    )


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is compared with: `settings` of an environment file or, without them, those that describe what runs."""

    overrides: Overrides = field(default_factory=Overrides)
    settings: Settings | None = None
    written_variables: frozenset[str] = frozenset()
    """Environment variables whose values are written, whatever they may be."""


def survey(aws: Aws, found: Found, wanted: Wanted, *, emit: Callable[[str], None]) -> Look:
    """Return the whole look.

    Raises UserError for a `--map` that does not fit the templates, and for settings that nothing says.
    """
    anchor = found.wiring.anchor
    emit(f"Looking at what runs: {anchor.address}")
    running = read_running(aws, str(anchor.recorded.get("Cluster") or "default"), anchor.identifier["ServiceArn"])
    [service] = read_live(aws, [_adopted(anchor, SERVICE_PLACE)])
    wired = replace(found.wiring, service=service.known, definition=running.definition or found.wiring.definition)
    wired = replace(wired, neighbours=read_neighbours(aws, wired.target_group_arn))
    places = place(wired, found.mapping)
    others = [it for it in found.candidates if it is not anchor and it.address in places.paths]
    read = read_live(aws, [_adopted(it, places.paths[it.address]) for it in others])
    adopted = with_owners(aws, (service, *read))
    return assemble(found, wired, places, adopted, _with_tags(aws, running, wired), wanted)


def assemble(
    found: Found, wired: Wiring, places: Places, adopted: Sequence[Adopted], running: Running, wanted: Wanted
) -> Look:
    """Return the look at what was read; nothing is asked of AWS. Raises UserError as `survey` does."""
    facts = Facts(
        environment=found.environment,
        origin=found.origin,
        wiring=wired,
        front=places.front,
        running=running,
        known={it.path: it.known for it in adopted},
        written_variables=wanted.written_variables,
    )
    derived = _derived(facts, wired, wanted)
    settings = _with_image(wanted.settings or derived.settings, facts)
    rendered = render(settings)
    types = types_by_path(rendered)
    refuse_other_types(found.mapping, found.candidates, types)
    kept = [it for it in adopted if types.get(it.path) == it.type]
    kept.sort(key=lambda it: list(types).index(it.path))
    taken = {it.path for it in kept}
    differences = settled(_differences(kept, rendered, running, settings), derived, settings)
    result = Survey(
        state=found.state,
        adopted=tuple(kept),
        staying=tuple(_staying(found, places, kept, types)),
        made=tuple(Made(path=path, type=name) for path, name in types.items() if path not in taken),
        differences=differences,
        refusals=tuple(_refusals(facts, settings, kept, differences)),
        notes=tuple(_notes(found.state, facts, derived, settings, kept, differences)),
    )
    return Look(survey=result, settings=settings, derived=derived, origin=found.origin, running=running)


def _refusals(
    facts: Facts, settings: Settings, kept: Sequence[Adopted], differences: Sequence[Difference]
) -> Iterator[str]:
    """Yield what blocks the takeover."""
    yield from facts.front.refusals
    yield from refusals(facts.wiring, facts.running)
    yield from remarks.untagged(facts, settings.image_tag)
    yield from remarks.unsayable_rights(kept)
    yield from remarks.unavailable(kept, settings.identity.name)
    yield from remarks.unguarded(kept, differences)
    yield from remarks.encrypted_otherwise(kept, differences)


def _notes(
    state: State,
    facts: Facts,
    derived: Derived,
    settings: Settings,
    kept: Sequence[Adopted],
    differences: Sequence[Difference],
) -> Iterator[str]:
    """Yield what the operator should know."""
    yield from remarks.deposed(state)
    yield from facts.front.notes
    yield from remarks.notes(facts, derived)
    yield from remarks.unread(kept)
    yield from remarks.images(facts, settings.image_tag)
    yield from remarks.changed_by_hand(differences)
    yield from remarks.taken_already(kept, settings.identity.name)


def _with_image(settings: Settings, facts: Facts) -> Settings:
    """Return the settings with the tag of the image that runs, where they name none: a deployment keeps it."""
    return settings if settings.image_tag else settings.model_copy(update={"image_tag": image_tag(facts)})


def _differences(
    kept: Sequence[Adopted], rendered: Rendered, running: Running, settings: Settings
) -> tuple[Difference, ...]:
    where = where_is(settings.aws.region, settings.aws.account_id)
    return compare(kept, rendered, where, running=running.definition or None)


def _adopted(it: Candidate, path: str) -> Adopted:
    return Adopted(addresses=it.addresses, path=path, type=it.type, identifier=it.identifier, recorded=it.recorded)


def _derived(facts: Facts, wired: Wiring, wanted: Wanted) -> Derived:
    """Return the settings that describe what runs.

    Raises UserError with what is in the way of a takeover where there are none for that reason.
    """
    try:
        return derive(facts, wanted.overrides)
    except UnsayableError as error:
        if reasons := [*facts.front.refusals, *refusals(wired, facts.running)]:
            raise UserError("takeover", "; ".join(reasons), f"{error.what}: {error.why}", code=Code.STATE) from error
        raise


def _with_tags(aws: Aws, running: Running, wired: Wiring) -> Running:
    """Return what runs with the tags of its image, where that is in a repository of the state."""
    in_definition = str(wired.container.get("Image")).partition("@")[2]
    digests = running.digests.get(str(wired.container.get("Name")), (in_definition,) if in_definition else ())
    repository = wired.repository
    if repository is None or len(digests) != 1:
        return running
    return replace(running, tags=read_tags(aws, repository.identifier["RepositoryName"], digests[0]))


def types_by_path(rendered: Rendered) -> dict[str, str]:
    """Return the types of the resources that a deployment has, by their place in the tree, without nested stacks."""
    templates = {name: json.loads(text) for name, text in rendered.templates.items()}
    root = Module(template=templates[ROOT], load=templates.get, address=ROOT)
    found: dict[str, str] = {}
    for module in root.walk():
        scope = module.scope(rendered.parameters)
        if module.parent is not None and module.logical_id not in module.parent.scope(rendered.parameters).resources():
            continue
        for logical_id, definition in scope.resources().items():
            if definition["Type"] != NESTED_STACK:
                found[f"{module.path}{logical_id}"] = definition["Type"]
    return found


def _staying(found: Found, places: Places, kept: Sequence[Adopted], types: Mapping[str, str]) -> list[Staying]:
    """Return all that stays, in the order of the state; `types` are those of our resources by their place."""
    free = {types[path] for path in types.keys() - {it.path for it in kept}}
    of_terraform = {it.address: it.type for it in found.state.resources}
    adopted = {address for it in kept for address in it.addresses}
    whys = {it.address: it.why for it in found.staying}
    for it in found.candidates:
        why = places.staying.get(it.address, NO_PLACE)
        if why == UNWIRED:
            why = f"{UNWIRED}; --map says otherwise" if it.type in free else NO_PLACE
        whys |= {address: why for address in it.addresses if address not in adopted}
    return [
        Staying(address=it.address, type=of_terraform[it.address], why=whys[it.address])
        for it in found.state.resources
        if it.address in whys
    ]
