"""The service's stores, for each account and region: targets, policies, scheduled actions, tags and activities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ministack.core.responses import AccountRegionScopedDict

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record, Untyped

TARGETS: Untyped = AccountRegionScopedDict()
"""Scalable targets by `Name.key`."""
POLICIES: Untyped = AccountRegionScopedDict()
"""Scaling policies by ARN."""
SCHEDULES: Untyped = AccountRegionScopedDict()
"""Scheduled actions by ARN."""
TAGS: Untyped = AccountRegionScopedDict()
"""Tags (key to value) by the ARN of a target."""
ACTIVITIES: Untyped = AccountRegionScopedDict()
"""Scaling activities, newest first, by `Name.key`."""

STORES = {
    "targets": TARGETS,
    "policies": POLICIES,
    "schedules": SCHEDULES,
    "tags": TAGS,
    "activities": ACTIVITIES,
}


@dataclass(frozen=True, kw_only=True)
class Name:
    """What identifies a scalable target in every request."""

    namespace: str
    resource_id: str
    dimension: str

    @property
    def key(self) -> str:
        """The target's key in the stores, which is also CloudFormation's physical id."""
        return f"{self.resource_id}|{self.dimension}|{self.namespace}"

    @property
    def words(self) -> str:
        """The target as the service names it in its errors."""
        return (
            f"service namespace: {self.namespace}, resource ID: {self.resource_id}, "
            f"scalable dimension: {self.dimension}"
        )

    def fields(self) -> Record:
        """Return the target as the members of an answer."""
        return {
            "ServiceNamespace": self.namespace,
            "ResourceId": self.resource_id,
            "ScalableDimension": self.dimension,
        }


def name_from_key(key: str) -> Name:
    """Return the name with this key. Raises ValueError if it is no key."""
    resource_id, dimension, namespace = key.split("|")
    return Name(namespace=namespace, resource_id=resource_id, dimension=dimension)


def policies_of(name: Name) -> list[Record]:
    """Return all policies of a target."""
    return [policy for policy in POLICIES.values() if name.fields().items() <= policy.items()]


def schedules_of(name: Name) -> list[Record]:
    """Return all scheduled actions of a target."""
    return [action for action in SCHEDULES.values() if name.fields().items() <= action.items()]
