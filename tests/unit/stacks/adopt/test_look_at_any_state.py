"""Whatever a state says, a look at it is a look or one clear error, without a secret of it."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stacks.errors import UserError
from stacks.views import adopt as view
from tests.support import takeovers
from tests.support.terraform_preto2 import Preto2
from tests.support.terraform_services import other_service
from tests.support.terraform_variants import PLANTED, with_secrets

TEAM = Preto2()
DOCUMENT = with_secrets(TEAM.state(*other_service(TEAM)))
SERVICE = "module.ecs.aws_ecs_service.this"


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return all places inside of a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, item in inner for place in places(item, (*at, key)))]


PLACES = [
    (index, "instances", 0, "attributes", *place)
    for index, it in enumerate(DOCUMENT["resources"])
    for place in places(it["instances"][0]["attributes"])
    if place
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["", "0", "true", "arn:aws:ecs:x", "{}", "[]", '[{"name": 1}]', "a/b:c", "EC2", "FARGATE_SPOT"]),
    st.just([]),
    st.just({}),
    st.just([{}]),
    st.just([None]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=12), st.data())
def test_no_state_is_a_traceback(changes: list[tuple[tuple[Any, ...], Any]], data: st.DataObject) -> None:
    """Attributes of any type anywhere, and resources that are missing."""
    document = deepcopy(DOCUMENT)
    for place, value in changes:
        put(document["resources"], place, value)
    missing = data.draw(st.sets(st.integers(0, len(document["resources"]) - 1), max_size=6))
    document["resources"] = [it for index, it in enumerate(document["resources"]) if index not in missing]
    try:
        look = takeovers.look(document, mapping=[f"{SERVICE}=Ecs/Service"])
    except UserError as error:
        shown = [str(error)]
    else:
        shown = [
            view.text(look, 80),
            json.dumps(view.document(look)),
            view.markdown(look),
            look.derived.text,
            repr(look),
        ]
    assert all(PLANTED not in text for text in shown)


def put(value: Any, place: tuple[Any, ...], new: Any) -> None:
    """Set what is at a place, where an earlier change has left it."""
    *above, last = place
    try:
        for step in above:
            value = value[step]
        if isinstance(value, dict | list):
            value[last] = deepcopy(new)  # or else a later change could put it into itself
    except (LookupError, TypeError):
        return
