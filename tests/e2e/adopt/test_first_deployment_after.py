"""The first deployment after a takeover: it waits for Terraform to let go, and says that there is no way back."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pytest

from stacks.adopt.execution.journal import FORMAT, Journal, Operator, Owned, StateSeen, journal_key
from stacks.adopt.execution.templates import adoption_marks
from stacks.rendered.names import ADOPTION
from tests.support.commands import Project, project
from tests.support.terraform_states import LINEAGE, resource, state, written

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account

DEPLOY = ("deploy", "prod", "--yes")
ADDRESS = "module.ecr.aws_ecr_repository.this"
POINT = "`adopt --undo` is not possible"


@pytest.fixture
def here(tmp_path: Path, account: Account) -> Project:
    """Give a project whose stack was taken over from Terraform, with a repository that is in no stack yet."""
    found = project(tmp_path, account.env)
    found.succeed("bootstrap", "prod", "--yes", "--quiet")
    template = {
        "Metadata": {ADOPTION: adoption_marks("preto-2-prod", LINEAGE)},
        "Resources": {"AdoptionPlaceholder": {"Type": "AWS::CloudFormation::WaitConditionHandle"}},
    }
    account.client("cloudformation").create_stack(StackName="preto-2-prod", TemplateBody=json.dumps(template))
    return found


def journal(account: Account, source: dict[str, Any], **changed: Any) -> None:
    """Write the journal of the takeover."""
    owned = Owned(
        path="Ecr/Repository",
        type="AWS::ECR::Repository",
        addresses=(ADDRESS,),
        identifier={"RepositoryName": "app"},
        physical_id="app",
    )
    found = Journal(
        root="preto-2-prod",
        account_id=account.address.access_key_id,
        region=account.env["AWS_DEFAULT_REGION"],
        status="adopted",
        operator=Operator(arn="arn:aws:iam::123456789012:user/somebody", token="0"),  # noqa: S106 - no secret
        state=StateSeen(source=source, serial=7, lineage=LINEAGE, md5="0"),
        resources=(owned,),
    )
    document = {"format": FORMAT} | asdict(replace(found, **changed))
    s3 = account.client("s3")
    (bucket,) = (it["Name"] for it in s3.list_buckets()["Buckets"])
    s3.put_object(Bucket=bucket, Key=journal_key("preto-2-prod"), Body=json.dumps(document).encode())


def test_a_deployment_waits_until_terraform_has_let_go(here: Project, account: Account) -> None:
    """While the state has one of the addresses, or is locked, nothing is deployed; then it is, and that is named."""
    file = here.folder / "terraform.tfstate"
    file.write_bytes(written(state(resource(ADDRESS, {"name": "app"}), resource("aws_vpc.main", {"id": "vpc-1"}))))
    journal(account, {"kind": "file", "path": str(file)})
    refused = here.fail(*DEPLOY)
    assert f"Terraform's state still has what it owns: {ADDRESS}" in refused
    assert "python build.py adopt prod --release" in refused
    assert f"{file}: if that is a copy" in refused
    file.write_bytes(written(state(resource("aws_vpc.main", {"id": "vpc-1"}))))
    lock = here.folder / ".terraform.tfstate.lock.info"
    lock.write_text(json.dumps({"ID": "1", "Operation": "OperationTypeApply", "Who": "a@b"}))
    assert "it is locked for apply by a@b" in here.fail(*DEPLOY)
    lock.unlink()
    assert POINT in here.run(*DEPLOY).stderr
    assert POINT not in here.run(*DEPLOY).stderr


def test_a_deployment_waits_until_a_takeover_has_ended(here: Project, account: Account) -> None:
    """Half of a takeover is not deployed over: it goes on, or is taken back."""
    journal(account, {"kind": "pipe"}, status="executing")
    assert "its takeover from Terraform has not ended" in here.fail(*DEPLOY)


def test_a_state_that_cannot_be_looked_up_is_named(here: Project, account: Account) -> None:
    """A state that came through a pipe, or whose file is gone, does not block a deployment, and is named."""
    journal(account, {"kind": "file", "path": str(here.folder / "gone.tfstate")})
    heard = here.run(*DEPLOY)
    assert heard.returncode == 0, heard.stderr
    assert "Whether Terraform has let go cannot be looked up" in heard.stderr
    assert POINT in heard.stderr


def test_the_state_of_another_project_is_not_let_go(here: Project, account: Account) -> None:
    """`--release` goes by the state that was taken over; another one is named, with its lineage."""
    other = here.folder / "other.tfstate"
    other.write_bytes(written(state(resource(ADDRESS, {"name": "app"}), lineage="another")))
    journal(account, {"kind": "pipe"}, resources=())
    refused = here.fail("adopt", "prod", "--release", "--state", str(other))
    assert f"other.tfstate: its lineage is another, and {LINEAGE} was taken over" in refused
