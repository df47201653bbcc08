"""States in S3, with the locks of Terraform's backend: lock files, and items of a DynamoDB table.

By https://developer.hashicorp.com/terraform/language/backend/s3, and internal/backend/remote-state/s3 of
hashicorp/terraform.
"""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code, error_message, is_denied, translate_aws_errors
from stacks.errors import Code, UserError
from stacks.settings.wording import escape_and_cut, escape_unprintable
from stacks.terraform.documents import LARGEST, PULL
from stacks.terraform.locks import refuse_held
from stacks.terraform.sources.source import Content, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.aws.session import Aws

DEFAULT = "default"
PREFIX = "env:"
"""The backend's `workspace_key_prefix`, where none is written."""
_ABSENT = frozenset({"NoSuchKey", "404"})
_OF_AWS = re.compile(r"\.amazonaws\.com(?:\.cn)?(?=[:/]|$)")
_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class S3Location:
    """An object, and how its backend locks it; `region` is empty where it is not known."""

    bucket: str
    key: str
    """That of the default workspace."""
    region: str = ""
    workspace: str = DEFAULT
    workspace_key_prefix: str = PREFIX
    lock_table: str = ""
    has_lock_file: bool = True
    """Whether a lock may be beside it, `KEY.tflock`; False where the backend is known to make none."""
    endpoint: str = ""
    """That of its backend, where it has one of its own."""

    @property
    def object_key(self) -> str:
        """The key of the workspace's state."""
        if self.workspace == DEFAULT:
            return self.key
        return "/".join(part for part in (self.workspace_key_prefix.strip("/"), self.workspace, self.key) if part)

    @property
    def lock_id(self) -> str:
        """The hash key of its items in a lock table."""
        return f"{self.bucket}/{self.object_key}"


