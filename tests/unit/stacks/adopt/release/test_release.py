"""What `adopt --release` prints: a script or a file that makes Terraform let go of exactly what was taken over."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from stacks.adopt.execution.journal import Journal, Operator, Owned, Serving, StateSeen
from stacks.adopt.release.proof import Proven
from stacks.adopt.release.releasing import Release, plan_release, still_held
from stacks.terraform.reading import read_state
from stacks.views.adopt import release as view
from tests.support.terraform_states import resource, state, written

if TYPE_CHECKING:
    from stacks.terraform.state import State

ACCOUNT = "arn:aws:ecs:ap-northeast-2:123456789012"
SERVICE = Owned(
    path="Ecs/Service",
    type="AWS::ECS::Service",
    addresses=("module.ecs.aws_ecs_service.this",),
    identifier={"ServiceArn": f"{ACCOUNT}:service/app-cluster/app", "Cluster": "app-cluster"},
    physical_id=f"{ACCOUNT}:service/app-cluster/app",
)
REPOSITORY = Owned(
    path="Ecr/Repository",
    type="AWS::ECR::Repository",
    addresses=('aws_ecr_repository.this["app"]', 'aws_ecr_lifecycle_policy.this["app"]'),
    identifier={"RepositoryName": "app"},
    physical_id="app",
)
JOURNAL = Journal(
    root="preto-2-prod",
    account_id="123456789012",
    region="ap-northeast-2",
    status="adopted",
    operator=Operator(arn="arn:aws:iam::123456789012:role/deploy", token="0"),  # noqa: S106 - no secret: it tells executions apart
    state=StateSeen(source={}, serial=57, lineage="a", md5="0"),
    resources=(SERVICE, REPOSITORY),
    before=Serving(
        task_definition=f"{ACCOUNT}:task-definition/app:7", desired=1, task_arns=("t",), healthy_targets=("10.0.0.1",)
    ),
)
PROVEN = tuple(Proven(owned=it, stack_id="s", physical_id=it.physical_id) for it in JOURNAL.resources)


def _state(*more: dict[str, Any], **changed: Any) -> State:
    found = state(
        resource("module.ecs.aws_ecs_service.this", {"name": "app"}),
        resource("module.ecs.aws_ecs_task_definition.this", {"arn": f"{ACCOUNT}:task-definition/app:6"}),
        resource("module.other.aws_ecs_task_definition.this", {"arn": f"{ACCOUNT}:task-definition/other:2"}),
        resource("aws_ecr_repository.this", {"name": "app"}, key="app"),
        resource("aws_ecr_lifecycle_policy.this", {"repository": "app"}, key="app"),
        resource("aws_vpc.main", {"id": "vpc-1"}),
        *more,
        **changed,
    )
    allowed = {"aws_ecs_task_definition": ("arn",)}
    return read_state(written(found), allowed, source="terraform.tfstate")


def _release(**changed: Any) -> Release:
    return plan_release(JOURNAL, PROVEN, _state(**changed))


def test_everything_that_became_ours_is_released_and_nothing_else() -> None:
    """Parts of resources go with them, and so do the revisions of the service's family: Terraform deregisters those."""
    assert set(_release().released) == {
        "module.ecs.aws_ecs_service.this",
        "module.ecs.aws_ecs_task_definition.this",
        'aws_ecr_repository.this["app"]',
        'aws_ecr_lifecycle_policy.this["app"]',
    }
    assert set(_release().staying) == {"module.other.aws_ecs_task_definition.this", "aws_vpc.main"}


def test_what_terraform_has_let_go_of_is_not_named_again() -> None:
    """A second run names only what is left."""
    left = read_state(
        written(state(resource("aws_ecr_lifecycle_policy.this", {}, key="app"), resource("aws_vpc.main", {}))),
        {},
        source="terraform.tfstate",
    )
    assert plan_release(JOURNAL, PROVEN, left).released == ('aws_ecr_lifecycle_policy.this["app"]',)
    assert still_held(JOURNAL, left) == ('aws_ecr_lifecycle_policy.this["app"]',)
    nothing = read_state(written(state(resource("aws_vpc.main", {}))), {}, source="terraform.tfstate")
    assert "there is nothing to let go of" in view.text(plan_release(JOURNAL, PROVEN, nothing), "sh")
    assert still_held(JOURNAL, nothing) == ()


@pytest.mark.parametrize("form", view.FORMS)
def test_a_form_is_all_comments_but_for_what_is_to_be_done(form: str) -> None:
    """A script can be run, and a file used, as it is printed: what is explained is a comment there."""
    text = view.text(_release(), form)
    code = [line for line in text.splitlines() if line and not line.startswith("#")]
    starts = {
        "sh": ("(umask", "terraform state rm", "  "),
        "powershell": ("[IO.File]", "terraform state rm", "terraform --% state rm", "  "),
        "removed": ("removed {", "  ", "}"),
    }[form]
    assert code
    assert all(line.startswith(starts) for line in code)
    assert "#   aws_vpc.main" in text


def test_the_script_is_valid_in_a_shell() -> None:
    """`sh -n` reads all of it."""
    subprocess.run(["sh", "-n"], input=view.text(_release(), "sh"), text=True, check=True, timeout=60)


def test_data_sources_find_what_was_released() -> None:
    """What stays, and outputs, can refer to the service and the repository by data sources with their names."""
    first, second = view.document(_release())["data_sources"]
    assert first == (
        'data "aws_ecs_service" "this" {\n'
        '  service_name = "app"\n'
        '  cluster_arn  = "arn:aws:ecs:ap-northeast-2:123456789012:cluster/app-cluster"\n}'
    )
    assert second == 'data "aws_ecr_repository" "this" {\n  name = "app"\n}'


def test_opentofu_gets_its_own_commands() -> None:
    """A state whose providers come from OpenTofu's registry is released by `tofu`."""
    found = resource("aws_iam_role.x", {})
    found["provider"] = 'provider["registry.opentofu.org/hashicorp/aws"]'
    release = plan_release(JOURNAL, PROVEN, _state(found))
    assert "tofu state rm" in view.text(release, "sh")
    assert "lifecycle {" not in view.text(release, "removed")


def test_an_old_terraform_is_told_of_the_version_that_blocks_need() -> None:
    """Terraform 1.6 does not know `removed` blocks."""
    text = view.text(_release(terraform_version="1.6.6"), "removed")
    assert "1.6.6 wrote the state, and `removed` blocks need version 1.7" in text
