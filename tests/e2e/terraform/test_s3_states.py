"""States in S3: workspaces, lock files, lock tables and digests, versions, and what the caller may not read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import pytest

from stacks.aws.session import Aws
from stacks.errors import UserError
from stacks.terraform.sources import open_source, restore_source
from tests.support.terraform_states import resource, state, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stacks.terraform.sources import Source
    from tests.support.world import World

KEY, TABLE = "preto-2/prod/terraform.tfstate", "terraform-locks"
REGION: Literal["eu-west-1"] = "eu-west-1"
ONE = written(state(resource("aws_lb.one")))
TWO = written(state(resource("aws_lb.two"), serial=8))
LOCK = json.dumps({
    "ID": "5e1f5e1f-0000-4000-8000-000000000001",
    "Operation": "OperationTypePlan",
    "Who": "ann@workstation",
    "Created": "2026-11-30T07:05:12.123456789Z",
})  # fmt: skip
HELD = "it is locked for plan by ann@workstation since 2026-11-30 07:05:12 UTC"


@dataclass(frozen=True)
class States:
    """A bucket with versions and a lock table, in another region than the deployment's."""

    aws: Aws

    @property
    def bucket(self) -> str:
        """Its name: no other account has one like it."""
        return f"team-states-{self.aws.account_id}"

    @property
    def named(self) -> str:
        """The state in it."""
        return f"s3://{self.bucket}/{KEY}"

    def put(self, key: str, content: bytes | str) -> None:
        """Write an object."""
        self.aws.in_region(REGION).s3.put_object(Bucket=self.bucket, Key=key, Body=content)

    def note(self, lock_id: str, **values: str) -> None:
        """Write an item of the lock table."""
        item = {"LockID": {"S": lock_id}} | {name: {"S": value} for name, value in values.items()}
        self.aws.in_region(REGION).dynamodb.put_item(TableName=TABLE, Item=item)

    def opened(self, text: str = "", **options: Any) -> Source:
        """Return the source."""
        return open_source(text or self.named, aws=lambda: self.aws, environment={}, **options)

    def refused(self, text: str = "", **options: Any) -> UserError:
        """Return the error when it is read."""
        with pytest.raises(UserError) as caught:
            self.opened(text, **options).read({})
        assert caught.value.then
        return caught.value


