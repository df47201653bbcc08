"""Reading change sets: all pages of them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from stacks import plan
from stacks.cloudformation.changes import read_changes
from tests.support import faults

if TYPE_CHECKING:
    from tests.support.world import World


def page(*names: str, then: str = "") -> str:
    """A page of a change set as CloudFormation answers it."""
    members = "".join(
        f"<member><Type>Resource</Type><ResourceChange><Action>Add</Action><LogicalResourceId>{name}</LogicalResourceId>"
        "<ResourceType>AWS::ECS::Service</ResourceType></ResourceChange></member>"
        for name in names
    )
    more = f"<NextToken>{then}</NextToken>" if then else ""
    result = f"<ChangeSetName>c</ChangeSetName><StackId>s</StackId><Status>CREATE_COMPLETE</Status>{more}"
    body = f"<DescribeChangeSetResult>{result}<Changes>{members}</Changes></DescribeChangeSetResult>"
    return f"<DescribeChangeSetResponse>{body}</DescribeChangeSetResponse>"


def test_all_pages_are_read(empty: World) -> None:
    """A change set of many resources comes in pieces; none is lost."""
    pages = iter([page("A", "B", then="2"), page("C", then="3"), page("D")])
    with (
        faults.server(lambda _: (200, next(pages))) as url,
        closing(replace(empty.aws, endpoint_url=url)) as aws,
    ):
        tree = read_changes(aws, "c", "s")
    assert [change.logical_id for change in tree.changes] == ["A", "B", "C", "D"]
    assert tree.count() == {"add": 4, "change": 0, "replace": 0, "remove": 0, "import": 0}


def test_a_child_that_goes_says_what_is_retained(world: World) -> None:
    """Without an image the service goes; its logs stay, with what is in them, and everything else is deleted."""
    world.deploy()
    world.push("v1")
    world.deploy(image_tag="v1")
    asked = world.plan(image_tag="v1", network={"idle_timeout": 301}).request
    without = replace(asked, parameters={**asked.parameters, "ImageTag": ""})
    found = plan.propose(world.aws, without, emit=world.said.append)
    gone = {path: change.policy for path, change in found.changes.paths() if change.kind == "remove"}
    assert {path for path, policy in gone.items() if policy == "Retain"} == {"Ecs/LogGroup"}
    assert gone["Ecs/Service"] == "Delete"
