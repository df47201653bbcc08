"""One changed resource: its properties before and after, from the templates and the change set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stacks.cloudformation.changes import Certainty, Change, PropertyChange, Recreation
from stacks.plan.differences import Difference, differences, leaves
from stacks.rendered.expressions import plain
from stacks.rendered.values import Later, Value, equal, parts

if TYPE_CHECKING:
    from stacks.plan.sources import PropertyValues

PLACEHOLDER = re.compile(r"\{\{(?:IntrinsicFunction:|changeSet:KNOWN_AFTER_APPLY)")
"""How a change set shows a value that CloudFormation does not know yet."""
RECREATIONS: Mapping[str, Recreation] = {"Always": "yes", "Conditionally": "maybe"}
BY_CERTAINTY: tuple[Certainty, ...] = ("certain", "depends", "unproven")


@dataclass(frozen=True, kw_only=True)
class Definitions:
    """A resource's definition before and after, with resolved values; `Later` for what only CloudFormation knows."""

    before: Mapping[str, Value]
    after: Mapping[str, Value]


def is_placeholder(value: Value) -> bool:
    """Whether CloudFormation does not know the value yet, or a part of it."""
    match value:
        case str():
            return PLACEHOLDER.search(value) is not None
        case Mapping():
            return any(map(is_placeholder, value.values()))
        case list():
            return any(map(is_placeholder, value))
        case _:
            return False


def compare(change: Change, definitions: Definitions | None, values: PropertyValues | None) -> Change:
    """Return the change with its properties and its certainty.

    Combines the details of the change set, its contexts, and the two templates. A property that only one of them names
    is kept; it is dropped only if the templates prove that it does not change.
    """
    details = [*change.details, *(values.details if values else ())]
    found = _differences(definitions, values)
    properties = [_changed(item, details, has_templates=definitions is not None) for item in found]
    known = {item.property for item in found}
    properties += _from_details(details, known, definitions)
    if not properties and not details:
        return replace(change, certainty="unproven")
    properties.sort(key=lambda item: item.path)
    certainties = [item.certainty for item in properties]
    certainty: Certainty = next((level for level in BY_CERTAINTY if level in certainties), "none")
    causes = tuple(dict.fromkeys(cause for item in properties for cause in item.causes))
    replacement = _replacement(change, properties)
    return replace(change, certainty=certainty, causes=causes, properties=tuple(properties), replacement=replacement)


def list_properties(
    own: Mapping[str, Value], reported: Mapping[str, Value], *, removed: bool
) -> tuple[PropertyChange, ...]:
    """Return all properties of a new or `removed` resource: the template's, with the values of the change set."""
    known = dict(leaves(reported))
    found = {path: _known(value, known.get(path)) for path, value in leaves(own)}
    names = {Difference(path=path, before=None, after=None).property for path in found}
    found |= {
        path: value
        for path, value in known.items()
        if Difference(path=path, before=None, after=None).property not in names
    }
    return tuple(_one_sided(path, found[path], removed=removed) for path in sorted(found))


def _known(own: Value, reported: Value) -> Value:
    is_settled = isinstance(own, Later) and own.is_settled
    return reported if is_settled and reported is not None and not is_placeholder(reported) else own


def _one_sided(path: str, value: Value, *, removed: bool) -> PropertyChange:
    later = parts(value)
    causes = () if removed else tuple(dict.fromkeys(cause for part in later for cause in part.causes))
    is_open = any(part.is_open for part in later) or is_placeholder(value)
    return PropertyChange(
        path=path,
        before=_json(value) if removed else None,
        after=None if removed else _json(value),
        certainty="depends" if causes else "unproven" if is_open else "certain",
        causes=causes,
    )


def _differences(definitions: Definitions | None, values: PropertyValues | None) -> list[Difference]:
    """Return the leaves that differ by the templates, with CloudFormation's values, and those that only it reports."""
    reported = {item.path: item for item in differences(values.before, values.after)} if values else {}
    own = (
        list(differences(definitions.before.get("Properties", {}), definitions.after.get("Properties", {})))
        if definitions
        else []
    )
    merged = [_filled(item, reported.get(item.path)) for item in own]
    named = {item.property for item in own}
    more = [item for item in reported.values() if item.property not in named]
    return merged + [item for item in more if definitions is None or not is_placeholder(item.after)]


