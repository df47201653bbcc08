"""The list of what CloudFormation calls, against AWS's service authorization reference.

That every type that we render is in it: `tests/unit/stacks/iam/derive/test_rights_by_default.py`.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sandbox.extension.authorisation.calls import CALLS
from sandbox.extension.authorisation.calls.notation import Call, read
from stacks.iam.derive import reference
from stacks.place import Place
from tests.support.accounts import REGION

if TYPE_CHECKING:
    from collections.abc import Iterator

STEPS = ("create", "update", "delete", "read")
ANYWHERE = Place(partition="*", region="*", account="*")
BRACES = re.compile(r"\{[\w.]+\}")


def calls() -> Iterator[tuple[str, Call, str]]:
    """Each call of each type, and on what."""
    for resource_type, found in CALLS.items():
        for text in dict.fromkeys(word for step in STEPS for word in getattr(found, step).split()):
            call = read(text, found.service)
            yield resource_type, call, call.on or found.on


def test_every_call_is_an_action_that_aws_knows() -> None:
    """A misspelt one would be refused to everybody."""
    unknown = {
        f"{resource_type}: {call.service}:{call.action}"
        for resource_type, call, _ in calls()
        if not reference.exists(f"{call.service}:{call.action}")
    }
    assert unknown == set()


def test_every_call_is_decided_on_what_aws_decides_on() -> None:
    """An action on a resource has an ARN of one of its kinds, one without resources has `*`."""
    wrong = []
    for resource_type, call, on in calls():
        action = f"{call.service}:{call.action}"
        kinds = reference.kinds(action)
        alone = BRACES.fullmatch(on) is not None
        text = BRACES.sub("0a1b", on)
        region = "" if call.service == "iam" else REGION
        arn = text if text.startswith("arn:") else f"arn:aws:{call.service}:{region}:123456789012:{text}"
        patterns = [pattern for kind in kinds for pattern in reference.any_of(kind, ANYWHERE)]
        right = on == "*" if not kinds else alone or any(fnmatchcase(arn, pattern) for pattern in patterns)
        if not right:
            wrong.append(f"{resource_type}: {action} on {on}, and AWS has {kinds}")
    assert wrong == []
