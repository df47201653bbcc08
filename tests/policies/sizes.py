"""How long IAM documents are, and how many managed policies a role has, against what IAM takes.

Characters, white space apart: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html. What
CloudFormation names is as short as its pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.iam.derive.policy import document_size
from templates.policy_sizes import ATTACHED, INLINE, MANAGED, TRUST
from tests.policies.emitted import DERIVED, Use, of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.policies.emitted import Emitted


@dataclass(frozen=True)
class Size:
    """What is measured, how much there is, and how much IAM takes."""

    what: str
    value: int
    limit: int

    @property
    def share(self) -> float:
        """Part of the limit."""
        return self.value / self.limit


def sizes(environment: str) -> Iterator[Size]:
    """Those of an environment, or of the bootstrap stack with some settings."""
    documents = [it for it in of(environment) if it.use is not Use.RESOURCE]
    for it in documents:
        if it.use is Use.TRUST:
            yield Size(it.resource, document_size(it.document), TRUST)
        elif it.type in {DERIVED, "AWS::IAM::ManagedPolicy"}:
            yield Size(f"{it.resource} (managed)", document_size(it.document), MANAGED)
    inline = [it for it in documents if it.type in {"AWS::IAM::Role", "AWS::IAM::RolePolicy"}]
    for role in dict.fromkeys(_role(it) for it in inline if it.use is Use.IDENTITY):
        yield Size(f"{role} (all inline)", sum(_identity(inline, role)), INLINE)
    managed = {
        "all derived policies on one role": sum(it.type == DERIVED for it in documents),
        "Root.ExecutionRole's own managed policies": sum(it.type == "AWS::IAM::ManagedPolicy" for it in documents),
    }
    yield from (Size(what, number, ATTACHED) for what, number in managed.items() if number)


def _identity(inline: Iterable[Emitted], role: str) -> Iterator[int]:
    return (document_size(it.document) for it in inline if it.use is Use.IDENTITY and _role(it) == role)


def _role(it: Emitted) -> str:
    return it.resource.partition("/")[0]
