"""Name conflicts: an update cannot succeed if a new resource needs the name of an old one.

CloudFormation creates the replacement first. It deletes replaced and removed resources after the whole tree has been
updated, so the old resource has its name until then.
https://repost.aws/knowledge-center/cloudformation-custom-name
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import DENIED, ClientError, error_code
from stacks.errors import Code, UserError
from stacks.plan.replacements import ResourcePair, StackPair
from stacks.plan.target_group_moves import refuse_moved_target_groups
from stacks.plan.unique import Key, unique_key
from templates.partitions import partition_of
from templates.resource_types import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.plan.current_tree import CurrentStack
    from stacks.rendered.tree import Module
    from stacks.request.parameters import Chosen

REPOSITORY, NAME = "AWS::ECR::Repository", "RepositoryName"
BESIDE = "Deploy a second environment or project, move the users to it, and then destroy this one."


@dataclass(frozen=True, kw_only=True)
class NameConflict:
    """A resource that cannot be created, because `holder` has its name; `why` are the properties that replace it."""

    path: str
    key: Key
    holder: str
    why: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """The resource type."""
        return self.key[0]

    def __str__(self) -> str:
        what = f"{record(self.type).noun or self.type} {self.key[-1]} ({self.path})"
        if self.why:
            return f"{what} would be replaced, because of {' and '.join(self.why)}"
        return f"{what} belongs to {self.holder} until this deployment is complete"


def check_name_conflicts(
    aws: Aws, tree: Module, chosen: Chosen, existing: Stack | None, current: CurrentStack | None
) -> str:
    """Raise UserError with all name conflicts; return a note on what is not known, or "".

    `current` is the tree of the stack `existing`; a new stack has no conflicts.
    """
    if existing is None or current is None:
        return ""
    if not current.is_known:
        return "Whether a replacement has a name conflict is not known: a deployed template cannot be read"
    new = {name: existing.parameters.get(name) if value is None else value for name, value in chosen.values.items()}
    pairs = list(StackPair(aws.region, (current, existing.parameters), (tree, new)).pairs())
    if found := find_name_conflicts(aws.region, pairs):
        raise _refusal(found)
    refuse_moved_target_groups(pairs)
    for pair in pairs:
        _refuse_existing_repository(aws, pair)
    return ""


def _refuse_existing_repository(aws: Aws, pair: ResourcePair) -> None:
    """Raise UserError if the replacement of a repository exists already.

    CloudFormation adopts an existing resource that a template adds, but not one that replaces another
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html).
    """
    if pair.before is None or pair.after is None or pair.after.type != REPOSITORY or NAME not in pair.why:
        return
    old, new = pair.before.properties.get(NAME), pair.after.properties.get(NAME)
    if not isinstance(new, str) or not _exists(aws, new):
        return
    address = f"{aws.account_id}.dkr.ecr.{aws.region}.{partition_of(aws.region).suffix}/{old}"
    raise UserError(
        f"repository {new}",
        f"it exists already, and CloudFormation does not adopt it as the replacement of {old} ({pair.path})",
        "Deploy twice, so that both keep their images: once with [ecs] image = "
        f'"{address}", and once without. Or set another [ecr] repository_name.',
        code=Code.REPLACEMENT,
    )


def _exists(aws: Aws, repository: str) -> bool:
    """Whether the repository exists; False if the caller may not read it."""
    try:
        return bool(aws.ecr.describe_repositories(repositoryNames=[repository])["repositories"])
    except ClientError as error:
        if error_code(error) not in {"RepositoryNotFoundException", *DENIED}:
            raise
        return False


def find_name_conflicts(region: str, pairs: Sequence[ResourcePair]) -> tuple[NameConflict, ...]:
    """Return the resources that cannot be created or changed while the old ones exist."""
    changing = [
        it for it in pairs if it.after is not None and (it.before is None or it.why or _changes_key(region, it))
    ]
    types = {it.after.type for it in changing if it.after is not None}
    held: dict[Key, str] = {}
    for it in pairs:
        if it.before is not None and it.before.type in types and (key := unique_key(region, it.before)):
            held.setdefault(key, it.path)
    found = []
    for it in changing:
        key = unique_key(region, it.after) if it.after else None
        if key in held and (it.why or held[key] != it.path):
            found.append(
                NameConflict(path=it.path, key=key, holder=held[key], why=it.why if held[key] == it.path else ())
            )
    return tuple(found)


def _changes_key(region: str, pair: ResourcePair) -> bool:
    """Whether a resource gets another key by an update in place."""
    if pair.before is None or pair.after is None or pair.before.properties == pair.after.properties:
        return False
    return unique_key(region, pair.before) != unique_key(region, pair.after)


def _refusal(found: Iterable[NameConflict]) -> UserError:
    remedies = dict.fromkeys(record(it.type).remedy or BESIDE for it in found)
    why = "; ".join(map(str, found))
    reason = "CloudFormation creates the new resource before it deletes the old one, and both cannot have the same name"
    return UserError(
        "name conflicts", f"{why}. {reason}", "\n".join(["Nothing was changed.", *remedies]), code=Code.REPLACEMENT
    )
