"""What an import names: the keys of an identifier, the resource behind it, and the stack that may have it already."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, provisioners

from sandbox.extension import cloudformation_api as api
from sandbox.extension.cloudformation import child_stacks, create_only
from sandbox.extension.cloudformation.operation import STACK
from sandbox.extension.reading import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.extension.untyped import Made, Properties, Record


def install() -> None:
    """Let every type with a reader be imported."""
    stock_types = frozenset(changesets._IMPORT_LOOKUPS)
    for resource_type in registry.READERS:
        keys = registry.identifier_keys(resource_type)
        known = changesets._IMPORT_LOOKUPS.get(resource_type)
        changesets._IMPORT_LOOKUPS[resource_type] = (keys, known[1] if known else partial(_problem, resource_type))
        provisioners._RESOURCE_HANDLERS.setdefault(resource_type, {})["import"] = partial(_adopt, resource_type)
    stock_change: Callable[[Record], Record] = changesets._import_change
    stock_owner: Callable[[list[Record]], str | None] = changesets._import_owner
    stock_existing: Callable[[list[Record], Record], list[Record]] = changesets._existing_resources

    def change(entry: Record) -> Record:
        found = stock_change(entry)
        if entry["ResourceType"] in registry.READERS:
            found["ResourceChange"]["PhysicalResourceId"] = physical_id_of(entry)
        return found

    def owner(entries: list[Record]) -> str | None:
        others = [entry for entry in entries if entry["ResourceType"] not in registry.READERS]
        return _owner([entry for entry in entries if entry not in others]) or stock_owner(others)

    def existing(changes: list[Record], template: Record) -> list[Record]:
        return [entry for entry in stock_existing(changes, template) if _has_own_name(entry, stock_types)]

    changesets._import_change, changesets._import_owner = change, owner
    changesets._existing_resources = existing


def identifier_of(entry: Record) -> tuple[str, ...]:
    """Return the identifier of a resource to import, in the order of the schema."""
    given = entry["ResourceIdentifier"]
    return tuple(given[key] for key in changesets._IMPORT_LOOKUPS[entry["ResourceType"]][0])


def physical_id_of(entry: Record) -> str:
    """Return the physical id that a resource to import will have."""
    return registry.READERS[entry["ResourceType"]].physical_id(*identifier_of(entry))


def record_of(entry: Record) -> Record:
    """Return the record that a resource to import will have, as far as references to it need it."""
    record = {"ResourceType": entry["ResourceType"], "PhysicalResourceId": "", "Properties": {}, "Attributes": {}}
    if entry["ResourceType"] in registry.READERS:
        record["PhysicalResourceId"], record["Attributes"] = _adopt(entry["ResourceType"], entry["ResourceIdentifier"])
    if entry["ResourceType"] == STACK:
        record["Attributes"] = child_stacks.outputs(api.find_stack(entry["ResourceIdentifier"]["StackId"]) or {})
    return record


def fixed_properties(entry: Record) -> Properties:
    """Return those properties of the resource that cannot be changed, with its values; {} if it cannot be read here."""
    resource_type = entry["ResourceType"]
    if resource_type not in registry.READERS:
        return {}
    live = registry.read(resource_type, identifier_of(entry)) or {}
    fixed = create_only.paths(resource_type, "createOnlyProperties")
    return {path[0]: live[path[0]] for path in fixed if len(path) == 1 and path[0] in live}


def _problem(resource_type: str, *identifier: str) -> str | None:
    if registry.read(resource_type, identifier) is not None:
        return None
    found: str = changesets._IMPORT_NOT_FOUND.format(type=resource_type, value="|".join(identifier))
    return found


def _adopt(resource_type: str, given: Record) -> Made:
    entry = {"ResourceType": resource_type, "ResourceIdentifier": given}
    properties = registry.read(resource_type, identifier_of(entry)) or {}
    return physical_id_of(entry), registry.attributes(resource_type, properties)


def _owner(entries: list[Record]) -> str | None:
    """Return why the change set fails: a stack has one of the resources already; None if no stack has any."""
    for entry in entries:
        wanted = physical_id_of(entry)
        for stack, record in _records(entry["ResourceType"]):
            if record.get("PhysicalResourceId") == wanted:
                return f"{'|'.join(identifier_of(entry))} already exists in stack {stack['StackId']}"
    return None


def _records(resource_type: str) -> Iterator[tuple[Record, Record]]:
    for stack in cloudformation._stacks.values():
        if stack["StackStatus"] != "DELETE_COMPLETE":
            for record in stack.get("_resources", {}).values():
                if record.get("ResourceType") == resource_type:
                    yield stack, record


def _has_own_name(entry: Record, stock_types: frozenset[str]) -> bool:
    """Whether `ImportExistingResources` finds resources of this type: only those that the template names.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
    """
    keys = tuple(entry["ResourceIdentifier"])
    return entry["ResourceType"] in stock_types or (len(keys) == 1 and keys[0].endswith("Name"))
