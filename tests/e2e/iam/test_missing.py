"""What policies lack for a deployment, offline: the warning of the Terraform project's documentation among it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stacks.iam.compare.missing import Found, find_missing, judge_by_policies
from stacks.iam.derive.policy import policy_documents
from stacks.iam.evaluate.documents import parse_policy, read_policy
from stacks.iam.evaluate.evaluation import Policies
from tests.support.commands import Project, project
from tests.support.environments import feature
from tests.support.faults import closed_port
from tests.unit.templates.test_iam_roles import DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

MANAGED = sorted((Path(__file__).parents[2] / "support" / "managed").glob("*.json"))
TAG = "application-autoscaling:TagResource"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Project]:
    """Give a project without credentials, whose AWS does not answer, and the documented inline policy in a file."""
    (tmp_path / "inline.json").write_text(DOCUMENT)
    with closed_port() as url:
        yield project(tmp_path, {"AWS_ENDPOINT_URL": url})


def judged(*policies: dict[str, Any]) -> Found:
    """What prod lacks where there are these policies."""
    found = tuple(parse_policy(it, f"policy {number}") for number, it in enumerate(policies, 1))
    return find_missing(feature("prod").needs, judge_by_policies(Policies(identity=found), {}), whose="these")


def derived() -> list[dict[str, Any]]:
    """The policies that allow all that prod needs."""
    needs = feature("prod").needs
    return [*policy_documents(needs.deployer), *policy_documents(needs.cloudformation)]


def test_the_documented_warning_is_named_with_the_scalable_target() -> None:
    """With a team's managed policies, `AmazonECS_FullAccess` among them: the target's tags, and what to add."""
    policies = Policies(identity=tuple(read_policy(path) for path in MANAGED))
    found = find_missing(feature("prod").needs, judge_by_policies(policies, {}), whose="managed")
    (lack,) = [it for it in found.missing if it.need.action == TAG]
    assert (lack.need.why.module, lack.need.why.logical_id) == ("Autoscaling", "ScalableTarget")
    added = [it for document in found.to_add() for it in document["Statement"] if TAG in it["Action"]]
    assert [it["Effect"] for it in added] == ["Allow"]
    assert all(":scalable-target/" in resource for it in added for resource in it["Resource"])


def test_with_the_documented_inline_policy_it_is_not_missing() -> None:
    """The document's own remedy is one."""
    documents_ = (*(read_policy(path) for path in MANAGED), parse_policy(DOCUMENT, "inline"))
    policies = Policies(identity=documents_)
    found = find_missing(feature("prod").needs, judge_by_policies(policies, {}), whose="managed and inline")
    assert TAG not in {it.need.action for it in (*found.missing, *found.undecided)}


def test_what_is_to_be_added_is_enough() -> None:
    """With the printed statements on top, nothing is missing any more, and with the derived policies nothing at all."""
    policies = Policies(identity=tuple(read_policy(path) for path in MANAGED))
    before = find_missing(feature("prod").needs, judge_by_policies(policies, {}), whose="managed")
    more = tuple(parse_policy(it, f"added {number}") for number, it in enumerate(before.to_add(), 1))
    after = find_missing(
        feature("prod").needs,
        judge_by_policies(Policies(identity=(*policies.identity, *more)), {}),
        whose="both",
    )
    assert before.missing
    assert after.missing == ()
    assert judged(*derived()).missing == judged(*derived()).undecided == ()


def test_what_a_statement_forbids_is_missing_and_nothing_is_to_be_added() -> None:
    """Another Allow would not help against a Deny; the statement that denies is named."""
    deny = {"Sid": "Never", "Effect": "Deny", "Action": "ecs:CreateService", "Resource": "*"}
    found = judged(*derived(), {"Version": "2012-10-17", "Statement": [deny]})
    (lack,) = found.missing
    assert (lack.need.action, lack.denied) == ("ecs:CreateService", True)
    assert "Never" in lack.why
    assert found.to_add() == ()


def test_what_depends_on_something_unknown_is_undecided_not_missing() -> None:
    """From where the call will come is not known before."""
    office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": office}
    found = judged({"Version": "2012-10-17", "Statement": [allow]})
    assert found.missing == ()
    assert all("aws:SourceIp" in it.why for it in found.undecided)


def test_on_the_command_line_missing_rights_are_an_exit_code(here: Project) -> None:
    """Offline and without credentials: the action, what needs it, why, and what to add."""
    words = ("permissions", "prod", "--policy", *map(str, MANAGED))
    done = here.run(*words)
    assert (done.returncode, done.stderr) == (1, "")
    assert f"  {TAG}  Autoscaling/ScalableTarget: it has Tags" in done.stdout.splitlines()
    assert "To add:" in done.stdout
    fixed = here.run(*words, "inline.json", "--json")
    found = json.loads(fixed.stdout)
    assert TAG not in {it["action"] for it in found["missing"]}


def test_with_enough_the_command_succeeds(here: Project) -> None:
    """The policies that the command prints are enough for it, for each caller alone too."""
    for party in ("deployer", "cloudformation"):
        printed = json.loads(here.succeed("permissions", "prod", "--format", "policy", "--for", party))
        files = []
        for name, document in printed.items():
            (here.folder / f"{name}.json").write_text(json.dumps(document))
            files.append(f"{name}.json")
        assert ": 0 missing, 0 undecided." in here.succeed("permissions", "prod", "--for", party, "--policy", *files)


def test_what_is_no_policy_is_told(here: Project) -> None:
    """One line, with the file's name."""
    (here.folder / "bad.json").write_text('{"Statement": []}')
    assert "bad.json" in here.fail("permissions", "prod", "--policy", "bad.json")
    assert "nowhere.json" in here.fail("permissions", "prod", "--policy", "nowhere.json")


def test_a_permissions_boundary_in_a_file_limits_the_policies(here: Project) -> None:
    """`--boundary`: what it does not allow is missing, though the policies allow it."""
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    narrow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "NotAction": TAG, "Resource": "*"}]}
    (here.folder / "everything.json").write_text(json.dumps(everything))
    (here.folder / "boundary.json").write_text(json.dumps(narrow))
    assert "0 missing" in here.succeed("permissions", "prod", "--policy", "everything.json")
    words = ("--policy", "everything.json", "--boundary", "boundary.json", "--json")
    found = json.loads(here.run("permissions", "prod", *words).stdout)
    assert found["whose"] == "everything.json, within boundary.json"
    assert [it["action"] for it in found["missing"]] == [TAG]
    assert found["missing"][0]["decided"] == "not allowed: what the permissions boundary allows is too narrow"
