"""What a deployment adopts, a repository or a log group of the name that exists already, and how it differs.

CloudFormation takes it over by its name, and does not promise to make of it what the template says: "we recommend
running drift detection on imported resources"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html). Later updates
compare templates, and find no difference. So both are compared with what is there: before, afterwards, and where a plan
finds nothing to change.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from stacks.aws.session import ClientError, error_code, is_denied, is_unsupported
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
"""The property by which CloudFormation finds one that exists."""
NOT_FOUND = frozenset({"RepositoryNotFoundException", "ResourceNotFoundException"})


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One property that is not as the template says; None is that there is none.

    `command` makes it so, "" where nothing can.
    """

    path: str
    found: Any
    wanted: Any
    command: str


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """A resource that is there and differs; `unknown` is why it could not be looked at, then without differences."""

    path: str
    name: str
    differences: tuple[Difference, ...] = ()
    unknown: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """What differs, and what to type."""
        if self.unknown:
            return (f"Whether {self.path} ({self.name}) is what the settings say is not known: {self.unknown}.",)
        told = ", ".join(f"{it.path} is {_told(it.found)} and not {_told(it.wanted)}" for it in self.differences)
        commands = [f"  {it.command}" for it in self.differences if it.command]
        fixed = [it.path for it in self.differences if not it.command]
        more = f" {' and '.join(fixed)} of one that exists cannot be changed." if fixed else ""
        end = " To make it so:" if commands else ""
        return (f"{self.path} ({self.name}) is not what the settings say: {told}.{more}{end}", *commands)


def adopted_mismatches(aws: Aws, tree: StackChanges) -> tuple[Mismatch, ...]:
    """Return how adopted resources differ from their templates."""
    imports = [(path, change) for path, change in tree.paths() if change.kind == "import" and change.new is not None]
    found = (_compared(aws, path, change.type, change.new or {}) for path, change in imports)
    return tuple(it for it in found if it is not None)


def existing_mismatches(aws: Aws, rendered: Rendered) -> tuple[Mismatch, ...]:
    """Return how existing resources differ from the rendered tree, where CloudFormation finds nothing to change."""
    found = (_compared(aws, path, kind, properties) for path, kind, properties in _declared(rendered))
    return tuple(it for it in found if it is not None)


def _declared(rendered: Rendered) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Repositories and log groups with a literal name: path, type, properties."""
    for file, text in rendered.templates.items():
        module = file.removesuffix(".template.json").capitalize()
        for name, resource in json.loads(text)["Resources"].items():
            properties = resource.get("Properties", {})
            if isinstance(properties.get(NAME_PROPERTIES.get(resource["Type"], "")), str):
                yield f"{module}/{name}", resource["Type"], properties


def with_mismatches(tree: StackChanges, unlike: tuple[Mismatch, ...]) -> StackChanges:
    """Return the tree in which adopted resources have their differences as properties."""
    by_path = {it.path: it for it in unlike}
    return _shown(tree, by_path, "")


def _shown(tree: StackChanges, unlike: Mapping[str, Mismatch], prefix: str) -> StackChanges:
    return replace(tree, changes=tuple(_told_of(change, unlike, prefix) for change in tree.changes))


def _told_of(change: Change, unlike: Mapping[str, Mismatch], prefix: str) -> Change:
    path = prefix + change.logical_id
    if change.nested is not None:
        return replace(change, nested=_shown(change.nested, unlike, f"{path}/"))
    if change.kind != "import" or change.type not in NAME_PROPERTIES:
        return change
    it = unlike.get(path)
    if it is None:
        return replace(change, consequence="adopted; it is what the settings say")
    properties = tuple(PropertyChange(path=d.path, before=d.found, after=d.wanted) for d in it.differences)
    words = "adopted, perhaps as it is: see above" if it.differences else "adopted; whether it fits is not known"
    return replace(change, consequence=words, properties=properties)


def _compared(aws: Aws, path: str, kind: str, properties: Mapping[str, Any]) -> Mismatch | None:
    """Return how what has the name differs from these properties; None where it does not, or is not there."""
    look = READERS.get(kind)
    name = properties.get(NAME_PROPERTIES.get(kind, ""))
    if look is None or not isinstance(name, str):
        return None
    try:
        live = look(aws, name)
    except ClientError as error:
        if error_code(error) in NOT_FOUND:
            return None
        if not is_denied(error) and not is_unsupported(error):
            raise
        return Mismatch(path=path, name=name, unknown=f"{error.operation_name} is not allowed")
    found = tuple(
        Difference(path=it, found=live[it], wanted=wanted, command=_command(it, name, wanted))
        for it, wanted in _wanted(kind, properties).items()
        if live and wanted != live[it]
    )
    return Mismatch(path=path, name=name, differences=found) if found else None


def _wanted(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that are compared: those that the template states."""
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
    """{} where there is none of exactly this name."""
    groups = aws.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return next(({"RetentionInDays": it.get("retentionInDays")} for it in groups if it["logGroupName"] == name), {})


READERS: Mapping[str, Callable[[Aws, str], dict[str, Any]]] = {REPOSITORY: _repository, LOG_GROUP: _log_group}


def _command(path: str, name: str, wanted: object) -> str:
    """Return the AWS CLI's command that sets it; "" where AWS has none for one that exists."""
    match path:
        case "RetentionInDays":
            return f"aws logs put-retention-policy --log-group-name {name} --retention-in-days {wanted}"
        case "ImageTagMutability":
            return f"aws ecr put-image-tag-mutability --repository-name {name} --image-tag-mutability {wanted}"
        case "ImageScanningConfiguration.ScanOnPush":
            set_to = f"scanOnPush={json.dumps(wanted)}"
            command = f"aws ecr put-image-scanning-configuration --repository-name {name}"
            return f"{command} --image-scanning-configuration {set_to}"
        case "LifecyclePolicy":
            text = shlex.quote(json.dumps(wanted, sort_keys=True))
            return f"aws ecr put-lifecycle-policy --repository-name {name} --lifecycle-policy-text {text}"
        case _:
            return ""


def _told(value: object) -> str:
    """Return a value in a few words."""
    return "none" if value is None else value if isinstance(value, str) else json.dumps(value, sort_keys=True)
