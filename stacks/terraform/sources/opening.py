"""What `--state` names, and what a journal has noted of it."""

from __future__ import annotations

import os
import re
import sys
from contextlib import nullcontext
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stacks.errors import Code, UserError
from stacks.settings.files import file_name
from stacks.settings.wording import escape_and_cut
from stacks.terraform.documents import PULL
from stacks.terraform.sources.directory import open_directory
from stacks.terraform.sources.local import FileSource, PipeSource
from stacks.terraform.sources.s3 import DEFAULT, S3Location, S3Source
from stacks.terraform.sources.workspaces import valid_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import BinaryIO

    from stacks.aws.session import Aws
    from stacks.terraform.sources.source import Source

_S3 = re.compile(r"s3://(?P<bucket>[A-Za-z0-9][A-Za-z0-9._-]{1,254})/(?P<key>.+)", re.DOTALL)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
FORMS = "It can be a file, a Terraform directory, s3://BUCKET/KEY, or - for standard input."
NO_TABLE = "A lock in a DynamoDB table is not seen: --lock-table names the table, if the backend has one."
COPY = "If this file is a copy, nobody notices what Terraform changes meanwhile: name the directory or s3://BUCKET/KEY."


def open_source(
    text: str,
    *,
    aws: Callable[[], Aws],
    workspace: str = "",
    lock_table: str = "",
    environment: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
) -> Source:
    """Return the source that a text names: a file, a directory of Terraform, `s3://BUCKET/KEY` or `-`.

    `aws` is called where the state is in S3, once, when it is first read. `workspace` and `lock_table` win over what a
    directory and its backend say; elsewhere than there and in S3 they are refused. Raises UserError.
    """
    environment = os.environ if environment is None else environment
    if text.startswith("s3://"):
        return _in_s3(text, aws, workspace, lock_table)
    if os.path.isdir(text):  # noqa: PTH112 - pathlib fails for a name that is too long
        return open_directory(Path(text), aws=aws, workspace=workspace, lock_table=lock_table, environment=environment)
    for option, value in (("--workspace", workspace), ("--lock-table", lock_table)):
        if value:
            then = "It goes with a Terraform directory and with s3://BUCKET/KEY."
            raise UserError(option, "a file has none", then, code=Code.USAGE)
    return PipeSource("standard input", lambda: nullcontext(stdin or sys.stdin.buffer)) if text == "-" else _file(text)


def restore_source(document: Mapping[str, Any], *, aws: Callable[[], Aws]) -> Source:
    """Return the source of which this is the `document()`. Raises UserError where it is none."""
    kind, path = document.get("kind"), document.get("path")
    if kind == "file" and isinstance(path, str):
        return FileSource(Path(path))
    if kind == "s3":
        location: dict[str, Any] = {it.name: document.get(it.name) for it in fields(S3Location)}
        if all(isinstance(value, bool if name == "has_lock_file" else str) for name, value in location.items()):
            return S3Source(S3Location(**location), aws)
    if kind == "pipe":
        return PipeSource("standard input")
    raise UserError("the place of the state", "the journal does not have it in a form that is known", FORMS)


def _in_s3(text: str, aws: Callable[[], Aws], workspace: str, lock_table: str) -> Source:
    found = _S3.fullmatch(text)
    if not found or not text.isprintable():
        why = "it names no object: s3://BUCKET/KEY does"
        raise UserError(f"--state {escape_and_cut(text)}", why, "The backend block has both.", code=Code.USAGE)
    location = S3Location(
        bucket=found["bucket"],
        key=found["key"],
        workspace=valid_workspace(workspace, "--workspace") if workspace else DEFAULT,
        lock_table=lock_table,
    )
    return S3Source(location, aws, () if lock_table else (NO_TABLE,))


def _file(text: str) -> Source:
    what = f"--state {escape_and_cut(text)}"
    if _URL.match(text):
        why = "of URLs, only s3://BUCKET/KEY can be read"
        raise UserError(what, why, f"Let Terraform read it: {PULL}", code=Code.USAGE)
    if not os.path.exists(text):  # noqa: PTH110 - likewise
        raise UserError(what, "there is no such file or directory", FORMS, code=Code.FILE)
    path = Path(text)
    if not path.is_file():
        return PipeSource(file_name(path), lambda: path.open("rb"))
    return FileSource(path, () if path.name == "terraform.tfstate" else (COPY,))
