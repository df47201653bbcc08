"""What the real Terraform writes: states, addresses, locks, digests, workspaces, plans. No provider is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from stacks.errors import UserError
from stacks.terraform.sources import open_source
from tests.support.commands import CLEAN, PATIENCE
from tests.support.terraform import Terraform
from tests.support.world import connected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stacks.aws.session import Aws
    from tests.support.accounts import Account

PROGRAM = shutil.which("terraform")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no terraform on PATH")

RESOURCES = """
resource "terraform_data" "slow" {
  input = "v1"
  provisioner "local-exec" {
    command = "while [ ! -e go ]; do sleep 0.05; done"
  }
}
resource "terraform_data" "each" {
  for_each = toset(["", "a b", "c\\"d\\\\e", "$${f}%%{g}", "é\\n\\t\\u2028"])
}
module "inner" {
  source = "./inner"
  count  = 2
}
output "secret" {
  value     = terraform_data.slow.output
  sensitive = true
}
"""


def made(folder: Path, account: Account, backend: str = "") -> Terraform:
    """Return an initialised project; its slow resource waits for the file `go`."""
    (folder / "inner").mkdir()
    (folder / "inner" / "main.tf").write_text('resource "terraform_data" "a" { count = 1 }\n', encoding="utf-8")
    (folder / "main.tf").write_text(f"terraform {{\n{backend}\n}}\n{RESOURCES}", encoding="utf-8")
    quiet = {"TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1", "TF_CLI_ARGS": "-no-color"}
    project = Terraform(folder=folder, program=str(PROGRAM), env={**CLEAN, **account.env, **quiet})
    project.run("init")
    return project


@contextmanager
def applying(project: Terraform) -> Iterator[None]:
    """Let it apply during the block, and wait for its end."""
    command = [project.program, "apply", "-auto-approve"]
    with subprocess.Popen(command, cwd=project.folder, env=project.env, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            (project.folder / "go").touch()
            assert process.wait(PATIENCE) == 0


def refused(source: str | Path, aws: Aws, words: str = "") -> UserError:
    """Return the error of a reading; with words, the first one that has them."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            open_source(str(source), aws=lambda: aws, environment={}).read({})
        except UserError as error:
            if words in error.why:
                return error
        else:
            assert words
        time.sleep(0.02)
    pytest.fail(f"nothing was refused with {words!r}")


@pytest.fixture
def aws(account: Account) -> Iterator[Aws]:
    """Give a session."""
    with closing(connected(account)) as session:
        yield session


def test_in_s3(tmp_path: Path, account: Account, aws: Aws) -> None:
    """Its lock file and its item in the table are seen, its digest fits, and a later state is noticed."""
    bucket, there = f"terraform-{account.account_id}", aws.in_region("eu-west-1")
    there.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    attribute: Any = {"AttributeName": "LockID"}
    there.dynamodb.create_table(
        TableName="locks",
        KeySchema=[attribute | {"KeyType": "HASH"}],
        AttributeDefinitions=[attribute | {"AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    settings = f'bucket = "{bucket}"\nkey = "a/b"\nregion = "eu-west-1"\nuse_lockfile = true\ndynamodb_table = "locks"'
    project = made(tmp_path, account, f'backend "s3" {{\n{settings}\n}}')
    with applying(project):
        for named in (tmp_path, f"s3://{bucket}/a/b"):
            error = refused(named, aws, "it is locked for apply by ")
            assert "terraform force-unlock " in error.then
        lock = there.s3.get_object(Bucket=bucket, Key="a/b.tflock")["Body"].read()
        there.s3.delete_object(Bucket=bucket, Key="a/b.tflock")
        assert "it is locked for apply by " in refused(tmp_path, aws).why
        there.s3.put_object(Bucket=bucket, Key="a/b.tflock", Body=lock)
    source = open_source(str(tmp_path), aws=lambda: aws, environment={})
    found = source.read({})
    assert [it.address for it in found.resources] == project.addresses()
    assert {f"module.inner[{index}].terraform_data.a[0]" for index in (0, 1)} < set(project.addresses())
    items = there.dynamodb.scan(TableName="locks")["Items"]
    assert items == [{"LockID": {"S": f"{bucket}/a/b-md5"}, "Digest": {"S": found.md5}}]
    source.check_unchanged(found.revision)
    slow = "terraform_data.slow"
    project.run("taint", slow)
    with pytest.raises(UserError, match=f"serial {found.serial} is now {(found.serial or 0) + 1}"):
        source.check_unchanged(found.revision)
    assert refused(tmp_path, aws).why == f"Terraform has marked for replacement (tainted): {slow}"


def test_in_files(tmp_path: Path, account: Account, aws: Aws) -> None:
    """The local backend with its lock and workspaces; what `show` and `plan` write."""
    project = made(tmp_path, account)
    with applying(project):
        error = refused(tmp_path, aws, "it is locked for apply by ")
        assert str(tmp_path / ".terraform.tfstate.lock.info") in error.then
    written = tmp_path / "written"
    for words in (("state", "pull"), ("show", "-json")):
        written.write_text(project.run(*words), encoding="utf-8")
        found = open_source(str(written), aws=lambda: aws, environment={}).read({})
        assert {it.address for it in found.resources} == {*project.addresses()}
    project.run("plan", "-replace=terraform_data.slow", "-out=saved.plan")
    assert refused(tmp_path / "saved.plan", aws).why == "it is a saved plan, not a state"
    written.write_text(project.run("show", "-json", "saved.plan"), encoding="utf-8")
    assert refused(written, aws).why == "it is a plan, not a state"
    project.run("workspace", "new", "other")
    assert refused(tmp_path, aws).why == "it has no workspace other"
