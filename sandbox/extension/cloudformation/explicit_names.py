"""CloudFormation does not replace a resource under a name that stays: it creates the new one before it deletes the old.

https://repost.aws/knowledge-center/cloudformation-custom-name
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import provisioners

from sandbox.extension.cloudformation import create_only

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Properties

SCOPES = {"AWS::EC2::SecurityGroup": ("VpcId",)}
"""Properties within whose value a name is unique, for types whose schema does not include that."""
TAKEN_OVER = frozenset({"AWS::ApplicationAutoScaling::ScalingPolicy"})
"""Types of which a create under an existing name changes the existing resource."""


def install() -> None:
    """Decide by the schemas instead of ministack's own table, for every type that has a schema."""
    stock: Callable[..., str | None] = provisioners._custom_named_replacement_error

    def error(resource_type: str, old: Properties, new: Properties, physical_id: str = "") -> str | None:
        if not create_only.is_known(resource_type):
            return stock(resource_type, old, new, physical_id)
        if not provisioners._replacing_change(resource_type, old, new) or not _keeps_name(resource_type, old, new):
            return None
        return (
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
            f"Rename {physical_id} and update the stack again."
        )

    provisioners._custom_named_replacement_error = error


def _keeps_name(resource_type: str, before: Properties, after: Properties) -> bool:
    """Whether the template names the resource, and the name stays."""
    if resource_type in TAKEN_OVER:
        return False
    identifier = create_only.paths(resource_type, "primaryIdentifier")
    read_only = create_only.paths(resource_type, "readOnlyProperties")
    written = [path[0] for path in identifier if path not in read_only]
    fixed = create_only.paths(resource_type, "createOnlyProperties")
    called = [path[0] for path in fixed if len(path) == 1 and _is_name(resource_type, path[0])]
    if len(written) < len(identifier) and not called:
        return False
    if any(name not in before for name in called):
        return False
    names = [*called, *written, *SCOPES.get(resource_type, ())]
    return any(name in before for name in names) and all(before.get(name) == after.get(name) for name in names)


def _is_name(resource_type: str, name: str) -> bool:
    """Whether a property is the name of the resource itself, as `Name` is, or `TopicName` of a `Topic`."""
    return name.endswith("Name") and resource_type.rpartition("::")[2].endswith(name.removesuffix("Name"))
