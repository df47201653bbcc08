"""AWS's service authorization reference, as cfn-lint ships it: which actions there are, and on what they are decided.

A kind of resource is written with the service of its ARN, such as `ec2:vpc`, whichever service's action it is of.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.place import Place


def action_exists(action: str) -> bool:
    """Whether IAM knows the action; the resource schemas also name some that it does not."""
    return _find(action) is not None


def resource_types_of(action: str) -> tuple[str, ...]:
    """Return the resource types of the action; none where it is allowed on `*` only, or does not exist."""
    service = action.partition(":")[0]
    return tuple(_kind(service, name.lower()) for name in (_find(action) or {}).get("Resources", ()))


def any_resource(kind: str, place: Place) -> tuple[str, ...]:
    """Return the ARNs of all resources of a kind."""
    return tuple(
        form.replace(".*", "*")
        .replace("${Partition}", place.partition)
        .replace("${Region}", place.region)
        .replace("${Account}", place.account)
        for form in _formats()[kind]
    )


def _find(action: str) -> Mapping[str, Any] | None:
    service, _, name = action.partition(":")
    found: Mapping[str, Any] | None = _services().get(service, {}).get("Actions", {}).get(name.lower())
    return found


def _kind(service: str, name: str) -> str:
    forms = _services()[service]["Resources"][name]["ARNFormats"]
    return f"{forms[0].split(':')[2]}:{name}"


@cache
def _services() -> Mapping[str, Any]:
    from cfnlint.data import AdditionalSpecs  # noqa: PLC0415 - it takes half a second, and rights that are remembered do not need it
    from cfnlint.helpers import load_resource  # noqa: PLC0415 - likewise

    services: dict[str, Any] = load_resource(AdditionalSpecs, "Policies.json")  # type: ignore[no-untyped-call]  # cfn-lint has not typed all
    return {
        prefix: {
            "Actions": service.get("Actions", {}),
            "Resources": {name.lower(): it for name, it in service.get("Resources", {}).items()},
        }
        for prefix, service in services.items()
    }


@cache
def _formats() -> Mapping[str, tuple[str, ...]]:
    return {
        _kind(prefix, name): tuple(it["ARNFormats"])
        for prefix, service in _services().items()
        for name, it in service["Resources"].items()
    }
