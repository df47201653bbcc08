"""The pipeline, and what other repositories copy of it: least rights, exact actions, and the plan that was approved."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
OURS = ROOT / ".github" / "workflows" / "deploy.yml"
COPIED = ROOT / "stacks" / "new" / "pipeline" / "github.yml"
GITLAB = ROOT / "stacks" / "new" / "pipeline" / "gitlab.yml"


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    """Give the jobs of our own workflow."""
    return dict(YAML(typ="safe").load(OURS)["jobs"])


def commands(job: dict[str, Any]) -> str:
    """What a job runs."""
    return "\n".join(step.get("run", "") for step in job["steps"])


def role(job: dict[str, Any]) -> str:
    """The role that a job takes on, or ""."""
    return next(
        (step["with"]["role-to-assume"] for step in job["steps"] if "role-to-assume" in step.get("with", {})), ""
    )


def test_no_job_has_more_rights_than_it_needs(jobs: dict[str, Any]) -> None:
    """Nothing is granted to all; only jobs that go to AWS get a token for it, and only the comment writes."""
    assert YAML(typ="safe").load(OURS)["permissions"] == {}
    granted = {name: job["permissions"] for name, job in jobs.items()}
    aws = {"contents": "read", "id-token": "write"}
    assert granted == {
        "check": {"contents": "read"},
        "plan": aws,
        "comment": {"pull-requests": "write"},
        "prepare": aws,
        "deploy": aws,
    }


def test_code_of_a_pull_request_never_has_a_token_that_writes(jobs: dict[str, Any]) -> None:
    """The job that may comment checks nothing out; no workflow runs strangers' code with our rights."""
    assert not any("checkout" in step.get("uses", "") for step in jobs["comment"]["steps"])
    for workflow in ROOT.glob(".github/workflows/*.yml"):
        assert "pull_request_target" not in workflow.read_text(encoding="utf-8")
    assert all(
        step["with"]["persist-credentials"] is False
        for job in jobs.values()
        for step in job["steps"]
        if "checkout" in step.get("uses", "")
    )


def test_pull_requests_plan_with_the_role_that_only_plans(jobs: dict[str, Any]) -> None:
    """Of this repository alone, not of forks; the plan is a comment and in the summary."""
    plan = jobs["plan"]
    assert role(plan) == "${{ vars.AWS_PLAN_ROLE_ARN }}"
    assert "github.event_name == 'pull_request'" in plan["if"]
    assert "github.event.pull_request.head.repo.full_name == github.repository" in plan["if"]
    assert "--format markdown" in commands(plan)
    assert "--out" not in commands(plan)
    assert "GITHUB_STEP_SUMMARY" in commands(plan)


def test_the_comment_is_the_one_of_the_same_stack(jobs: dict[str, Any]) -> None:
    """Found by the first line, which names the stack: `--edit-last` would take another workflow's or environment's."""
    script = commands(jobs["comment"])
    assert "FIRST=$(head -n 1 plan.md)" in script
    assert "--edit-last" not in script
    for method, place in (("PATCH", "issues/comments/$"), ("POST", "issues/$NUMBER/comments")):
        assert re.search(rf"--method {method} .*{re.escape(place)}.* --field body=@plan.md", script)


def test_what_is_deployed_is_what_was_approved(jobs: dict[str, Any]) -> None:
    """The change set is kept before the approval and executed after it, by a job of the GitHub environment."""
    assert "github.event_name == 'push'" in jobs["prepare"]["if"]
    assert "--out plan.json" in commands(jobs["prepare"])
    assert "environment" not in jobs["prepare"]
    deploy = jobs["deploy"]
    assert (deploy["environment"], deploy["needs"]) == ("prod", "prepare")
    assert "deploy --plan plan.json --yes" in commands(deploy)
    assert role(deploy) == role(jobs["prepare"]) == "${{ vars.AWS_DEPLOY_ROLE_ARN }}"


def test_one_deployment_at_a_time(jobs: dict[str, Any]) -> None:
    """Each job that changes something is the only one of its environment, and is not cut off by the next."""
    for name in ("prepare", "deploy"):
        assert jobs[name]["concurrency"] == {"group": f"{name}-prod", "cancel-in-progress": False}


def test_nothing_from_outside_becomes_a_command(jobs: dict[str, Any]) -> None:
    """Expressions are handed to scripts as variables, never written into them."""
    for job in jobs.values():
        assert "${{" not in commands(job)


def test_the_copy_for_other_repositories_is_ours() -> None:
    """It differs in how the project is installed and called, and in nothing else."""
    ours = OURS.read_text(encoding="utf-8")
    ours = re.sub(r" +cache: pip\n +cache-dependency-path: constraints.txt\n", "", ours)
    ours = ours.replace("pip install -c constraints.txt -e .", 'pip install "$STACKS"').replace(
        "python build.py", "preto"
    )
    stacks = "  STACKS: preto-2-stacks @ git+https://github.com/OWNER/preto-2@COMMIT\n"
    assert ours.replace("  ENVIRONMENT: prod\n", f"  ENVIRONMENT: prod\n{stacks}", 1) == COPIED.read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("file", "schema"),
    [(COPIED, ["vendor.github-workflows"]), (GITLAB, ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"])],
    ids=["github", "gitlab"],
)
def test_what_is_copied_is_valid(file: Path, schema: list[str]) -> None:
    """GitHub and GitLab accept it: it follows their schemas."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *schema, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_gitlab_deploys_the_saved_plan_by_hand_from_the_default_branch() -> None:
    """With a token for STS, one deployment of the environment at a time."""
    jobs = YAML(typ="safe").load(GITLAB.read_text(encoding="utf-8").replace("!reference", ""))
    deploy = jobs["deploy"]
    (rule,) = deploy["rules"]
    assert rule == {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "when": "manual"}
    assert (deploy["environment"], deploy["resource_group"]) == ("prod", "prod")
    assert jobs[".aws"]["id_tokens"] == {"AWS_TOKEN": {"aud": "sts.amazonaws.com"}}
    assert "deploy --plan plan.json --yes" in "\n".join(deploy["script"])
    assert "--out plan.json" in "\n".join(jobs["plan"]["script"])
    assert set(jobs["plan"]["artifacts"]["paths"]) == {"plan.json"}
