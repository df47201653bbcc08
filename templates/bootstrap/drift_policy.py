"""What the deploying role may read to detect drift: CloudFormation reads each resource with the caller's rights.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html. It reads neither
the values of secrets nor the objects of buckets: they are not compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import iam

from templates import policy_sizes
from templates.bootstrap.scope import Scope, actions, deny, granted
from templates.resource_types import SERVICES
from templates.resource_types.iam import READ_ROLES
from templates.resource_types.record import ANYWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from awacs.aws import Statement


def documents(scope: Scope, *, checks: bool = False) -> list[Any]:
    """Return the documents of managed policies, each within IAM's limit.

    The names of the stacks' roles begin like those of this stack, whose rights may be read only with `checks`.
    """
    own = [scope.role(name) for name in scope.role_names]
    kept_off = [] if checks else [deny("KeepOffRightsOfThisStack", actions(iam, READ_ROLES), own)]
    return policy_sizes.documents([*_statements(scope), *kept_off])


def _statements(scope: Scope) -> Iterator[Statement]:
    """Yield what has names, then what has generated ids, then what has no resource."""
    grants = [it for service in SERVICES for it in service.drift]
    for it in sorted((it for it in grants if it.on != ANYWHERE), key=lambda it: it.by_id):
        yield granted(scope, it)
    yield granted(scope, *sorted((it for it in grants if it.sid == "ReadForDrift"), key=lambda it: it.service))
    for it in grants:
        if it.on == ANYWHERE and it.sid != "ReadForDrift":
            yield granted(scope, it)