class S3Source(Source):
    """An object in S3; `aws` gives a session of any region, and is called once."""

    def __init__(self, location: S3Location, aws: Callable[[], Aws], notes: tuple[str, ...] = ()) -> None:
        self.location = location
        self.name = escape_unprintable(f"s3://{location.bucket}/{location.object_key}")
        self.notes = notes
        self._connect = functools.cache(aws)

    def document(self) -> dict[str, Any]:
        """Return the location."""
        return {"kind": "s3", **vars(self.location)}

    @translate_aws_errors()
    def refuse_locked(self) -> None:
        """Raise UserError where there is a lock file, or a lock in the table."""
        self._refuse_other_endpoint()
        self._refuse_lock_file()
        if self.location.lock_table:
            lock = self._item(self.location.lock_id)
            if lock is not None:
                refuse_held(self.name, lock.get("Info", {}).get("S", ""))

    @translate_aws_errors()
    def load(self) -> Content:
        """Return its text. Raises UserError where it is not there or cannot be read, and where the digest differs."""
        try:
            content = self._get(self.location.object_key)
        except ClientError as error:
            self._refuse(error, self.location.object_key)
            raise
        if self.location.lock_table:
            self._compare_digest(content.text)
        return content

    @property
    def _aws(self) -> Aws:
        aws = self._connect()
        return aws.in_region(self.location.region) if self.location.region else aws

    def _get(self, key: str) -> Content:
        aws = self._aws
        answer = aws.s3.get_object(Bucket=self.location.bucket, Key=key)
        if answer["ContentLength"] > LARGEST:
            answer["Body"].close()
            raise UserError(self.name, f"it has more than {LARGEST // 1_000_000} MB, too many for a state", PULL)
        with answer["Body"] as body:
            return Content(text=body.read())

    def _refuse_other_endpoint(self) -> None:
        """Raise UserError where the backend's endpoint is neither AWS's nor the one of this command."""
        ours, theirs = (it.rstrip("/") for it in (self._aws.s3.meta.endpoint_url, self.location.endpoint))
        if theirs and theirs != ours and not _OF_AWS.search(theirs):
            why = f"its backend has the endpoint {escape_and_cut(theirs)}, and this command has {ours}"
            then = f"Set AWS_ENDPOINT_URL if it is the same, or let Terraform read it: {PULL}"
            raise UserError(self.name, why, then, code=Code.ENDPOINT)

    def _refuse_lock_file(self) -> None:
        key = f"{self.location.object_key}.tflock"
        try:
            content = self._get(key)
        except ClientError as error:
            if error_code(error) in _ABSENT or not self.location.has_lock_file:
                return
            self._refuse(error, key)
            raise
        refuse_held(self.name, content.text.decode(errors="replace"))

    def _compare_digest(self, text: bytes) -> None:
        item = self._item(f"{self.location.lock_id}-md5")
        digest = (item or {}).get("Digest", {}).get("S", "")
        if digest and digest != hashlib.md5(text, usedforsecurity=False).hexdigest():
            why = f"its MD5 is not the digest in the lock table {self.location.lock_table}"
            then = "Was it replaced by hand, or is it an older version? `terraform plan` says how to go on."
            raise UserError(self.name, why, then, code=Code.STATE)

    def _item(self, lock_id: str) -> dict[str, Any] | None:
        """Return an item of the lock table, as it is after the last write."""
        table = self.location.lock_table
        aws = self._connect().in_region(self.location.region or self._bucket_region())
        try:
            answer = aws.dynamodb.get_item(TableName=table, Key={"LockID": {"S": lock_id}}, ConsistentRead=True)
        except ClientError as error:
            name = f"lock table {table}"
            if error_code(error) == "ResourceNotFoundException":
                then = "--lock-table names the one of Terraform's backend (dynamodb_table)."
                raise UserError(name, f"there is none in {aws.region}", then, code=Code.AWS) from error
            if error_code(error) == "ValidationException":
                why = "it is no lock table of Terraform: its hash key is not LockID"
                raise UserError(name, why, "--lock-table names the one of Terraform's backend.") from error
            if is_denied(error):
                then = f"The caller must be allowed to dynamodb:GetItem on table/{table}."
                raise UserError(name, f"access denied: {error_message(error)}", then, code=Code.DENIED) from error
            raise
        found: dict[str, Any] | None = answer.get("Item")
        return found

    def _bucket_region(self) -> str:
        """Return the region of the bucket, where its lock table is too; the present one if the caller may not ask."""
        aws = self._connect()
        try:
            return aws.s3.head_bucket(Bucket=self.location.bucket).get("BucketRegion") or aws.region
        except ClientError as error:
            if is_denied(error):
                return aws.region
            raise

    def _refuse(self, error: ClientError, key: str) -> None:
        """Raise UserError where an object cannot be read for a reason that a state in S3 has.

        S3 has no code for KMS and SSE-C, only words: https://github.com/cisagov/XFD/pull/1371,
        https://github.com/apache/opendal/issues/1858.
        """
        code, message, bucket = error_code(error), error_message(error), self.location.bucket
        if code == "NoSuchBucket":
            why = f"there is no bucket {bucket}"
            then = "Is its name right, and are these the credentials that Terraform has?"
            raise UserError(self.name, why, then, code=Code.FILE) from error
        if code in _ABSENT:
            raise self._absent() from error
        if "kms:" in message.lower() or code.startswith("KMS."):
            why = f"it is encrypted with KMS, and cannot be decrypted: {message}"
            then = "The caller must be allowed to kms:Decrypt with that key."
            raise UserError(self.name, why, then, code=Code.DENIED) from error
        if "Server Side Encryption" in message:
            why = "it is encrypted with a key of the customer (SSE-C)"
            raise UserError(self.name, why, f"Terraform has the key: {PULL}", code=Code.DENIED) from error
        if is_denied(error):
            then = (
                f"The caller must be allowed to s3:GetObject on {bucket}/{key}, and to s3:ListBucket on {bucket}: "
                "without that, an object that does not exist is denied as well. With a KMS key, also to kms:Decrypt."
            )
            raise UserError(self.name, f"access denied: {message}", then, code=Code.DENIED) from error

    def _absent(self) -> UserError:
        """Return the error for an object that is not there, with the workspaces that are."""
        if self.location.workspace == DEFAULT:
            why = f"there is no object {self.location.object_key} in the bucket {self.location.bucket}"
        else:
            why = f"there is no workspace {self.location.workspace}"
        workspaces = self._workspaces()
        then = (
            f"There are the workspaces {', '.join(workspaces)}: --workspace"
            if workspaces
            else ("Is the key right? The backend block has it, and `terraform workspace list` the workspaces.")
        )
        return UserError(self.name, why, then, code=Code.FILE)

    def _workspaces(self) -> list[str]:
        """Return the first workspaces of this state, but for the default one; none where they cannot be listed."""
        prefix, aws = f"{self.location.workspace_key_prefix.strip('/')}/", self._aws
        try:
            listed = aws.s3.list_objects_v2(Bucket=self.location.bucket, Prefix=prefix).get("Contents", [])
        except ClientError:
            return []
        pattern = re.compile(rf"{re.escape(prefix)}([^/]+)/{re.escape(self.location.key)}")
        return [found[1] for it in listed if (found := pattern.fullmatch(it["Key"])) and found[1].isprintable()][
            :_SHOWN
        ]
