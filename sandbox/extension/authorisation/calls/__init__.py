"""What CloudFormation calls for a resource: a reviewed list, written by hand from the handlers of AWS's schemas.

It is a second opinion, and shares no code with `stacks.iam` and no data with `templates/resource_types`; a test says in
what it must agree with the records. Both rest on the same schemas and the same authorization reference, so that what
these have wrong both have wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.extension.authorisation.calls import balancing, containers, data, identity, network, observing, scheduling
from sandbox.extension.authorisation.calls.notation import Calls

if TYPE_CHECKING:
    from collections.abc import Mapping

CALLS: Mapping[str, Calls] = (
    balancing.CALLS
    | containers.CALLS
    | data.CALLS
    | identity.CALLS
    | network.CALLS
    | observing.CALLS
    | scheduling.CALLS
)

__all__ = ["CALLS", "Calls"]
