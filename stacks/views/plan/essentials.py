"""What identifies an added or removed resource, and what matters of it: a few of its many properties."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from templates.resource_types import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.cloudformation.changes import Change, PropertyChange

NAMES = re.compile(r"(Name|Identifier|Alias|Engine|InstanceType|InstanceClass|CidrBlock)$")
"""Properties that tell one resource from another, of types whose record does not say what is shown."""
MOST = 4
"""Properties that are shown of one resource."""
ELEMENT = re.compile(r"\[[^\]]*\]")


def essential_properties(change: Change) -> Iterator[PropertyChange]:
    """Yield the few properties that are worth a reader's time; none whose value depends on what does not exist yet."""
    known = [item for item in change.properties if not item.causes]
    wanted = record(change.type).shown
    if wanted is None:
        yield from [item for item in known if "." not in item.path and NAMES.search(item.path)][:MOST]
        return
    by_path: dict[str, list[PropertyChange]] = {}
    for item in known:
        by_path.setdefault(ELEMENT.sub("[]", item.path), []).append(item)
    yield from [item for path in wanted for item in by_path.get(path, [])][:MOST]
