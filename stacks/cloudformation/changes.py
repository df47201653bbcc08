"""What a change set would do: a frozen tree of changes, one level for each nested stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from stacks.aws.consistency import retry_while_empty
from stacks.cloudformation.stack import is_retained, stack_resources, stack_template
from stacks.rendered.names import NESTED_STACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from types_boto3_cloudformation.type_defs import ChangeTypeDef, DescribeChangeSetOutputTypeDef

    from stacks.aws.session import Aws

Kind = Literal["add", "change", "replace", "remove", "import"]
Certainty = Literal["certain", "depends", "unproven", "none"]
"""How sure a change is: certain; it comes if another one does; CloudFormation says so and nothing proves or disproves
it; proven not to come."""
SERVICE = "AWS::ECS::Service"
DEPLOYING = frozenset({
    "ForceNewDeployment",
    "LoadBalancers",
    "NetworkConfiguration",
    "PlatformVersion",
    "ServiceConnectConfiguration",
    "ServiceRegistries",
    "TaskDefinition",
    "VolumeConfigurations",
    "VpcLatticeConfigurations",
})  # fmt: skip
"""Properties of a service whose change replaces its tasks
(https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html)."""
Recreation = Literal["no", "maybe", "yes"]


@dataclass(frozen=True, kw_only=True)
class PropertyChange:
    """One changed property, by the path that a person would use; a value is None where there is none.

    Values are JSON; what CloudFormation fills in later is text such as `${Service.Name}`. `causes` are the resources
    on which it depends, as paths in the tree. `recreates`: whether it has the resource replaced.
    """

    path: str
    before: Any = None
    after: Any = None
    certainty: Certainty = "certain"
    causes: tuple[str, ...] = ()
    recreates: Recreation = "no"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One resource that is changed.

    `action` and `replacement` are CloudFormation's words (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html),
    `details` its account of what causes the change, as it came; `policy` is what becomes of what is there now
    (`Delete`, `Retain`, `ReplaceAndRetain`, ...). `nested` is what happens inside a nested stack. `causes` are the
    resources on whose changes this one depends, as paths in the tree; `consequence` says what it means for what runs.
    `old` and `new` are the properties of a modified resource by both templates, None where these are not known; one
    that is imported has `new` only.
    """

    action: str
    logical_id: str
    type: str
    physical_id: str = ""
    replacement: str = ""
    details: tuple[Mapping[str, Any], ...] = ()
    policy: str = ""
    nested: StackChanges | None = None
    properties: tuple[PropertyChange, ...] = ()
    certainty: Certainty = "certain"
    causes: tuple[str, ...] = ()
    consequence: str = ""
    old: Mapping[str, Any] | None = None
    new: Mapping[str, Any] | None = None

    @property
    def replaces_tasks(self) -> bool:
        """Whether a service that changes in place deploys anew; yes where what changes in it is not known.

        A nonce that is removed forces nothing.
        """
        named = [(item.path.split(".")[0].split("[")[0], item.after) for item in self.properties]
        starting = (name for name, after in named if name != "ForceNewDeployment" or after is not None)
        return self.type == SERVICE and (not named or not DEPLOYING.isdisjoint(starting))

    @property
    def starts_tasks(self) -> bool:
        """Whether a service that changes in place waits for tasks: for new ones, or for another number of them."""
        count = next((item for item in self.properties if item.path == "DesiredCount"), None)
        return self.replaces_tasks or (self.type == SERVICE and count is not None and count.after is not None)

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
    """The changes of one stack, in CloudFormation's order; `change_set_id` is "" for a stack that has none."""

    stack_id: str
    changes: tuple[Change, ...] = ()
    change_set_id: str = ""

    def resources(self) -> Iterator[Change]:
        """Return the changes of this stack and all stacks in it, without the nested stacks themselves.

        A nested stack of which CloudFormation does not tell more stands for what is in it.
        """
        return (change for _, change in self.paths())

    def paths(self, prefix: str = "") -> Iterator[tuple[str, Change]]:
        """Yield the same with their paths in the tree, such as `Ecs/Service`."""
        for change in self.changes:
            path = prefix + change.logical_id
            if change.nested is not None:
                yield from change.nested.paths(f"{path}/")
            else:
                yield path, change

    def count(self) -> Mapping[Kind, int]:
        """Return how many resources of the whole tree are added, changed, replaced, removed, imported.

        What is proven not to change is not counted.
        """
        kinds = [change.kind for change in self.resources() if change.certainty != "none"]
        names: tuple[Kind, ...] = ("add", "change", "replace", "remove", "import")
        return {kind: kinds.count(kind) for kind in names}


def read_changes(aws: Aws, change_set_id: str, stack_name: str | None = None) -> StackChanges:
    """Return the tree of a change set, all pages of it and of the nested ones."""
    pages = retry_while_empty(lambda: list(describe_change_set(aws, change_set_id, stack_name)), _is_full)
    found = tuple(_change(aws, item) for page in pages for item in page.get("Changes", []))
    return StackChanges(stack_id=pages[0]["StackId"], change_set_id=pages[0].get("ChangeSetId", ""), changes=found)


def _is_full(pages: Sequence[DescribeChangeSetOutputTypeDef]) -> bool:
    """Whether a change set that can be executed has changes; one that failed has none."""
    return pages[0]["Status"] != "CREATE_COMPLETE" or any(page.get("Changes") for page in pages)


def describe_change_set(
    aws: Aws, change_set: str, stack_name: str | None = None, *, values: bool = False
) -> Iterator[DescribeChangeSetOutputTypeDef]:
    """Yield the pages of one change set, given by its id, or by its name and its stack's.

    `values` asks for old and new values, too; CloudFormation then leaves out changes of which it cannot tell them
    (https://github.com/aws/aws-cdk-cli/issues/1780).
    """
    wanted: dict[str, Any] = {"ChangeSetName": change_set} | ({"StackName": stack_name} if stack_name else {})
    if values:
        wanted["IncludePropertyValues"] = True
    token: str | None = None
    while token != "":
        page = aws.cloudformation.describe_change_set(**wanted | ({"NextToken": token} if token else {}))
        yield page
        token = page.get("NextToken", "")


def _change(aws: Aws, item: ChangeTypeDef) -> Change:
    found = item["ResourceChange"]
    change_set_id = found.get("ChangeSetId")
    nested = read_changes(aws, change_set_id) if change_set_id else None
    if nested is None and found["ResourceType"] == NESTED_STACK and found["Action"] == "Remove":
        nested = _removed(aws, found["PhysicalResourceId"])
    return Change(
        action=found["Action"],
        logical_id=found["LogicalResourceId"],
        type=found["ResourceType"],
        physical_id=found.get("PhysicalResourceId", ""),
        replacement=found.get("Replacement", ""),
        details=tuple(found.get("Details", [])),
        policy=found.get("PolicyAction", ""),
        nested=nested,
    )


def _removed(aws: Aws, stack_id: str) -> StackChanges:
    """Return what goes with a nested stack: it has no change set of its own, so all that it holds now."""
    declared = stack_template(aws, stack_id)
    gone = [resource for resource in stack_resources(aws, stack_id) if resource.is_there]
    return StackChanges(
        stack_id=stack_id,
        changes=tuple(
            Change(
                action="Remove",
                logical_id=resource.logical_id,
                type=resource.type,
                physical_id=resource.physical_id,
                policy="Retain" if is_retained(declared, resource.logical_id) else "Delete",
                nested=_removed(aws, resource.physical_id) if resource.is_stack else None,
            )
            for resource in gone
        ),
    )
