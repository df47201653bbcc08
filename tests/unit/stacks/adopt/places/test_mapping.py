"""`--map`: choices that are refused say why, and what there is instead."""

from __future__ import annotations

import pytest

from stacks.adopt.places.mapping import parse_map
from stacks.errors import UserError
from tests.support import takeovers
from tests.support.terraform_preto2 import Preto2

ROLES = "Iam/TaskExecutionRole or Iam/TaskRole"
SERVICE = "module.ecs.aws_ecs_service.this"


def test_an_address_may_have_an_equals_sign_in_its_key() -> None:
    """The place is behind the last one."""
    assert parse_map(['aws_ecs_service.a["x=y"]=Ecs/Service']) == {'aws_ecs_service.a["x=y"]': "Ecs/Service"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["aws_ecs_service.a"], "it has not the form ADDRESS=Child/LogicalId"),
        (["aws_ecs_service.a=Service"], "it has not the form ADDRESS=Child/LogicalId"),
        (["=Ecs/Service"], "it has not the form ADDRESS=Child/LogicalId"),
        (["a.b=Ecs/Service", "a.b=Ecs/Cluster"], "a.b has the place Ecs/Service already"),
        (["a.b=Ecs/Service", "a.c=Ecs/Service"], "Ecs/Service is the place of a.b already"),
    ],
)
def test_a_choice_that_says_nothing_clear_is_refused(words: list[str], why: str) -> None:
    """Before anything is read."""
    with pytest.raises(UserError) as error:
        parse_map(words)
    assert error.value.why == why


@pytest.mark.parametrize(
    ("word", "why"),
    [
        (
            "module.ecs.aws_ecs_service.thi=Ecs/Service",
            f'the state has no module.ecs.aws_ecs_service.thi; did you mean "{SERVICE}"?',
        ),
        (
            "module.ecr.aws_ecr_lifecycle_policy.this=Ecr/Repository",
            "it is a property of module.ecr.aws_ecr_repository.this, and goes where that goes",
        ),
        ("data.aws_vpc.selected=Network/Vpc", "no resource of ours is made of its type"),
        (
            "module.iam.aws_iam_role.ecs_task=Iam/Role",
            f"our templates have no Iam/Role with these settings; of its type there is {ROLES}",
        ),
        (
            "module.iam.aws_iam_role.ecs_task=Ecs/Cluster",
            "Ecs/Cluster is of type AWS::ECS::Cluster, and module.iam.aws_iam_role.ecs_task is of type AWS::IAM::Role",
        ),
    ],
)
def test_a_choice_that_does_not_fit_is_refused(word: str, why: str) -> None:
    """An unknown address, a part, a data source, an unknown place, a place of another type."""
    with pytest.raises(UserError) as error:
        takeovers.look(Preto2().state(), mapping=[word])
    assert error.value.why == why


def test_a_choice_wins_over_the_wiring() -> None:
    """What would have had the place stays, and says so."""
    found = takeovers.look(Preto2().state(), mapping=["module.iam.aws_iam_role.ecs_task=Iam/TaskExecutionRole"])
    assert takeovers.paths(found)["module.iam.aws_iam_role.ecs_task"] == "Iam/TaskExecutionRole"
    why = takeovers.whys(found)["module.iam.aws_iam_role.ecs_task_execution"]
    assert why == "Iam/TaskExecutionRole is the place of another resource"
