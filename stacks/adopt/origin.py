"""Whose the resources of a state are: project, application and environment, account and region."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.adopt.places.graph import CLUSTER, LOAD_BALANCER, REPOSITORY, SERVICE, TARGET_GROUP, items, last

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stacks.adopt.places.graph import Wiring
    from stacks.adopt.types import Candidate

ARN = re.compile(r"arn:(aws[a-z-]*):[a-z0-9-]+:([a-z0-9-]+):([0-9]{12}):.+")
NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
LONGEST = 24
"""Characters of a project, an environment or an application (`templates/root/tables.py`)."""
STEMS = (SERVICE, CLUSTER, LOAD_BALANCER, TARGET_GROUP, REPOSITORY)
"""Types whose names usually begin with the name of the project."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What names, tags and ARNs say; "" where they say nothing that can be used."""

    account: str = ""
    region: str = ""
    project: str = ""
    application: str = ""
    environment: str = ""
    """The tag `Environment`, whatever it says."""


def find_origin(found: Wiring, environment: str) -> Origin:
    """Return the origin of a service and of what belongs to it, for an environment of this name."""
    arn = ARN.fullmatch(str(found.anchor.identifier.get("ServiceArn") or ""))
    belonging = list(found.everything())
    tags = _tags(belonging)
    stem = _stem(belonging)
    project, application = _usable(tags.get("project", "")), _usable(tags.get("application", ""))
    if not project:
        project, application = _usable(_without(stem, environment)), ""
    elif application and not f"{stem}-".startswith(f"{project}-{application}-"):
        application = ""
    return Origin(
        account=arn[3] if arn else "",
        region=arn[2] if arn else "",
        project=project,
        application=application,
        environment=tags.get("environment", ""),
    )


def _tags(belonging: Iterable[Candidate]) -> dict[str, str]:
    """Return the most frequent value of each tag, by its key in lower case."""
    counted: dict[str, Counter[str]] = {}
    for it in belonging:
        for tag in items(it.recorded.get("Tags")):
            counted.setdefault(str(tag.get("Key")).lower(), Counter())[str(tag.get("Value") or "")] += 1
    return {key: values.most_common(1)[0][0] for key, values in counted.items()}


def _stem(belonging: Sequence[Candidate]) -> str:
    """Return the longest beginning, up to a hyphen, that at least half of the names have."""
    names = [name for it in belonging if it.type in STEMS for name in (_name(it),) if name]
    beginnings = Counter(
        "-".join(parts[:length])
        for name in names
        for parts in (name.split("-"),)
        for length in range(1, len(parts) + 1)
    )
    usual = [text for text, count in beginnings.items() if count >= max(2, (len(names) + 1) // 2)]
    return max(usual, key=len, default="")


def _name(it: Candidate) -> str:
    properties = it.recorded
    named = next((str(value) for key, value in properties.items() if key in _NAME_KEYS and value), "")
    return named or last(next(iter(it.identifier.values()), ""))


_NAME_KEYS = frozenset({"ServiceName", "ClusterName", "Name", "RepositoryName"})


def _without(stem: str, environment: str) -> str:
    """Return the stem without the environment's name at its end."""
    return stem.removesuffix(f"-{environment}")


def _usable(text: str) -> str:
    """Return a text that can be the name of a project; "" for any other."""
    return text if NAME.fullmatch(text) and len(text) <= LONGEST else ""
