"""A takeover as one JSON document, whose form docs/reference/adopt.schema.json says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from stacks.adopt.survey import ABSENT
from stacks.views.adopt import words

if TYPE_CHECKING:
    from stacks.adopt.survey import Difference
    from stacks.adopt.surveying import Look

FORMAT_VERSION = "1.0"
"""The first number changes when a reader of the old form would fail, the second when something is added."""


def document(look: Look) -> dict[str, Any]:
    """Return the look as a JSON document."""
    survey = look.survey
    found = Counter(it.effect for it in survey.differences)
    return {
        "format_version": FORMAT_VERSION,
        "environment": look.settings.environment,
        "stack": look.settings.identity.name,
        "account": look.origin.account or None,
        "region": look.settings.aws.region,
        "image": {
            "tag": look.settings.image_tag or None,
            "digests": sorted({it for found in look.running.digests.values() for it in found}),
        },
        "state": {
            "program": "opentofu" if survey.state.is_opentofu else "terraform",
            "version": survey.state.program_version,
            "serial": survey.state.serial,
            "lineage": survey.state.lineage,
        },
        "blocked": survey.is_blocked,
        "summary": {effect.name.lower(): found[effect] for effect in words.ORDER},
        "adopted": [
            {
                "address": it.addresses[0],
                "parts": list(it.addresses[1:]),
                "path": it.path,
                "type": it.type,
                "identifier": dict(it.identifier),
                "unread": it.unread or None,
            }
            for it in survey.adopted
        ],
        "staying": [{"address": it.address, "type": it.type, "why": it.why} for it in survey.staying],
        "made": [{"path": it.path, "type": it.type} for it in survey.made],
        "differences": [_difference(it) for it in words.shown_differences(survey)],
        "refusals": list(survey.refusals),
        "notes": list(survey.notes),
        "withheld_variables": list(look.derived.withheld),
    }


def _difference(it: Difference) -> dict[str, Any]:
    sides = {"state": it.state, "live": it.live, "template": it.template}
    return {
        "path": it.path,
        "property": it.property,
        "effect": it.effect.name.lower(),
        **{name: value for name, value in sides.items() if value is not ABSENT},
        "why": it.why or None,
        "setting": it.setting or None,
    }
