"""An update that cannot succeed, because something new would have what something old has until the update is over.

CloudFormation makes what replaces a resource first, and deletes what is replaced or removed when all has succeeded, in
the whole tree. Until then its name is taken, by itself.
https://repost.aws/knowledge-center/cloudformation-custom-name
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.session import DENIED, ClientError, error_code
from stacks.errors import Code, UserError
from stacks.plan.replacements import ResourcePair, StackPair
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
BESIDE = (
    "Deploy it beside this one, under another project or environment, lead the users there, and destroy this one then."
)


@dataclass(frozen=True, kw_only=True)
class NameConflict:
    """A resource that cannot be made, because `holder` has what it would have; `why` are the properties to blame."""

    path: str
    key: Key
    holder: str
    why: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """Its type."""
        return self.key[0]

    def __str__(self) -> str:
        what = f"{record(self.type).noun or self.type} {self.key[-1]} ({self.path})"
        if self.why:
            return f"{what} would be replaced, because of {' and '.join(self.why)}"
        return f"{what} is {self.holder} until this deployment is over"


def check_name_conflicts(
    aws: Aws, tree: Module, chosen: Chosen, existing: Stack | None, there: CurrentStack | None
) -> str:
    """Raise UserError, naming everything that is in its own way; give what could not be found out, or "".

    `there` is the tree of the stack `existing`; without one nothing is in the way.
    """
    if existing is None or there is None:
        return ""
    if not there.is_known:
        return "Whether a name is in the way of its own replacement is not known: a deployed template cannot be read"
    new = {name: existing.parameters.get(name) if value is None else value for name, value in chosen.values.items()}
    level = StackPair(aws.region, (there, existing.parameters), (tree, new))
    pairs = list(level.pairs())
    if found := find_name_conflicts(aws.region, pairs):
        raise _refusal(found)
    for pair in pairs:
        _refuse_left(aws, pair)
    return ""


def _refuse_left(aws: Aws, pair: ResourcePair) -> None:
    """Raise UserError for a repository that takes the place of another one, and is there already.

    CloudFormation takes over what a template adds, and not what replaces something
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html).
    """
    if pair.before is None or pair.after is None or pair.after.type != REPOSITORY or NAME not in pair.why:
        return
    old, new = pair.before.properties.get(NAME), pair.after.properties.get(NAME)
    if not isinstance(new, str) or not _is_there(aws, new):
        return
    address = f"{aws.account_id}.dkr.ecr.{aws.region}.{partition_of(aws.region).suffix}/{old}"
    raise UserError(
        f"repository {new}",
        f"it is there already, from before, and in the place of {old} ({pair.path}) CloudFormation takes none over",
        "Two deployments bring it back, in which both keep their images: one with [ecs] image = "
        f'"{address}", and one without. Or set another [ecr] repository_name.',
        code=Code.REPLACEMENT,
    )


def _is_there(aws: Aws, repository: str) -> bool:
    """Whether there is such a repository; not where nobody may look."""
    try:
        return bool(aws.ecr.describe_repositories(repositoryNames=[repository])["repositories"])
    except ClientError as error:
        if error_code(error) not in {"RepositoryNotFoundException", *DENIED}:
            raise
        return False


def find_name_conflicts(region: str, pairs: Sequence[ResourcePair]) -> tuple[NameConflict, ...]:
    """Return what cannot be made or changed while what is there is there."""
    wanting = [it for it in pairs if it.after is not None and (it.before is None or it.why or _moves(region, it))]
    types = {it.after.type for it in wanting if it.after is not None}
    held: dict[Key, str] = {}
    for it in pairs:
        if it.before is not None and it.before.type in types and (key := unique_key(region, it.before)):
            held.setdefault(key, it.path)
    found = []
    for it in wanting:
        key = unique_key(region, it.after) if it.after else None
        if key in held and (it.why or held[key] != it.path):
            found.append(
                NameConflict(path=it.path, key=key, holder=held[key], why=it.why if held[key] == it.path else ())
            )
    return tuple(found)


def _moves(region: str, pair: ResourcePair) -> bool:
    """Whether a resource is changed in place, and gets another key."""
    if pair.before is None or pair.after is None or pair.before.properties == pair.after.properties:
        return False
    return unique_key(region, pair.before) != unique_key(region, pair.after)


def _refusal(found: Iterable[NameConflict]) -> UserError:
    ways = dict.fromkeys(record(it.type).remedy or BESIDE for it in found)
    why = "; ".join(map(str, found))
    reason = "CloudFormation makes what is new before it deletes what is old, and two of one name cannot be"
    return UserError(
        "names that stay", f"{why}. {reason}", "\n".join(["Nothing was changed.", *ways]), code=Code.REPLACEMENT
    )
