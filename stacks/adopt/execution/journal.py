"""The journal of a takeover: one object in the artifact bucket, from which an interrupted one goes on.

Its writes are conditional, so that of two people who execute at once only one goes on
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). Its format is described in
docs/reference/adoption-journal.md. Of the state it has addresses and identifiers, and no other attribute.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from stacks.aws.errors import ClientError, error_code, translate_aws_errors
from stacks.errors import Code, UserError, coded
from templates.bootstrap import ADOPTIONS

if TYPE_CHECKING:
    from stacks.aws.session import Aws

FORMAT = "adoption 1"
"""The `format` entry; its number changes with the format."""
LARGEST = 1_000_000
"""The most bytes that are read; 500 resources, the most of a stack, take about 200,000."""
LOST = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
"""Codes with which S3 says that another write came first."""
Status = Literal["executing", "adopted", "undoing", "undone"]
STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


@with_config(STRICT)
@dataclass(frozen=True, kw_only=True)
class Operator:
    """Who executes the takeover, or did last. `token` is different in each execution."""

    arn: str
    token: str


@with_config(STRICT)
@dataclass(frozen=True, kw_only=True)
class StateSeen:
    """The state with which the takeover began; `source` is where it is, as `stacks.terraform.sources` restores it."""

    source: Mapping[str, Any]
    serial: int | None
    lineage: str | None
    md5: str


@with_config(STRICT)
@dataclass(frozen=True, kw_only=True)
class Owned:
    """A resource that is taken over. `physical_id` is "" until it is imported."""

    path: str
    """`Ecs/Service`: its child stack and its logical id."""
    type: str
    addresses: tuple[str, ...]
    """Addresses in Terraform: its own, then those of resources that are properties of it here."""
    identifier: Mapping[str, str]
    physical_id: str = ""

    @property
    def child(self) -> str:
        """Logical id of its child stack."""
        return self.path.partition("/")[0]

    @property
    def logical_id(self) -> str:
        """Its logical id in the child's template."""
        return self.path.partition("/")[2]


@with_config(STRICT)
@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the sequence, in UTC; `ended` is "" while it is under way, and where it was interrupted."""

    name: str
    begun: str
    ended: str = ""


@with_config(STRICT)
@dataclass(frozen=True, kw_only=True)
class Serving:
    """What serves requests at a moment: the service's task definition and its running tasks, and healthy targets."""

    task_definition: str
    desired: int
    task_arns: tuple[str, ...]
    healthy_targets: tuple[str, ...]


@with_config(STRICT)
@dataclass(frozen=True, kw_only=True)
class Journal:
    """A takeover as far as it has come. `stack_ids` are those of the children, by logical id."""

    root: str
    account_id: str
    region: str
    status: Status
    operator: Operator
    state: StateSeen
    root_id: str = ""
    stack_ids: Mapping[str, str] = field(default_factory=dict)
    resources: tuple[Owned, ...] = ()
    template_keys: tuple[str, ...] = ()
    """Keys of the adoption templates in the artifact bucket."""
    steps: tuple[Step, ...] = ()
    before: Serving | None = None
    """What served requests before the first step; None without a service."""
    drift: tuple[str, ...] = ()
    """Drift that was reported to the operator: `Ecs/Service: DesiredCount`."""

    @property
    def is_under_way(self) -> bool:
        """Whether an execution or an undo has begun, and not ended."""
        return self.status in {"executing", "undoing"}


@dataclass(frozen=True, kw_only=True)
class Found:
    """A journal as it was read; `etag` is its version, `age` its age in seconds by S3's clock."""

    journal: Journal
    etag: str
    age: float


def journal_key(root: str) -> str:
    """Return the key of the journal of a root stack."""
    return f"{ADOPTIONS}{root}.json"


def read_journal(aws: Aws, bucket: str, root: str) -> Journal | None:
    """Return the journal of a root stack; None where nothing was ever taken over into it.

    Raises UserError where it cannot be read, or is none of this version.
    """
    found = find_journal(aws, bucket, root)
    return found.journal if found else None


