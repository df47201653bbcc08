"""Whatever a state is, it is read or refused in our words; a secret in it is neither held nor repeated."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from stacks.errors import UserError
from stacks.terraform.reading import read_revision, read_state
from tests.support.terraform_preto2 import Preto2
from tests.support.terraform_states import add_instance, resource
from tests.support.terraform_variants import PLANTED, legacy, opentofu, other_providers, shown, with_secrets

BASE = with_secrets(Preto2().state(*other_providers(), add_instance(resource("aws_eip.a", key="x"), key=1)))
FORMS = [BASE, legacy(BASE), opentofu(BASE), shown(BASE)]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["managed", "data", "tainted", "module.a", "provider.aws", PLANTED, "\ud800", "4"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner), max_leaves=6
)


def outcome(content: bytes) -> str:
    """Return all that can be seen of a reading: the state with its attributes, or the error with its causes."""
    seen = []
    for as_is in (False, True):
        try:
            found = read_state(content, lambda _: ["name", "arn", "id"], source="it", as_is=as_is)
        except UserError as caught:
            error: BaseException | None = caught
            while error:
                seen.append(f"{error!r} {error} {vars(error)}")
                error = error.__cause__ or error.__context__
        else:
            addresses = [it.address for it in found.resources]
            assert len(set(addresses)) == len(addresses)
            found.revision.md5.encode()
            "\n".join(addresses).encode()
            json.dumps([dict(it.attributes) for it in found.resources]).encode()
            seen.append(repr(found))
    try:
        seen.append(repr(read_revision(content, source="it")))
    except UserError as refused:
        seen.append(str(refused))
    return "\n".join(seen)


def places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the places of everything in a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(deeper for key, item in inside for deeper in places(item, (*place, key)))]


PLACES = [[place for place in places(form)[1:] if "attributes" not in place[:-1]] for form in FORMS]


@given(st.data())
def test_mutated_states(data: st.DataObject) -> None:
    """Values in any places are replaced, or are missing."""
    index = data.draw(st.integers(0, len(FORMS) - 1))
    document = deepcopy(FORMS[index])
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from(PLACES[index]))
        at: Any = document
        try:
            for step in way:
                at = at[step]
            if data.draw(st.booleans()):
                at[last] = data.draw(VALUES)
            else:
                del at[last]
        except (KeyError, IndexError, TypeError):
            continue
    outcome(json.dumps(document).encode())


@given(st.sampled_from(FORMS), st.data())
def test_secrets_stay_where_they_are(form: dict[str, Any], data: st.DataObject) -> None:
    """Of a text that is cut, has other bytes in it or is no state any more, nothing is repeated."""
    text = json.dumps(form, indent=data.draw(st.sampled_from([None, 2]))).encode()
    cut = data.draw(st.integers(0, len(text)))
    between = data.draw(st.binary(max_size=4) | st.sampled_from([b"", b"{", b'"', b"\x1b", b"]", b",", b"7"]))
    skipped = data.draw(st.integers(0, 40))
    assert PLANTED not in outcome(text[:cut] + between + text[cut + skipped :])


@given(VALUES)
@example({"version": 4, "resources": [{"mode": {}}]})
@example({"format_version": {}, "values": {"root_module": {"resources": [{}]}}})
def test_any_json(value: Any) -> None:
    """Any document, also as a part of one that is a state."""
    outcome(json.dumps(value).encode())
    outcome(json.dumps({"version": 4, "resources": value}).encode())
    outcome(json.dumps({"format_version": "1.0", "values": value}).encode())


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode(errors="replace")))
def test_any_bytes(content: bytes) -> None:
    """Any file."""
    outcome(content)
