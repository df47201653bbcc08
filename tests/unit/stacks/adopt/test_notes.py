"""What a look says besides what it compares."""

from __future__ import annotations

from stacks.adopt import remarks
from stacks.adopt.survey import Adopted
from tests.support.takeovers import look
from tests.support.terraform_preto2 import Preto2
from tests.support.terraform_services import other_service
from tests.support.terraform_states import add_instance


def test_what_terraform_still_has_to_delete() -> None:
    """A replacement that failed half way leaves a resource that nobody owns after the takeover."""
    document = Preto2().state()
    described = next(it for it in document["resources"] if it["type"] == "aws_lb_target_group")
    add_instance(described, {"arn": "old"}, deposed="0a1b2c3d")
    notes = look(document).survey.notes
    assert [it.partition(":")[0] for it in notes if "(deposed)" in it] == ["module.network.aws_lb_target_group.this"]


def test_what_could_not_be_read_is_said_with_its_reason() -> None:
    """It is compared as the state has it; what AWS has no more is another matter, which blocks."""
    paths = {"Ecr/Repository": "access denied", "Ecs/Cluster": "access denied", "Ecs/Service": "gone"}
    kept = [
        Adopted(
            addresses=("aws_it.this",),
            path=path,
            type="AWS::ECS::Cluster",
            identifier={},
            recorded={},
            unread=why,
            is_gone=why == "gone",
        )
        for path, why in paths.items()
    ]
    assert list(remarks.unread(kept)) == [
        "Compared as the state has it, because it cannot be read: Ecr/Repository, Ecs/Cluster (access denied)."
    ]


def test_a_role_that_is_not_in_the_state_is_named_with_what_the_application_would_lose() -> None:
    """Its policies are not known, and the first deployment makes a role of its own."""
    document = Preto2().state()
    document["resources"] = [it for it in document["resources"] if it["name"] != "ecs_task"]
    [note] = [it for it in look(document).survey.notes if "The application has the role" in it]
    assert "preto-2-streamlit-app-task-role, which is not taken over" in note
    assert "write down what they allow" in note


def test_the_rights_of_a_role_that_others_have_too_are_kept() -> None:
    """In the role that is made beside it."""
    managed = ["arn:aws:iam::aws:policy/AmazonBedrockReadOnly"]
    team = Preto2(changed={"module.iam.aws_iam_role.ecs_task": {"managed_policy_arns": managed}})
    other = other_service(team)
    definition = next(it for it in other if it["type"] == "aws_ecs_task_definition")
    definition["instances"][0]["attributes"]["task_role_arn"] = team.role_arn("task")
    found = look(team.state(*other), mapping=["module.ecs.aws_ecs_service.this=Ecs/Service"])
    assert "Iam/TaskRole" in {it.path for it in found.survey.made}
    assert found.settings.iam.task_managed_policy_arns == tuple(managed)
    assert any("the rights that [iam] says" in it for it in found.survey.notes)
