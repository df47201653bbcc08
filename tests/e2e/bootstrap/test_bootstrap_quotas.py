"""IAM's quotas and `bootstrap`: many repositories are no matter, and what cannot be is said before anything is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.support.commands import Project, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account

GITHUB = ("[bootstrap]", 'github_repository = "octo/preto"', "execution_role = true", "github_pull_requests = true")
ROLES = ("GitHubActionsRole", "GitHubPlanRole", "preto-2-bootstrap-ap-northeast-2")


def given(here: Project, *lines: str) -> None:
    """Let prod have this `[bootstrap]`."""
    file = here.folder / "environments" / "prod.toml"
    text = file.read_text(encoding="utf-8").partition("\n[bootstrap]")[0]
    file.write_text("\n".join([text, *lines]), encoding="utf-8")


def test_bootstrap_keeps_within_iams_quotas(tmp_path: Path, account: Account) -> None:
    """With as many repositories as can be named, policies are split; with too many branches nothing is made.

    From few to many, the stack is upgraded in place. The embedded AWS refuses what IAM does.
    """
    here = project(tmp_path, account.env)
    iam = account.client("iam")
    branches = json.dumps([f"release/2026-11/{number:03d}-{'b' * 40}" for number in range(25)])
    given(here, *GITHUB, f"github_branches = {branches}")
    said = here.fail("bootstrap", "prod", "--yes")
    assert "the trust policy of GitHubActionsRole has up to 2" in said
    assert f"and account {account.account_id} may have 2048\nName fewer branches, tags or environments" in said
    assert "GitHubActionsRole" not in {it["RoleName"] for it in iam.list_roles()["Roles"]}
    names = json.dumps([f"team-{number:03d}/{'a' * 247}" for number in range(20)])
    few = (*GITHUB, 'github_branches = ["main"]')
    for lines in (few, (*few, f"repository_names = {names}")):
        given(here, *lines)
        here.succeed("bootstrap", "prod", "--yes", "--quiet")
        attached = [len(iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]) for name in ROLES]
        inline = [len(iam.list_role_policies(RoleName=name)["PolicyNames"]) for name in ROLES]
        assert (attached, inline) == (([1, 0, 4], [1, 1, 1]) if lines == few else ([6, 3, 5], [0, 0, 1]))
