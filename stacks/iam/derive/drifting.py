"""The rights of drift detection: CloudFormation reads each resource with the caller's rights.

Not with those of the stack's role: the caller needs "read permission for each resource that supports drift
detection" (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.iam.derive import calls
from stacks.iam.derive.calls import MODULE, READING
from stacks.iam.derive.needs import Need, Phase, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

SOURCE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html"
NOT_COMPARED = frozenset({"secretsmanager:GetSecretValue"})
"""What read handlers list and no comparison needs: a secret's value is write-only in its schema."""


def drift_needs(derived: Iterable[Need]) -> tuple[Need, ...]:
    """Return one need for each action and conditions, of the read handlers of the resources that are derived from."""
    wanted: dict[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], dict[str, None]] = {}
    for need in derived:
        if Phase.READ in need.phases and READING.match(need.action) and need.action not in NOT_COMPARED:
            context = tuple(sorted((key, tuple(values)) for key, values in need.context.items()))
            wanted.setdefault((need.action, context), {}).update(dict.fromkeys(need.resources))
    commands = f"{calls.PLAN_DRIFT}, drift"
    sentence = "CloudFormation reads each resource as the caller of drift detection"
    return tuple(
        Need(
            action=action,
            resources=tuple(sorted(resources)),
            context=dict(context),
            phases=frozenset({Phase.READ}),
            why=Reason(module=MODULE, logical_id=commands, sentence=sentence),
            source=SOURCE,
        )
        for (action, context), resources in sorted(wanted.items(), key=lambda it: it[0])
    )