@coded(Code.STATE)
@translate_aws_errors()
def find_journal(aws: Aws, bucket: str, root: str) -> Found | None:
    """Return the same with its version, on which the next write depends."""
    key = journal_key(root)
    try:
        answer = aws.s3.get_object(Bucket=bucket, Key=key, ExpectedBucketOwner=aws.account_id)
    except ClientError as error:
        if error_code(error) == "NoSuchKey":
            return None
        raise
    journal = _parsed(answer["Body"].read(LARGEST), f"s3://{bucket}/{key}")
    if journal.root != root or journal.account_id != aws.account_id or journal.region != aws.region:
        why = f"it belongs to {journal.root} in account {journal.account_id}, {journal.region}"
        raise UserError(f"journal s3://{bucket}/{key}", why, "Is the artifact bucket the right one?")
    age = _server_time(answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")) - answer["LastModified"].timestamp()
    return Found(journal=journal, etag=answer["ETag"], age=max(age, 0.0))


@coded(Code.STATE)
@translate_aws_errors()
def journals_under_way(aws: Aws, bucket: str) -> tuple[str, ...]:
    """Return the root stacks of takeovers that have begun and not ended. Raises UserError as `read_journal` does."""
    pages = aws.s3.get_paginator("list_objects_v2")
    found = pages.paginate(Bucket=bucket, Prefix=ADOPTIONS, ExpectedBucketOwner=aws.account_id)
    keys = [it["Key"] for page in found for it in page.get("Contents", [])]
    roots = [key.removeprefix(ADOPTIONS).removesuffix(".json") for key in keys if key.endswith(".json")]
    journals = (read_journal(aws, bucket, root) for root in roots)
    return tuple(it.root for it in journals if it is not None and it.is_under_way)


@coded(Code.STATE)
@translate_aws_errors()
def write_journal(aws: Aws, bucket: str, journal: Journal, etag: str) -> str:
    """Write it in place of the version with this ETag, or, where that is "", as the first; return the new ETag.

    Raises UserError where somebody else has written it meanwhile.
    """
    key = journal_key(journal.root)
    text = json.dumps({"format": FORMAT} | asdict(journal), indent=2, ensure_ascii=False) + "\n"
    condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
    try:
        answer = aws.s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=text.encode(),
            ContentType="application/json",
            ExpectedBucketOwner=aws.account_id,
            **condition,  # type: ignore[arg-type] # one of two parameters
        )
    except ClientError as error:
        if error_code(error) not in LOST:
            raise
        return _after_lost_write(aws, bucket, journal, error)
    return answer["ETag"]


def _after_lost_write(aws: Aws, bucket: str, journal: Journal, error: ClientError) -> str:
    """Return the ETag of a write whose answer was lost, and that was then repeated; or refuse."""
    found = find_journal(aws, bucket, journal.root)
    if found is not None and found.journal == journal:
        return found.etag
    who = found.journal.operator.arn if found else "somebody"
    raise UserError(
        f"journal s3://{bucket}/{journal_key(journal.root)}",
        f"another execution has written it meanwhile: {who}",
        "This one has stopped. Look at the other one, or repeat the command when it has ended.",
    ) from error


def _server_time(date: str) -> float:
    return parsedate_to_datetime(date).timestamp() if date else 0.0


def _parsed(body: bytes, where: str) -> Journal:
    then = "It was changed by hand, or by another version of this program."
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UserError(f"journal {where}", f"it is not JSON: {error}", then) from None
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
        raise UserError(f"journal {where}", f'its "format" is not "{FORMAT}"', then)
    try:
        return TypeAdapter(Journal).validate_json(json.dumps(found))
    except ValidationError as error:
        entries = ", ".join(sorted({str(it["loc"][0]) for it in error.errors() if it["loc"]}))
        raise UserError(f"journal {where}", f"entries are missing or invalid: {entries}", then) from None
