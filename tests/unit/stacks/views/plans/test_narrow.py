"""A plan on a terminal of any width: no word of a remark is lost, and the lines of the tree go on."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from stacks.cloudformation.changes import PropertyChange
from stacks.views.plan import screen
from tests.unit.stacks.views.plans import examples

WIDTHS = [60, 72, 80, 100, 140]
CAUSES = ("Ecs/TaskDefinition", "Network/LoadBalancer", "Network/TargetGroup", "Iam/TaskExecutionRole")
WORDS = "its address changes: downtime until DNS and clients follow; the old one is retained"


def deep() -> list[str]:
    """What fits a narrow terminal worst: long names, long remarks, and more below them."""
    depends = PropertyChange(path="LoadBalancers", before="[]", after="x", certainty="depends", causes=CAUSES)
    secret = PropertyChange(
        path="ContainerDefinitions[streamlit-application].Environment[STREAMLIT_SERVER_HEADLESS].Value",
        before="a" * 90,
        after="b" * 90,
        certainty="unproven",
        recreates="maybe",
    )
    first = examples.change(
        "Modify",
        "ApplicationMemoryUtilisationScalingPolicy",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        replacement="True",
        consequence=WORDS,
        properties=(depends, secret),
    )
    plan = examples.plan(
        examples.nested("Outer", examples.nested("Inner", first, examples.change("Add", "Service"))),
        existing=examples.deployed(),
        notes=(
            "No image tag given: the service keeps a-tag-that-somebody-has-made-longer-than-anybody-wants-to-read.",
        ),
        account_id="123456789012",
        region="ap-northeast-2",
        made_at=examples.NOW,
    )
    return [screen.text(plan, width) for width in WIDTHS]


@pytest.mark.parametrize("width", range(len(WIDTHS)), ids=map(str, WIDTHS))
def test_remarks_are_wrapped_and_never_cut(width: int) -> None:
    """All of a consequence, all causes, all suffixes: whatever the width, and no line is longer."""
    shown = deep()[width]
    assert max(map(len, shown.splitlines())) <= WIDTHS[width]
    said = " ".join(re.sub(r"[│├└]", "", shown).split())
    assert WORDS in said
    assert "depends on TaskDefinition, LoadBalancer, TargetGroup, TaskExecutionRole" in said
    assert "(not proven, may replace)" in said
    assert "AWS::ApplicationAutoScaling::ScalingPolicy" in said
    assert "No image tag given: the service keeps" in said


def test_the_lines_of_the_tree_go_on_beside_wrapped_words() -> None:
    """Between a resource and its next sibling, every line has the line that leads there."""
    lines = deep()[0].splitlines()
    begin = next(number for number, line in enumerate(lines) if "ScalingPolicy" in line)
    end = next(number for number, line in enumerate(lines) if "└ +   Service" in line)
    column = lines[end].index("└")
    assert end - begin > 5
    assert {line[column] for line in lines[begin + 1 : end]} == {"│"}


def test_a_pipe_gets_each_remark_in_one_line() -> None:
    """Programs that look for words find them."""
    plan = replace(examples.everything(), drift=None)
    assert "a new, empty repository; the images stay behind in the old one; the old one is retained" in screen.text(
        plan
    )