def _filled(own: Difference, reported: Difference | None) -> Difference:
    """Return the difference with CloudFormation's values for what the template only refers to; causes are kept."""
    if reported is None:
        return own
    before = reported.before if isinstance(own.before, Later) else own.before
    is_known = isinstance(own.after, Later) and own.after.is_settled and not is_placeholder(reported.after)
    return Difference(path=own.path, before=before, after=reported.after if is_known else own.after)


def _changed(item: Difference, details: list[Mapping[str, Value]], *, has_templates: bool) -> PropertyChange:
    about = [detail for detail in details if detail["Target"].get("Name") == item.property]
    is_static = any(detail.get("Evaluation") == "Static" for detail in about)
    later = parts(item.after)
    causes = tuple(dict.fromkeys(cause for part in later for cause in part.causes))
    certainty: Certainty = "certain"
    if causes:
        certainty = "depends"
    elif _is_open(item) or ((later or not has_templates) and not is_static):
        certainty = "unproven"
    return PropertyChange(
        path=item.path,
        before=_json(item.before),
        after=_json(item.after),
        certainty=certainty,
        causes=causes,
        recreates=_recreation(about),
    )


def _is_open(item: Difference) -> bool:
    """Whether the values may turn out to be equal."""
    return any(part.is_open for part in [*parts(item.before), *parts(item.after)]) or is_placeholder(item.after)


def _recreation(details: list[Mapping[str, Value]]) -> Recreation:
    found = [RECREATIONS.get(detail["Target"].get("RequiresRecreation", ""), "no") for detail in details]
    return "yes" if "yes" in found else "maybe" if "maybe" in found else "no"


def _from_details(
    details: list[Mapping[str, Value]], known: set[str], definitions: Definitions | None
) -> list[PropertyChange]:
    """Return the properties that only the change set's details name.

    A dynamic change is dropped if the templates and parameters prove that the property stays equal; a static one only
    if a parameter has taken the place of a text, and both values are known and equal.
    """
    properties: dict[str, PropertyChange] = {}
    for detail in details:
        target = detail["Target"]
        name = target.get("Name", "") or target.get("Attribute", "")
        is_property = target.get("Attribute") == "Properties"
        is_static = detail.get("Evaluation") == "Static"
        if name in known or name in properties or (is_property and definitions is not None and not is_static):
            continue
        if _is_rewritten(detail, details) and definitions is not None and _is_known_to_stay(definitions, name):
            continue
        before, after = target.get("BeforeValue"), target.get("AfterValue")
        if not is_property and definitions is not None and before is None and after is None:
            before, after = definitions.before.get(name), definitions.after.get(name)
        is_certain = is_static and not (is_property and definitions is not None)
        properties[name] = PropertyChange(
            path=name,
            before=before,
            after=after,
            certainty="certain" if is_certain else "unproven",
            recreates=_recreation([detail]) if is_property else "no",
        )
    return list(properties.values())


def _is_rewritten(detail: Mapping[str, Value], details: list[Mapping[str, Value]]) -> bool:
    """Whether a change set names a property because a parameter has taken the place of its former text.

    There are two details then: of the template's text, which may be the same when evaluated, and of the parameter.
    """
    of_text = {"Evaluation": "Dynamic", "ChangeSource": "DirectModification"}
    return detail.get("ChangeSource") == "ParameterReference" and any(
        it["Target"].get("Name") == detail["Target"].get("Name") and it.items() >= of_text.items() for it in details
    )


def _is_known_to_stay(definitions: Definitions, name: str) -> bool:
    """Whether a property has the same value in both templates, of which nothing is filled in later."""
    before, after = (it.get("Properties", {}).get(name) for it in (definitions.before, definitions.after))
    return before is not None and not parts([before, after]) and equal(before, after) is True


def _replacement(change: Change, properties: list[PropertyChange]) -> str:
    """Return CloudFormation's `Replacement`; "Conditional" is resolved, if the templates prove what it depends on."""
    if change.replacement != "Conditional":
        return change.replacement
    if any(item.recreates == "yes" and item.certainty == "certain" for item in properties):
        return "True"
    return "Conditional" if any(item.recreates != "no" for item in properties) else "False"


def _json(value: Value) -> Value:
    match value:
        case Later():
            return plain(value)
        case Mapping():
            return {key: _json(item) for key, item in value.items()}
        case list():
            return [_json(item) for item in value]
        case _:
            return value
