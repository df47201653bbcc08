"""The words of a takeover."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stacks.adopt.differences.policies import normal, without_ids
from stacks.adopt.survey import ABSENT, Effect
from stacks.terminal import counted
from stacks.views.adopt import short

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from stacks.adopt.survey import Adopted, Difference, Survey
    from stacks.adopt.surveying import Look

ORDER = (
    Effect.REPLACEMENT,
    Effect.UNREADABLE,
    Effect.DELETES_LATER,
    Effect.INTERRUPTION,
    Effect.ROLLOUT,
    Effect.IN_PLACE,
)
"""From what blocks to what is harmless; the others are no differences."""
TITLES = {
    Effect.REPLACEMENT: "Would be replaced, which blocks the takeover",
    Effect.UNREADABLE: "Cannot be read",
    Effect.DELETES_LATER: "Changed in place, and deletes data later",
    Effect.INTERRUPTION: "Changed with a brief interruption",
    Effect.ROLLOUT: "New tasks are rolled out",
    Effect.IN_PLACE: "Changed in place",
}
COUNTED = {
    Effect.REPLACEMENT: "by replacement",
    Effect.UNREADABLE: "cannot be read",
    Effect.DELETES_LATER: "that deletes data later",
    Effect.INTERRUPTION: "with a brief interruption",
    Effect.ROLLOUT: "by new tasks",
    Effect.IN_PLACE: "in place",
}
"""Behind a number of differences."""
NOTHING = "(none)"
OWN = "(its own)"


def differences(survey: Survey, effect: Effect) -> list[Difference]:
    """Return the differences of an effect, in the survey's order."""
    return [it for it in survey.differences if it.effect is effect]


def shown_differences(survey: Survey) -> list[Difference]:
    """Return what is a difference, the gravest first."""
    return [it for effect in ORDER for it in differences(survey, effect)]


def has_changes(survey: Survey) -> bool:
    """Whether the first deployment after the takeover changes or makes anything."""
    return bool(survey.made or shown_differences(survey))


def common_tags(found: Sequence[Difference]) -> list[tuple[Difference, list[Difference]]]:
    """Return the differences of tags that several resources have, each once, with those that it stands for.

    Where the values are each resource's own, as those of `Name` are, `OWN` stands for them.
    """
    tags = [it for it in found if it.property.startswith("Tags[")]
    same = _several(tags, lambda it: (it.property, value(known(it)), value(it.template)))
    rest = [it for it in tags if not any(it in group for group in same)]
    own = _several(rest, lambda it: (it.property, value(it.template)))
    return [
        *((group[0], group) for group in same),
        *((replace(group[0], state=ABSENT, live=OWN, is_read=True), group) for group in own),
    ]


def _several(found: Sequence[Difference], key: Callable[[Difference], object]) -> list[list[Difference]]:
    """Return the groups of differences with the same key, of two or more."""
    groups: dict[object, list[Difference]] = {}
    for it in found:
        groups.setdefault(key(it), []).append(it)
    return [group for group in groups.values() if len(group) > 1]


def header(look: Look) -> str:
    """Return where it is, and which state it is."""
    state = look.survey.state
    program = f"{'OpenTofu' if state.is_opentofu else 'Terraform'} {state.program_version}"
    serial = f", serial {state.serial}" if state.serial is not None else ""
    where = (look.settings.aws.account_id or look.origin.account, look.settings.aws.region)
    return " · ".join([*(it for it in where if it), f"{program}{serial}"])


def identifier(it: Adopted) -> str:
    """Return a resource's identifier on one line."""
    return short.identifier(it.identifier)


def values(it: Difference) -> str:
    """Return a difference three ways: state, live and template; what equals the live value is left out.

    A resource that could not be read has the state's value alone.
    """
    now, template = value(known(it)), value(it.template)
    before = now if it.is_read else f"state {now}"
    if _differs(it):
        before = f"state {value(it.state)}, live {now}"
    return f"{before} → {template}"


def known(it: Difference) -> Any:  # noqa: ANN401 - any JSON
    """Return the live value, or the state's where the resource could not be read."""
    return it.live if it.is_read else it.state


def _differs(it: Difference) -> bool:
    return it.state is not ABSENT and it.live is not ABSENT and it.state != it.live


def value(found: Any) -> str:  # noqa: ANN401 - any JSON
    """Return a value on one line."""
    if found is ABSENT or found is None:
        return NOTHING
    return short.arn(found) if isinstance(found, str) else json.dumps(found, ensure_ascii=False, default=str)


def clauses(it: Difference) -> list[str]:
    """Return what a policy no longer says (`-`) and what it says then (`+`); nothing for what is no policy."""
    values_of = known(it), it.template
    found = [[] if value(side) == NOTHING else short.clauses(side) for side in values_of]
    before, after = found
    if before is None or after is None:
        return []
    if before == after:
        known_document, document = (normal(without_ids(short.document(side))) for side in values_of)
        has_conditions = any(short.CONDITIONS in one for one in before)
        return ["the same statements"] if before and (not has_conditions or known_document == document) else []
    return [*(f"- {one}" for one in before if one not in after), *(f"+ {one}" for one in after if one not in before)]


def summary(survey: Survey) -> str:
    """Return everything in a sentence or two."""
    found = Counter(it.effect for it in survey.differences)
    staying = len(survey.staying)
    parts = [
        f"{counted(len(survey.adopted), 'resource')} to take over",
        f"{staying} {'stays' if staying == 1 else 'stay'} with Terraform",
        f"{len(survey.made)} to make",
    ]
    by_effect = [f"{found[effect]} {COUNTED[effect]}" for effect in ORDER if found[effect]]
    number = sum(found[effect] for effect in ORDER)
    ends = f"{counted(number, 'difference')}: {', '.join(by_effect)}" if number else "no difference"
    return f"{', '.join(parts)}; {ends}."


def verdict(survey: Survey) -> str:
    """Return whether there can be a takeover."""
    if not survey.is_blocked:
        return "Nothing blocks a takeover."
    count = len(survey.refusals) + len(differences(survey, Effect.REPLACEMENT))
    return f"Blocked: {count} {'thing has' if count == 1 else 'things have'} to be settled first."


def by_reason(survey: Survey) -> Mapping[str, Sequence[str]]:
    """Return the addresses that stay by the reason, in the order of the state."""
    found: dict[str, list[str]] = {}
    for it in survey.staying:
        found.setdefault(it.why, []).append(it.address)
    return found
