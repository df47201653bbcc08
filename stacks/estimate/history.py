"""The durations of earlier operations on a stack, kept in the artifact bucket, so that a team shares them.

One small object for each successful operation. A problem is a note, and never fails a deployment.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import translate_aws_errors
from stacks.errors import UserError
from templates.bootstrap import HISTORY_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.aws.session import Aws
    from stacks.cloudformation.spans import Span

FORMAT_VERSION = 1
NEWEST = 20
"""The most operations to read and keep: old durations say little."""
PAGE = 1000
"""The most objects to list and delete at once: a page of S3, and the limit of `DeleteObjects`."""
OWN_KEY = re.compile(r"\d{13}-[\dTZ-]+\.json")
"""Names of objects that `write_history` writes; no others are deleted."""
LARGEST = 1_000_000
"""The most bytes to read of one object; 2,500 resources take about 200,000."""
CONNECTIONS = 6
"""Downloads at a time; boto3's default pool holds ten connections."""
SHORTEST = 0.9
"""The least seconds of the longest part of an operation on AWS."""
FAR = 10**13
"""Milliseconds since 1970, in the year 2286. Keys count down to it: S3 lists the smallest first, and so the newest."""


@dataclass(frozen=True, kw_only=True)
class PastOperation:
    """One earlier operation: the seconds of each path and action, such as `Ecs/Service` and `update`."""

    seconds: Mapping[tuple[str, str], float]

    @property
    def is_real(self) -> bool:
        """Whether the operation took time: those of an emulator take none, and say nothing about AWS."""
        return max(self.seconds.values(), default=0.0) >= SHORTEST


@dataclass(frozen=True, kw_only=True)
class History:
    """Earlier operations, newest first; `note` says why some are missing, or is ""."""

    past: tuple[PastOperation, ...] = ()
    note: str = ""


def read_history(aws: Aws, bucket: str, stack_name: str) -> History:
    """Return the newest operations on the stack; unreadable objects are skipped."""
    try:
        with translate_aws_errors():
            keys = _newest(aws, bucket, stack_name, NEWEST)
            with ThreadPoolExecutor(CONNECTIONS) as pool:
                bodies = list(pool.map(lambda key: _body(aws, bucket, key), keys))
    except UserError as error:
        return History(note=f"Earlier durations could not be read: {error.what}: {error.why}")
    past = tuple(found for found in map(_past, bodies) if found is not None)
    unreadable = len(bodies) - len(past)
    return History(
        past=past, note=f"Earlier durations: {unreadable} of {len(bodies)} are unreadable." if unreadable else ""
    )


def write_history(aws: Aws, bucket: str, stack_name: str, spans: Iterable[Span]) -> str:
    """Store the durations of a successful operation; return why that failed, or ""."""
    finished = [span for span in spans if span.succeeded]
    if not bucket or not finished:
        return ""
    ended = max(span.end for span in finished)
    try:
        with translate_aws_errors():
            aws.s3.put_object(
                Bucket=bucket,
                Key=_key(stack_name, ended),
                Body=_document(finished, ended).encode(),
                ContentType="application/json",
                ExpectedBucketOwner=aws.account_id,
            )
    except UserError as error:
        return f"The durations were not kept for later estimates: {error.what}: {error.why}"
    return _prune(aws, bucket, stack_name)


def _prune(aws: Aws, bucket: str, stack_name: str) -> str:
    """Delete objects that are no longer read, in at most two calls; return a problem, or ""."""
    try:
        with translate_aws_errors():
            keys = _newest(aws, bucket, stack_name, PAGE)[NEWEST:]
            ours = [key for key in keys if OWN_KEY.fullmatch(key.removeprefix(_prefix(stack_name)))]
            if not ours:
                return ""
            done = aws.s3.delete_objects(
                Bucket=bucket,
                Delete={"Objects": [{"Key": key} for key in ours], "Quiet": True},
                ExpectedBucketOwner=aws.account_id,
            )
    except UserError as error:
        return f"Durations of long ago were not removed: {error.what}: {error.why}"
    if failed := done.get("Errors", []):
        return f"Durations of long ago were not removed: {failed[0]['Key']}: {failed[0].get('Message', '')}"
    return ""


def _prefix(stack_name: str) -> str:
    return f"{stack_name}/{HISTORY_FOLDER}/"


def _key(stack_name: str, ended: dt.datetime) -> str:
    ended = ended.astimezone(dt.UTC)
    return f"{_prefix(stack_name)}{FAR - int(ended.timestamp() * 1000):013d}-{ended:%Y-%m-%dT%H-%M-%SZ}.json"


def _newest(aws: Aws, bucket: str, stack_name: str, count: int) -> list[str]:
    prefix, owner = _prefix(stack_name), aws.account_id
    found = aws.s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=count, ExpectedBucketOwner=owner)
    return [item["Key"] for item in found.get("Contents", [])]


def _body(aws: Aws, bucket: str, key: str) -> bytes:
    return aws.s3.get_object(Bucket=bucket, Key=key, ExpectedBucketOwner=aws.account_id)["Body"].read(LARGEST)


def _document(spans: list[Span], ended: dt.datetime) -> str:
    resources = [
        {"path": span.path, "type": span.type, "action": span.action, "seconds": round(span.seconds, 3)}
        for span in spans
        if not span.is_stack
    ]
    return json.dumps({"format_version": FORMAT_VERSION, "ended": ended.isoformat(), "resources": resources}) + "\n"


def _past(body: bytes) -> PastOperation | None:
    """Return the operation in an object; None if it has another format: others may write to the bucket."""
    try:
        document: Any = json.loads(body)
        if document["format_version"] != FORMAT_VERSION:
            return None
        seconds = {(str(it["path"]), str(it["action"])): float(it["seconds"]) for it in document["resources"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return PastOperation(seconds=seconds) if all(math.isfinite(it) and it >= 0 for it in seconds.values()) else None
