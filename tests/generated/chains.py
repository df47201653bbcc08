"""Files one after the other, from each to the next: together they turn every setting that a deployment has."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from stacks.settings import Settings
from tests.generated import combinations
from tests.generated.documents import SETTINGS, as_taken, choices, with_settings
from tests.generated.drawing import Drawing
from tests.generated.furniture import FURNISHED
from tests.support.accounts import REGION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.settings.keys import Path
    from tests.generated.drawing import Draw

Document = dict[str, Any]

ELSEWHERE = {"aws", "bootstrap", "fleet"}
"""Sections that are about other stacks, or about where AWS is."""
KEPT = {
    ("ecs", "launch_type"),
    ("ecr", "encryption_type"),
    ("security", "kms_key"),
    ("names", "cpu_policy"),
    ("names", "memory_policy"),
}
"""What a plan refuses to change under a running service, so that all later files of a chain would be refused."""
TURNED = [path for path in SETTINGS if path[0] not in ELSEWHERE and path not in KEPT]
"""The settings that a deployment has."""
NAMED = {"project": "preto-2", "environment": "whole"}
CHAINS, STEPS, TRIES = 3, 3, 2
MOST_TASKS = 9
"""More of them show nothing new, and take their time to start."""
DRAWING = Drawing(REGION, FURNISHED, combinations.COMPLETE, turns=True)


def accepted(document: Document) -> Settings | None:
    """The settings that a file says; None where the models refuse it."""
    try:
        return Settings.model_validate(as_taken(document))
    except ValidationError:
        return None


@st.composite
def files(draw: Draw, chosen: Sequence[Path] | None = None) -> Document:
    """Give a file of the one environment with these settings, or with a few."""
    wanted = draw(choices(TURNED)) if chosen is None else chosen
    document = draw(with_settings(wanted, DRAWING)) | NAMED
    _few_tasks(document)
    return document


def with_image(document: Document, step: int) -> Document:
    """The file at this place of a chain: the first has no image, as there is no repository yet, and all others have."""
    without = {key: value for key, value in document.items() if key != "image_tag"}
    return without if step == 0 else {"image_tag": "v1", **document}


def shares(chain: int) -> list[list[Path]]:
    """The settings that each file of a chain turns."""
    return [TURNED[chain * STEPS + step :: CHAINS * STEPS] for step in range(STEPS)]


@cache
def drawn(chain: int) -> tuple[Document, ...]:
    """The files of a chain, the same in each run.

    After those of the shares comes one that turns what did not go together in one of them, or turns all back where
    nothing is left; and further ones while something is left.
    """
    found = [_best(share) for share in shares(chain)]
    for _ in range(STEPS):
        found.append(_best(_left(chain, found)))
        if not _left(chain, found):
            break
    return tuple(with_image(document, step) for step, document in enumerate(found))


def _left(chain: int, documents: Sequence[Document]) -> list[Path]:
    """Return the settings of a chain's shares that none of the files turns."""
    done = {path for document in documents for path in turned(Settings.model_validate(as_taken(document)))}
    return [path for share in shares(chain) for path in share if path not in done]


def _best(share: Sequence[Path]) -> Document:
    """Of a few accepted files that which turns most of its share."""
    found: list[tuple[int, int, Document]] = []

    @settings(
        max_examples=TRIES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(files(share))
    def collect(document: Document) -> None:
        wanted = accepted(document)
        assume(wanted is not None)
        assert wanted is not None
        found.append((len(turned(wanted) & {*share}), len(found), document))

    collect()
    return max(found)[2]


def turned(wanted: Settings) -> set[Path]:
    """The settings that are not what they are by default."""
    plain = Settings.model_validate({**NAMED, "aws": {"region": REGION}})
    return {path for path in TURNED if _at(wanted, path) != _at(plain, path)}


def _at(value: Any, path: Path) -> Any:
    for name in path:
        value = getattr(value, name)
    return value


def _few_tasks(value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _few_tasks(item)
    if isinstance(value, dict):
        for key, item in value.items():
            _few_tasks(item)
            if key in {"desired_count", "min_capacity", "max_capacity"}:
                value[key] = min(item, MOST_TASKS)
