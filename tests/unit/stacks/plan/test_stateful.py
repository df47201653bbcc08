"""What holds data is not replaced or removed by accident."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from cfnlint.data import AdditionalSpecs

from stacks.cloudformation.changes import Change, StackChanges
from stacks.errors import UserError
from stacks.plan.stateful import find_endangered, refuse_unallowed
from templates.resource_types.stateful import STATEFUL
from tests.support.plan_trees import modified

NESTED_STACK = "AWS::CloudFormation::Stack"


def tree(*changes: Change) -> StackChanges:
    """A root with one child, which holds these changes."""
    inside = StackChanges(stack_id="ecr", changes=changes)
    return StackChanges(
        stack_id="root", changes=(Change(action="Modify", logical_id="Ecr", type=NESTED_STACK, nested=inside),)
    )


def test_what_cfn_lint_calls_stateful_is_in_the_list() -> None:
    """A newer cfn-lint with more types shows here. Nested stacks are not meant: what is in them is."""
    listed = json.loads(files(AdditionalSpecs).joinpath("StatefulResources.json").read_bytes())["ResourceTypes"]
    assert {*listed} - {NESTED_STACK} <= STATEFUL


@pytest.mark.parametrize("replacement", ["True", "Conditional"])
def test_a_replacement_has_to_be_allowed_by_name(replacement: str) -> None:
    """Also one that may not come; by its path, or by its logical id."""
    changes = tree(modified("Repository", "AWS::ECR::Repository", replacement=replacement))
    with pytest.raises(UserError, match="Ecr/Repository") as error:
        refuse_unallowed(changes, ["Ecr", "Other/Repository"])
    assert "--allow-replace Ecr/Repository" in error.value.then
    refuse_unallowed(changes, ["Ecr/Repository"])
    refuse_unallowed(changes, ["Repository"])


def test_a_removal_has_to_be_allowed_by_name() -> None:
    """Each by its own."""
    gone = [
        Change(action="Remove", logical_id=name, type=kind)
        for name, kind in (("Repository", "AWS::ECR::Repository"), ("LogGroup", "AWS::Logs::LogGroup"))
    ]
    with pytest.raises(UserError, match="Ecr/LogGroup") as error:
        refuse_unallowed(tree(*gone), ["Repository"])
    assert "Ecr/Repository" not in str(error.value)


def test_nothing_else_is_guarded() -> None:
    """What changes in place, what is proven not to change, and what holds no data."""
    proven = Change(action="Modify", logical_id="R", type="AWS::ECR::Repository", replacement="True", certainty="none")
    changes = tree(
        proven,
        modified("InPlace", "AWS::ECR::Repository"),
        modified("Service", "AWS::ECS::Service", replacement="True"),
        Change(action="Add", logical_id="New", type="AWS::S3::Bucket"),
    )
    assert list(find_endangered(changes)) == []
