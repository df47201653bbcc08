"""`adopt ENV --state SOURCE`: each mistake is one clear error, and no secret of a state goes anywhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.commands import Project, project
from tests.support.terraform_preto2 import Preto2
from tests.support.terraform_states import resource, state, written
from tests.support.terraform_variants import PLANTED, opentofu, shown, with_secrets

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project in an empty account, in which nothing of the state is there."""
    return project(tmp_path, account.env)


def test_secrets_go_nowhere(here: Project, account: Account) -> None:
    """Not to the screen, JSON, Markdown, a written environment file or any other file."""
    document = with_secrets(Preto2(account=account.account_id, region=account.address.region).state())
    given = here.folder / "terraform.tfstate"
    given.write_bytes(written(document))
    (here.folder / "shown.json").write_bytes(written(shown(opentofu(document))))
    for words in (
        ["terraform.tfstate", "--write", "written.toml"],
        ["terraform.tfstate", "--json"],
        ["shown.json", "--format", "markdown"],
    ):
        done = here.run("adopt", "new", "--state", *words)
        assert "module.ecs.aws_ecs_service.this" in done.stdout, done.stderr
        assert PLANTED not in done.stdout + done.stderr
    piped = here.run("adopt", "new", "--state", "-", "--json", stdin=json.dumps(document))
    assert json.loads(piped.stdout)["state"]["serial"] == 7
    assert PLANTED not in piped.stdout + piped.stderr
    assert (here.folder / "written.toml").exists()
    files = [it for it in here.folder.rglob("*") if it.is_file() and it.parent != here.folder]
    for path in [*files, here.folder / "written.toml"]:
        assert PLANTED.encode() not in path.read_bytes(), path


def test_mistakes(here: Project) -> None:
    """Exit code 1, what it is, and what to do next; nothing of the content."""
    tainted = state(resource("aws_lb.this", {"name": PLANTED}, status="tainted"))
    given = {
        "empty": b"",
        "cut.tfstate": written(with_secrets(Preto2().state()))[:-9],
        "main.tf": b'terraform {\n  backend "remote" {}\n}\n',
        "old.tfstate": b'{"version": 3, "modules": [{"x": "' + PLANTED.encode() + b'"}]}',
        "plan.json": json.dumps({"format_version": "1.2", "resource_changes": [PLANTED]}).encode(),
        "encrypted.tfstate": json.dumps({"encrypted_data": PLANTED, "encryption_version": "v0"}).encode(),
        "tainted.tfstate": written(tainted),
    }
    for name, content in given.items():
        (here.folder / name).write_bytes(content)
    for source, words in {
        "nothing": "there is no such file or directory",
        "empty": "empty: it is empty",
        "cut.tfstate": "not valid JSON: it ends in the middle",
        "main.tf": "it is Terraform configuration (HCL), not a state",
        ".": "its state is in HCP Terraform (main.tf:2), which only Terraform can read",
        "old.tfstate": "it is a state of version 3; version 4 can be read",
        "plan.json": "it is a plan, not a state",
        "encrypted.tfstate": "tofu state pull | python build.py adopt ENV --state -",
        "tainted.tfstate": "Terraform has marked for replacement (tainted): aws_lb.this",
        "gs://bucket/key": "of URLs, only s3://BUCKET/KEY can be read",
        "s3://no-such-bucket-of-ours/key": "there is no bucket no-such-bucket-of-ours",
    }.items():
        said = here.fail("adopt", "prod", "--state", source)
        assert words in said
        assert PLANTED not in said
    piped = here.fail("adopt", "prod", "--state", "-", "--execute")
    assert "standard input: it can be read only once" in piped
