"""What a look says besides what it compares."""

from __future__ import annotations

from stacks.adopt import remarks
from stacks.adopt.survey import Adopted
from tests.support.takeovers import look
from tests.support.terraform_preto2 import Preto2
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
