"""Whom GitHub's tokens name, and a bootstrap stack trusts: through the command line, on an AWS that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.commands import project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account

FILE = """\
project = "preto-2"

[aws]
region = "ap-northeast-2"

[bootstrap]
github_repository = "octocat_corp/app"
"""
TRUSTED = {
    "a managed user's branch": ('github_branches = ["main"]', "repo:octocat_corp/app:ref:refs/heads/main"),
    "an environment with a colon": (
        'github_environments = ["Production:V1 (eu) #1"]',
        "repo:octocat_corp/app:environment:Production%3AV1 (eu) #1",
    ),
}


@pytest.mark.parametrize("case", TRUSTED)
def test_who_is_named_is_trusted_as_the_token_names_it(tmp_path: Path, account: Account, case: str) -> None:
    """The role's trust policy has the claim of the token, and the issuer's name for it, letter by letter."""
    line, subject = TRUSTED[case]
    here = project(tmp_path, account.env)
    issuer = 'github_issuer = "https://token.actions.githubusercontent.com/octo-corp"'
    (tmp_path / "environments" / "prod.toml").write_text(f"{FILE}{line}\n{issuer}\n", encoding="utf-8")
    here.succeed("bootstrap", "prod", "--yes", "--quiet")
    iam = account.client("iam")
    (statement,) = iam.get_role(RoleName="GitHubActionsRole")["Role"]["AssumeRolePolicyDocument"]["Statement"]
    host = "token.actions.githubusercontent.com/octo-corp"
    assert statement["Principal"]["Federated"].endswith(f":oidc-provider/{host}")
    assert statement["Condition"]["StringEquals"] == {f"{host}:aud": "sts.amazonaws.com", f"{host}:sub": [subject]}
