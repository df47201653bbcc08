"""Directories of Terraform: the backend that is initialised or configured, and its workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stacks.terraform.sources.s3 import S3Source
from tests.support.terraform_states import state, written
from tests.unit.stacks.terraform.sources.opened import ONE, TWO, addresses, opened, put, refused

if TYPE_CHECKING:
    from pathlib import Path


class TestLocalBackend:
    """A directory without a backend, or with the local one."""

    def test_workspaces(self, tmp_path: Path) -> None:
        """The option wins over TF_WORKSPACE, which wins over the selected one."""
        put(tmp_path / "main.tf", 'resource "aws_lb" "one" {}')
        put(tmp_path / "terraform.tfstate", ONE)
        put(tmp_path / "terraform.tfstate.d" / "two" / "terraform.tfstate", TWO)
        assert addresses(opened(tmp_path)) == ["aws_lb.one"]
        assert addresses(opened(tmp_path, workspace="two")) == ["aws_lb.two"]
        assert addresses(opened(tmp_path, {"TF_WORKSPACE": "two"})) == ["aws_lb.two"]
        put(tmp_path / ".terraform" / "environment", "two")
        assert addresses(opened(tmp_path)) == ["aws_lb.two"]
        assert addresses(opened(tmp_path, {"TF_WORKSPACE": "two"}, workspace="default")) == ["aws_lb.one"]
        error = refused(tmp_path, workspace="three")
        assert (error.why, error.then) == ("it has no workspace three", "It has default, two: --workspace")

    def test_lock_tables(self, tmp_path: Path) -> None:
        """A file has none, and the option would have no effect."""
        put(tmp_path / "terraform.tfstate", ONE)
        assert refused(tmp_path, lock_table="locks").what == "--lock-table"

    @pytest.mark.parametrize("name", ["../x", "a/b", "..", "a\nb"])
    def test_names_that_lead_elsewhere(self, tmp_path: Path, name: str) -> None:
        """A workspace is no path."""
        put(tmp_path / "terraform.tfstate", ONE)
        assert refused(tmp_path, workspace=name).why == "it names no workspace"

    def test_paths_of_the_backend(self, tmp_path: Path) -> None:
        """`path` and `workspace_dir`, and another folder than `.terraform`."""
        put(
            tmp_path / "backend.tf",
            'terraform {\n  backend "local" {\n    path = "states/a.json"\n workspace_dir = "w"\n  }\n}',
        )
        put(tmp_path / "states" / "a.json", ONE)
        put(tmp_path / "w" / "two" / "terraform.tfstate", TWO)
        assert addresses(opened(tmp_path)) == ["aws_lb.one"]
        put(tmp_path / "data" / "environment", "two\n")
        assert addresses(opened(tmp_path, {"TF_DATA_DIR": "data"})) == ["aws_lb.two"]

    def test_nothing_there(self, tmp_path: Path) -> None:
        """Not a directory of Terraform, one of Terragrunt, or one with workspaces alone."""
        assert refused(tmp_path).why == "it has neither a backend nor terraform.tfstate"
        put(tmp_path / "terragrunt.hcl", "")
        assert "terragrunt state pull | " in refused(tmp_path).then
        put(tmp_path / "terraform.tfstate.d" / "two" / "terraform.tfstate", TWO)
        assert refused(tmp_path).then == "It has the workspaces two: --workspace"

    def test_the_directory_of_a_project(self, tmp_path: Path) -> None:
        """Where Terraform is initialised further down, that is said."""
        inside = put(tmp_path / "environments" / "prod" / ".terraform" / "terraform.tfstate", {}).parents[1]
        put(inside / ".terraform" / "modules" / "x" / ".terraform" / "x", "")
        assert refused(tmp_path).then == f"Terraform is initialised in {inside}: name that directory."

    def test_a_state_that_could_not_be_written(self, tmp_path: Path) -> None:
        """What Terraform has left in `errored.tfstate` is later than what its backend has, unless it was pushed."""
        put(tmp_path / "terraform.tfstate", ONE)
        errored = put(tmp_path / "errored.tfstate", TWO)
        error = refused(tmp_path)
        assert error.why == f"a later state, serial 8, is in {errored}: Terraform could not write it"
        assert "terraform state push errored.tfstate" in error.then
        for content in (ONE, written(state(serial=9, lineage="of another project"))):
            put(errored, content)
            assert addresses(opened(tmp_path)) == ["aws_lb.one"]


BACKEND = """
# backend "gcs" {}
variable "backend" { default = "terraform { backend }" }
terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.0" }
  }
  backend "s3" {
    bucket       = "team-states"
    key          = "preto-2/prod/terraform.tfstate"
    region       = "eu-west-1"
    use_lockfile = true
    encrypt      = true
  }
}
resource "aws_lb" "x" {
  name = "${var.a}-${join("-", ["{", "b"])}"
  dynamic "terraform" {
    content { backend = "x" }
  }
}
"""


def location(folder: Path, environment: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
    """Return where the state of a directory is in S3."""
    source = opened(folder, environment, **options)
    assert isinstance(source, S3Source)
    return {key: value for key, value in source.document().items() if value not in ("", "default", "env:")}


class TestS3Backend:
    """A directory whose backend is S3: which object, in which region, and how it is locked."""

    def test_from_the_configuration(self, tmp_path: Path) -> None:
        """The block is found among everything else that a configuration has."""
        put(tmp_path / "main.tf", BACKEND)
        expected = {
            "kind": "s3",
            "bucket": "team-states",
            "key": "preto-2/prod/terraform.tfstate",
            "region": "eu-west-1",
            "has_lock_file": True,
        }
        assert location(tmp_path) == expected
        assert opened(tmp_path).name == "s3://team-states/preto-2/prod/terraform.tfstate"
        assert opened(tmp_path, workspace="dev").name == "s3://team-states/env:/dev/preto-2/prod/terraform.tfstate"

    def test_from_json(self, tmp_path: Path) -> None:
        """Configuration in JSON, in which a block may be a list of blocks."""
        s3 = {
            "bucket": "b-1",
            "key": "k",
            "dynamodb_table": "locks",
            "workspace_key_prefix": "w",
            "use_lockfile": False,
        }
        for terraform in ({"backend": {"s3": s3}}, [{"backend": [{"s3": [s3]}]}]):
            put(tmp_path / "backend.tf.json", {"terraform": terraform})
            found = location(tmp_path, workspace="dev")
            assert (found["lock_table"], found["has_lock_file"], found["workspace"]) == ("locks", False, "dev")
            assert opened(tmp_path, workspace="dev").name == "s3://b-1/w/dev/k"
        assert location(tmp_path, lock_table="other")["lock_table"] == "other"

    def test_what_is_initialised_wins(self, tmp_path: Path) -> None:
        """`terraform init -backend-config` completes the block; only `.terraform` has the result."""
        put(tmp_path / "main.tf", 'terraform {\n  backend "s3" {}\n}')
        config = {
            "bucket": "b-1",
            "key": "k",
            "region": "eu-west-1",
            "secret_key": "hidden",
            "profile": "x",
            "role_arn": None,
        }
        config |= {"workspace_key_prefix": None, "dynamodb_table": None, "use_lockfile": None}
        noted = {"version": 3, "backend": {"type": "s3", "config": config, "hash": 7}}
        put(tmp_path / ".terraform" / "terraform.tfstate", noted)
        source = opened(tmp_path)
        assert source.name == "s3://b-1/k"
        assert source.notes == (
            "The state is read with the credentials of this command, without profile of its backend.",
        )
        assert "hidden" not in f"{source.document()} {vars(source)}"

    def test_what_was_changed_after_it_was_initialised(self, tmp_path: Path) -> None:
        """It can be what `-backend-config` has replaced, so that it is no error, and is said."""
        put(tmp_path / "main.tf", BACKEND)
        config = {"bucket": "team-states", "key": "k", "region": "eu-west-1", "use_lockfile": True}
        put(tmp_path / ".terraform" / "terraform.tfstate", {"version": 3, "backend": {"type": "s3", "config": config}})
        [note] = opened(tmp_path).notes
        assert note.startswith(f"Of {tmp_path / 'main.tf'}:9, key is not used: `terraform init` has noted k.")

    def test_templates_in_json(self, tmp_path: Path) -> None:
        """Text in JSON is a template, too, and OpenTofu allows variables in it."""
        backend = {"s3": {"bucket": "${var.bucket}", "key": "k"}}
        put(tmp_path / "backend.tf.json", {"terraform": {"backend": backend}})
        assert refused(tmp_path).why.startswith("its backend has no bucket that can be read")

    @pytest.mark.parametrize(
        ("block", "names"),
        [
            ("", "bucket and no key"),
            ('bucket = "b"', "key"),
            ('bucket = var.bucket\n key = "${var.x}/k"', "bucket and no key"),
            ('bucket = ""\n key = "k"', "bucket"),
        ],
    )
    def test_gaps_of_the_block(self, tmp_path: Path, block: str, names: str) -> None:
        """What `-backend-config` or a variable gives is not known before `terraform init`."""
        path = put(tmp_path / "main.tf", f'terraform {{\n  backend "s3" {{\n{block}\n  }}\n}}')
        error = refused(tmp_path)
        assert error.why == f"its backend has no {names} that can be read ({path}:2), and is not initialised here"
        assert "terraform init" in error.then

    def test_override_files_win(self, tmp_path: Path) -> None:
        """As Terraform merges them."""
        put(tmp_path / "a_override.tf", BACKEND.replace("team-states", "other-states"))
        put(tmp_path / "main.tf", BACKEND)
        assert location(tmp_path)["bucket"] == "other-states"

    def test_keys_of_customers(self, tmp_path: Path) -> None:
        """SSE-C: Terraform has the key, and pulls."""
        put(
            tmp_path / "main.tf",
            BACKEND.replace("encrypt ", "sse_customer_key ").replace("= true\n  }", '= "hidden"\n  }'),
        )
        error = refused(tmp_path)
        assert "sse_customer_key" in error.why
        assert "hidden" not in str(error)
        assert "terraform state pull |" in error.then

    def test_another_backend_than_the_initialised_one(self, tmp_path: Path) -> None:
        """Where the block has changed since, nobody knows where the state is."""
        put(tmp_path / "main.tf", BACKEND)
        put(tmp_path / ".terraform" / "terraform.tfstate", {"version": 3, "backend": {"type": "gcs", "config": {}}})
        error = refused(tmp_path)
        assert error.why.endswith("main.tf:9), and gcs is initialised")
        assert "terraform init" in error.then

    @pytest.mark.parametrize(
        "noted", [b"", b"{", {"backend": 7}, {"backend": {"type": None}}, {"backend": {"config": {"bucket": "x"}}}]
    )
    def test_a_damaged_folder(self, tmp_path: Path, noted: Any) -> None:
        """Terraform writes it anew."""
        put(tmp_path / ".terraform" / "terraform.tfstate", noted)
        assert refused(tmp_path).what == str(tmp_path / ".terraform" / "terraform.tfstate")

    @pytest.mark.parametrize(
        "text", ['terraform {\n backend "s3" {\n', 'terraform {\n backend "s3" { bucket = \' }\n}']
    )
    def test_a_configuration_that_is_none(self, tmp_path: Path, text: str) -> None:
        """Its file and line are named."""
        path = put(tmp_path / "main.tf", text)
        assert refused(tmp_path).what.startswith(str(path))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('terraform {\n  cloud {\n    organization = "x"\n  }\n}', "HCP Terraform"),
        ('terraform {\n  backend "remote" {}\n}', "HCP Terraform"),
        ('terraform {\n  backend "azurerm" {\n    access_key = "hidden"\n  }\n}', "the backend azurerm"),
        ('terraform {\n  backend "gcs" {}\n}', "the backend gcs"),
        ('terraform {\n  backend "http" {}\n}', "the backend http"),
        ("terraform { cloud {} }", "HCP Terraform"),
    ],
)
def test_other_backends(tmp_path: Path, text: str, words: str) -> None:
    """Terraform reads them, and its output can be piped in."""
    put(tmp_path / "main.tf", text)
    error = refused(tmp_path)
    assert f"its state is in {words} (" in error.why
    assert error.then == "Run there: terraform state pull | python build.py adopt ENV --state -"
    assert "hidden" not in str(error)
