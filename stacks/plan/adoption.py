"""Repositories and log groups that a deployment adopts, and how they differ from their templates.

CloudFormation adopts an existing resource by its name, and does not promise to make it match the template: "we
recommend running drift detection on imported resources"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html). Later updates
compare templates, and find no difference. So both are compared with the real resources: before the deployment, after
it, and where a plan has no changes.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code, is_denied, is_unsupported
from stacks.cloudformation.changes import PropertyChange
from stacks.rendered.expressions import parse
from stacks.rendered.values import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from stacks.aws.session import Aws
    from stacks.cloudformation.changes import Change, StackChanges
    from stacks.rendered.rendered import Rendered

REPOSITORY, LOG_GROUP = "AWS::ECR::Repository", "AWS::Logs::LogGroup"
NAME_PROPERTIES = {REPOSITORY: "RepositoryName", LOG_GROUP: "LogGroupName"}
"""The property by which CloudFormation finds an existing resource."""
NOT_FOUND = frozenset({"RepositoryNotFoundException", "ResourceNotFoundException"})


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A property that differs from the template; a value of None is an absent property.

    `command` sets it to the expected value; "" if AWS cannot change it.
    """

    path: str
    found: Any
    expected: Any
    command: str


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """An existing resource that differs; where it could not be read, `unknown` says why."""

    path: str
    name: str
    differences: tuple[Difference, ...] = ()
    unknown: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The differences, and the commands that remove them."""
        if self.unknown:
            return (f"Whether {self.path} ({self.name}) matches the settings is not known: {self.unknown}.",)
        text = ", ".join(f"{it.path} is {_text(it.found)} and not {_text(it.expected)}" for it in self.differences)
        commands = [f"  {it.command}" for it in self.differences if it.command]
        fixed = [it.path for it in self.differences if not it.command]
        more = f" {' and '.join(fixed)} of an existing resource cannot be changed." if fixed else ""
        end = " To change it:" if commands else ""
        return (f"{self.path} ({self.name}) differs from the settings: {text}.{more}{end}", *commands)


def adopted_mismatches(aws: Aws, tree: StackChanges) -> tuple[Mismatch, ...]:
    """Return the adopted resources that differ from their templates."""
    imports = [(path, change) for path, change in tree.paths() if change.kind == "import" and change.new is not None]
    found = (_compared(aws, path, change.type, change.new or {}) for path, change in imports)
    return tuple(it for it in found if it is not None)


def existing_mismatches(aws: Aws, rendered: Rendered) -> tuple[Mismatch, ...]:
    """Return the existing resources that differ from the rendered templates."""
    found = (_compared(aws, path, kind, properties) for path, kind, properties in _declared(rendered))
    return tuple(it for it in found if it is not None)


def _declared(rendered: Rendered) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield path, type and properties of each repository and log group with a literal name."""
    for file, text in rendered.templates.items():
        module = file.removesuffix(".template.json").capitalize()
        for name, resource in json.loads(text)["Resources"].items():
            properties = resource.get("Properties", {})
            if isinstance(properties.get(NAME_PROPERTIES.get(resource["Type"], "")), str):
                yield f"{module}/{name}", resource["Type"], properties


def with_mismatches(tree: StackChanges, mismatches: tuple[Mismatch, ...]) -> StackChanges:
    """Return the tree with the differences of adopted resources as their changed properties."""
    by_path = {it.path: it for it in mismatches}
    return _annotated(tree, by_path, "")


def _annotated(tree: StackChanges, mismatches: Mapping[str, Mismatch], prefix: str) -> StackChanges:
    return replace(tree, changes=tuple(_annotated_change(change, mismatches, prefix) for change in tree.changes))


def _annotated_change(change: Change, mismatches: Mapping[str, Mismatch], prefix: str) -> Change:
    path = prefix + change.logical_id
    if change.nested is not None:
        return replace(change, nested=_annotated(change.nested, mismatches, f"{path}/"))
    if change.kind != "import" or change.type not in NAME_PROPERTIES:
        return change
    it = mismatches.get(path)
    if it is None:
        return replace(change, consequence="adopted; it matches the settings")
    properties = tuple(PropertyChange(path=d.path, before=d.found, after=d.expected) for d in it.differences)
    words = (
        "adopted; it may keep its differences: see above"
        if it.differences
        else "adopted; whether it matches is not known"
    )
    return replace(change, consequence=words, properties=properties)


