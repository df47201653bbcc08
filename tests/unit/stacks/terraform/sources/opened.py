"""Sources on this machine, opened without anything of this process's environment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.errors import UserError
from stacks.terraform.sources import open_source
from tests.support.terraform_states import resource, state, written

if TYPE_CHECKING:
    from pathlib import Path

    from stacks.aws.session import Aws
    from stacks.terraform.sources import Source

ONE = written(state(resource("aws_lb.one", {"name": "one"})))
TWO = written(state(resource("aws_lb.two"), serial=8))
LOCK = {
    "ID": "5e1f5e1f-0000-4000-8000-000000000001",
    "Operation": "OperationTypeApply",
    "Info": "",
    "Who": "ann@workstation",
    "Version": "1.11.4",
    "Created": "2026-11-30T07:05:12.123456789Z",
    "Path": "terraform.tfstate",
}


def no_aws() -> Aws:
    """Fail: nothing on this machine needs AWS."""
    raise AssertionError("AWS was asked")


def opened(text: Path | str, environment: dict[str, str] | None = None, **options: Any) -> Source:
    """Return the source, with nothing of this process's environment."""
    return open_source(str(text), aws=no_aws, environment=environment or {}, **options)


def addresses(source: Source) -> list[str]:
    """Return the addresses of the state there."""
    return [it.address for it in source.read({}).resources]


def refused(text: Path | str, environment: dict[str, str] | None = None, **options: Any) -> UserError:
    """Return the error when it is opened and read."""
    with pytest.raises(UserError) as caught:
        opened(text, environment, **options).read({})
    assert caught.value.then
    return caught.value


def put(path: Path, content: bytes | str | dict[str, Any]) -> Path:
    """Write a file, and the folders that it is in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        json.dumps(content).encode()
        if isinstance(content, dict)
        else str.encode(content)
        if isinstance(content, str)
        else content
    )
    return path