@pytest.fixture
def states(empty: World) -> States:
    """Give the bucket and the table, with one state."""
    found = States(empty.aws)
    there = empty.aws.in_region(REGION)
    there.s3.create_bucket(Bucket=found.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    there.s3.put_bucket_versioning(Bucket=found.bucket, VersioningConfiguration={"Status": "Enabled"})
    attribute: Any = {"AttributeName": "LockID"}
    there.dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[attribute | {"KeyType": "HASH"}],
        AttributeDefinitions=[attribute | {"AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    found.put(KEY, ONE)
    return found


def test_reads_it_and_looks_again(states: States) -> None:
    """Another content is noticed, also by a command that has only the journal."""
    source = states.opened()
    found = source.read({})
    assert [it.address for it in found.resources] == ["aws_lb.one"]
    assert found.serial == 7
    noted = json.loads(json.dumps(source.document()))
    again = restore_source(noted, aws=lambda: states.aws)
    states.put(KEY, ONE)
    for it in (source, again):
        it.check_unchanged(found.revision)
    states.put(KEY, TWO)
    for it in (source, again):
        with pytest.raises(UserError, match="serial 7 is now 8"):
            it.check_unchanged(found.revision)
    states.aws.in_region(REGION).s3.delete_object(Bucket=states.bucket, Key=KEY)
    with pytest.raises(UserError, match=f"there is no object {KEY} in the bucket {states.bucket}"):
        source.check_unchanged(found.revision)


def test_asks_for_a_session_once(states: States) -> None:
    """And not before it is read: whoever gives it may have to find out who is calling."""
    asked = []

    def connect() -> Aws:
        asked.append(1)
        return states.aws

    source = open_source(states.named, aws=connect, environment={}, lock_table=TABLE)
    assert asked == []
    source.check_unchanged(source.read({}).revision)
    assert asked == [1]


def test_workspaces(states: States, tmp_path: Path) -> None:
    """A workspace has an object of its own; where one is missing, those that are there are named."""
    states.put(f"env:/dev/{KEY}", TWO)
    states.put(f"teams/qa/{KEY}", TWO)
    assert [it.address for it in states.opened(workspace="dev").read({}).resources] == ["aws_lb.two"]
    error = states.refused(workspace="qa")
    assert (error.why, error.then) == ("there is no workspace qa", "There are the workspaces dev: --workspace")
    s3 = {"bucket": states.bucket, "key": KEY, "workspace_key_prefix": "teams", "region": REGION}
    (tmp_path / "backend.tf.json").write_text(json.dumps({"terraform": {"backend": {"s3": s3}}}))
    assert [it.address for it in states.opened(str(tmp_path), workspace="qa").read({}).resources] == ["aws_lb.two"]
    states.put(f"env:/dev/{KEY}.tflock", LOCK)
    assert states.refused(workspace="dev").why == HELD


def test_lock_files(states: States) -> None:
    """A lock file is refused, before the first reading and before each later one."""
    source = states.opened()
    found = source.read({})
    states.put(f"{KEY}.tflock", LOCK)
    error = states.refused()
    assert error.why == HELD
    assert error.then.endswith("terraform force-unlock 5e1f5e1f-0000-4000-8000-000000000001")
    with pytest.raises(UserError, match="it is locked for plan"):
        source.check_unchanged(found.revision)


def test_lock_tables(states: States) -> None:
    """A lock in the table is refused, and a digest that is not the state's; the table is in the bucket's region."""
    assert "--lock-table" in states.opened().notes[0]
    assert (states.opened(lock_table=TABLE).notes, states.opened(lock_table=TABLE).read({}).serial) == ((), 7)
    states.note(f"{states.bucket}/{KEY}-md5", Digest=hashlib.md5(ONE, usedforsecurity=False).hexdigest())
    source = states.opened(lock_table=TABLE)
    found = source.read({})
    states.note(f"{states.bucket}/{KEY}", Info=LOCK)
    assert states.refused(lock_table=TABLE).why == HELD
    states.note(f"{states.bucket}/{KEY}")
    assert states.refused(lock_table=TABLE).why == "it is locked"
    states.aws.in_region(REGION).dynamodb.delete_item(TableName=TABLE, Key={"LockID": {"S": f"{states.bucket}/{KEY}"}})
    states.put(KEY, TWO)
    assert states.refused(lock_table=TABLE).why == f"its MD5 is not the digest in the lock table {TABLE}"
    with pytest.raises(UserError, match="is not the digest"):
        source.check_unchanged(found.revision)


def test_tables_that_are_none(states: States) -> None:
    """Another table, and one that is not there."""
    assert states.refused(lock_table="nothing").why == f"there is none in {REGION}"
    attribute: Any = {"AttributeName": "Id"}
    states.aws.in_region(REGION).dynamodb.create_table(
        TableName="other",
        KeySchema=[attribute | {"KeyType": "HASH"}],
        AttributeDefinitions=[attribute | {"AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    assert "its hash key is not LockID" in states.refused(lock_table="other").why


def test_names_that_are_none(states: States) -> None:
    """A bucket or a key that is not there, and an object that is no state."""
    assert states.refused("s3://no-such-bucket-of-ours/key").why == "there is no bucket no-such-bucket-of-ours"
    assert states.refused(f"s3://{states.bucket}/x").why == f"there is no object x in the bucket {states.bucket}"
    states.put("x", "{")
    assert states.refused(f"s3://{states.bucket}/x").why == "not valid JSON: it ends in the middle, on line 1"


@pytest.fixture
def refusing(empty: World, states: States) -> Callable[[int, str, str], UserError]:
    """Give a function that returns the error where S3 refuses objects with these words."""

    def refuse(status: int, code: str, message: str) -> UserError:
        body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        with empty.behind(lambda called: (status, body) if called == "GetObject" else None, attempts=1) as behind:
            return replace(states, aws=behind.aws).refused()

    return refuse


def test_what_the_caller_may_not(states: States, refusing: Callable[[int, str, str], UserError]) -> None:
    """The right that is missing is named: to the object, to list the bucket, to the key that it is encrypted with."""
    error = refusing(403, "AccessDenied", "User: x is not authorized to perform: s3:GetObject")
    assert f"s3:GetObject on {states.bucket}/{KEY}.tflock" in error.then
    assert "s3:ListBucket" in error.then
    error = refusing(403, "AccessDenied", "User: x is not authorized to perform: kms:Decrypt on the resource")
    assert error.why.startswith("it is encrypted with KMS, and cannot be decrypted: User: x")
    assert "kms:Decrypt" in error.then
    sse_c = "The object was stored using a form of Server Side Encryption. The correct parameters must be provided."
    error = refusing(400, "InvalidRequest", sse_c)
    assert error.why == "it is encrypted with a key of the customer (SSE-C)"
    assert "terraform state pull |" in error.then


def test_other_endpoints(states: States, tmp_path: Path) -> None:
    """S3 of somebody else is not asked at ours; the same endpoint is no reason to refuse."""
    s3: dict[str, Any] = {"bucket": states.bucket, "key": KEY, "region": REGION}
    for endpoint, is_read in [("https://minio.example.com", False), (states.aws.endpoint_url, True)]:
        backend = {"s3": s3 | {"endpoints": {"s3": endpoint}}}
        (tmp_path / "backend.tf.json").write_text(json.dumps({"terraform": {"backend": backend}}))
        if is_read:
            assert states.opened(str(tmp_path)).read({}).serial == 7
        else:
            assert states.refused(str(tmp_path)).why.startswith(f"its backend has the endpoint {endpoint}")
