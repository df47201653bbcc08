"""AWS::CloudFormation::Stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import cloudformation

from sandbox.extension import cloudformation_api as api
from sandbox.extension.reading.readable import Readable
from sandbox.extension.reading.shapes import present, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Properties


def _stack(stack_id: str) -> Properties | None:
    found = api.find_stack(stack_id)
    if found is None or found["StackStatus"] == "DELETE_COMPLETE":
        return None
    parameters = {it["ParameterKey"]: it["ParameterValue"] for it in found["Parameters"]}
    return {"StackId": found["StackId"], **present(Parameters=parameters), "Tags": tags(found["Tags"])}


def _stacks() -> Iterator[tuple[str, ...]]:
    for found in list(cloudformation._stacks.values()):
        if found["StackStatus"] != "DELETE_COMPLETE":
            yield (found["StackId"],)


READERS = {"AWS::CloudFormation::Stack": Readable(read=_stack, every=_stacks)}