def _compared(aws: Aws, path: str, kind: str, properties: Mapping[str, Any]) -> Mismatch | None:
    """Return how the resource of this name differs from these properties; None if it does not, or does not exist."""
    read = READERS.get(kind)
    name = properties.get(NAME_PROPERTIES.get(kind, ""))
    if read is None or not isinstance(name, str):
        return None
    try:
        live = read(aws, name)
    except ClientError as error:
        if error_code(error) in NOT_FOUND:
            return None
        if not is_denied(error) and not is_unsupported(error):
            raise
        return Mismatch(path=path, name=name, unknown=f"{error.operation_name} is not allowed")
    found = tuple(
        Difference(path=it, found=live[it], expected=expected, command=_command(it, name, expected))
        for it, expected in _expected(kind, properties).items()
        if live and expected != live[it]
    )
    return Mismatch(path=path, name=name, differences=found) if found else None


def _expected(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties to compare, with the values that the template has as literals."""
    if kind == LOG_GROUP:
        found: dict[str, Any] = {"RetentionInDays": properties.get("RetentionInDays")}
    else:
        text = properties.get("LifecyclePolicy", {}).get("LifecyclePolicyText")
        found = {
            "ImageTagMutability": properties.get("ImageTagMutability", "MUTABLE"),
            "ImageScanningConfiguration.ScanOnPush": _flag(
                properties.get("ImageScanningConfiguration", {}).get("ScanOnPush", False)
            ),
            "EncryptionConfiguration.EncryptionType": properties.get("EncryptionConfiguration", {}).get(
                "EncryptionType", "AES256"
            ),
            "LifecyclePolicy": json.loads(text) if isinstance(text, str) else text,
        }
    return {name: value for name, value in found.items() if not parts(value) and parse(value) is None}


def _flag(value: object) -> bool:
    return str(value).lower() == "true"


def _repository(aws: Aws, name: str) -> dict[str, Any]:
    (found,) = aws.ecr.describe_repositories(repositoryNames=[name])["repositories"]
    try:
        policy = json.loads(aws.ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"])
    except ClientError as error:
        if error_code(error) != "LifecyclePolicyNotFoundException":
            raise
        policy = None
    return {
        "ImageTagMutability": found.get("imageTagMutability", "MUTABLE"),
        "ImageScanningConfiguration.ScanOnPush": found.get("imageScanningConfiguration", {}).get("scanOnPush", False),
        "EncryptionConfiguration.EncryptionType": found.get("encryptionConfiguration", {}).get(
            "encryptionType", "AES256"
        ),
        "LifecyclePolicy": policy,
    }


def _log_group(aws: Aws, name: str) -> dict[str, Any]:
    """Return the properties of the log group; {} if it does not exist."""
    groups = aws.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return next(({"RetentionInDays": it.get("retentionInDays")} for it in groups if it["logGroupName"] == name), {})


READERS: Mapping[str, Callable[[Aws, str], dict[str, Any]]] = {REPOSITORY: _repository, LOG_GROUP: _log_group}


def _command(path: str, name: str, expected: object) -> str:
    """Return the AWS CLI command that sets the property; "" if it cannot be changed."""
    match path:
        case "RetentionInDays":
            return f"aws logs put-retention-policy --log-group-name {name} --retention-in-days {expected}"
        case "ImageTagMutability":
            return f"aws ecr put-image-tag-mutability --repository-name {name} --image-tag-mutability {expected}"
        case "ImageScanningConfiguration.ScanOnPush":
            set_to = f"scanOnPush={json.dumps(expected)}"
            command = f"aws ecr put-image-scanning-configuration --repository-name {name}"
            return f"{command} --image-scanning-configuration {set_to}"
        case "LifecyclePolicy":
            text = shlex.quote(json.dumps(expected, sort_keys=True))
            return f"aws ecr put-lifecycle-policy --repository-name {name} --lifecycle-policy-text {text}"
        case _:
            return ""


def _text(value: object) -> str:
    """Return a value as a message shows it."""
    return "none" if value is None else value if isinstance(value, str) else json.dumps(value, sort_keys=True)
