"""Environments that are made for AWS, on the embedded one: in their region and account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox import image, running
from tests.support.accounts import REGION, Account
from tests.support.commands import project

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

HARDENED = "111122223333"
ON = ("--var", "aws_endpoint=sandbox", "--var", "aws_sandbox_state=state")
BOUNDARY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
WITHOUT = ("--var", "network_https=null", "--var", "network_sign_in=null")


def test_hardened_is_tried_in_its_own_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As docs/guides/use-the-sandbox.md says; the line that `deploy` prints places the image, from any folder."""
    here = project(tmp_path)
    monkeypatch.chdir(tmp_path)
    with running(state_dir=tmp_path / "state", region=REGION) as address:
        account = Account(address=address.as_account(HARDENED))
        account.client("iam").create_policy(PolicyName="example-boundary", PolicyDocument=json.dumps(BOUNDARY))
        here.succeed("bootstrap", "hardened", *ON, *WITHOUT, "--yes", "--quiet")
        said = here.succeed("deploy", "hardened", *ON, *WITHOUT, "--yes", "--quiet")
        line = next(it for it in said.splitlines() if "sandbox.image" in it)
        words = line.replace(" TAG", " v1").split()
        assert words[:2] == ["python", "-m"]
        assert image.main(words[3:]) == 0
        ecr = account.client("ecr")
        assert [it["imageTag"] for it in ecr.list_images(repositoryName="preto-2-hardened")["imageIds"]] == ["v1"]
        assert image.main(["--create", f"{HARDENED}.dkr.ecr.eu-west-1.amazonaws.com/other", "1.0", *words[3:5]]) == 0
