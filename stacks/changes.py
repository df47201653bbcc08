"""What a change set would do: a frozen tree of changes, one level for each nested stack."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from stacks import deployed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_cloudformation.type_defs import ChangeTypeDef, DescribeChangeSetOutputTypeDef

    from stacks.aws import Aws

Kind = Literal["add", "change", "replace", "remove", "import"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One resource that is changed.

    `action` and `replacement` are CloudFormation's words (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html),
    `details` its account of what causes the change, as it came. `nested` is what happens inside a nested stack.
    """

    action: str
    logical_id: str
    type: str
    physical_id: str = ""
    replacement: str = ""
    details: tuple[Mapping[str, Any], ...] = ()
    nested: StackChanges | None = None

    @property
    def kind(self) -> Kind:
        """What happens, as Terraform groups it. A conditional replacement counts as a change: it may never come."""
        match self.action:
            case "Add":
                return "add"
            case "Remove":
                return "remove"
            case "Import":
                return "import"
            case _:
                return "replace" if self.replacement == "True" else "change"


@dataclass(frozen=True, kw_only=True)
class StackChanges:
    """The changes of one stack, in CloudFormation's order."""

    stack_id: str
    changes: tuple[Change, ...] = ()

    def resources(self) -> Iterator[Change]:
        """The changes of this stack and all stacks in it, without the nested stacks themselves.

        A nested stack of which CloudFormation does not tell more stands for what is in it.
        """
        for change in self.changes:
            if change.nested is not None:
                yield from change.nested.resources()
            else:
                yield change

    def count(self) -> Mapping[Kind, int]:
        """How many resources of the whole tree are added, changed, replaced, removed, imported."""
        kinds = [change.kind for change in self.resources()]
        names: tuple[Kind, ...] = ("add", "change", "replace", "remove", "import")
        return {kind: kinds.count(kind) for kind in names}


def read(aws: Aws, change_set_id: str, stack_name: str | None = None) -> StackChanges:
    """The tree of a change set, all pages of it and of the nested ones."""
    pages = describe(aws, change_set_id, stack_name)
    first = next(pages)
    changes = (item for page in itertools.chain([first], pages) for item in page.get("Changes", []))
    return StackChanges(stack_id=first["StackId"], changes=tuple(_change(aws, item) for item in changes))


def describe(aws: Aws, change_set: str, stack_name: str | None = None) -> Iterator[DescribeChangeSetOutputTypeDef]:
    """The pages of one change set, given by its id, or by its name and its stack's."""
    wanted: dict[str, Any] = {"ChangeSetName": change_set} | ({"StackName": stack_name} if stack_name else {})
    token: str | None = None
    while token != "":
        page = aws.cloudformation.describe_change_set(**wanted | ({"NextToken": token} if token else {}))
        yield page
        token = page.get("NextToken", "")


def _change(aws: Aws, item: ChangeTypeDef) -> Change:
    found = item["ResourceChange"]
    change_set_id = found.get("ChangeSetId")
    nested = read(aws, change_set_id) if change_set_id else None
    if nested is None and found["ResourceType"] == deployed.NESTED_STACK and found["Action"] == "Remove":
        nested = _removed(aws, found["PhysicalResourceId"])
    return Change(
        action=found["Action"],
        logical_id=found["LogicalResourceId"],
        type=found["ResourceType"],
        physical_id=found.get("PhysicalResourceId", ""),
        replacement=found.get("Replacement", ""),
        details=tuple(found.get("Details", [])),
        nested=nested,
    )


def _removed(aws: Aws, stack_id: str) -> StackChanges:
    """A nested stack that goes has no change set of its own: what goes with it is what it holds now."""
    gone = [resource for resource in deployed.resources(aws, stack_id) if resource.is_there]
    return StackChanges(
        stack_id=stack_id,
        changes=tuple(
            Change(
                action="Remove",
                logical_id=resource.logical_id,
                type=resource.type,
                physical_id=resource.physical_id,
                nested=_removed(aws, resource.physical_id) if resource.is_stack else None,
            )
            for resource in gone
        ),
    )
