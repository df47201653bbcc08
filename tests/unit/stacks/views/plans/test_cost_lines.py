"""What a plan says of a month's cost: in the terminal, in a comment and as data."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from stacks.cost.amounts import NOTHING, Amount
from stacks.cost.assumptions import Assumptions
from stacks.cost.change import CostChange
from stacks.cost.environment import SANDBOX
from stacks.cost.figure import Figure, Line
from stacks.views import plan as view
from stacks.views.plan import screen
from tests.unit.stacks.views.plans import examples
from tests.unit.stacks.views.plans.test_document import valid


def costing(*lines: Line, source: str = "AWS") -> Figure:
    """Return a figure with these lines."""
    total = NOTHING
    for line in lines:
        total = total.plus(line.cost or NOTHING)
    return Figure(
        lines=lines,
        currency="USD",
        total=total,
        given=Assumptions(),
        tasks=None,
        region="ap-northeast-2",
        source=source,
    )


def line(path: str, *numbers: str) -> Line:
    """Return a line with a cost: one number, or smallest, expected and largest."""
    smallest, expected, largest = (Decimal(it) for it in (numbers * 3 if len(numbers) == 1 else numbers))
    cost = Amount(smallest=smallest, expected=expected, largest=largest)
    return Line(path=path, type="T", name="thing", unit="hour", amount=cost, price=Decimal(1), cost=cost)


QUEUE = Line(path="Tasks/Queue", type="Q", name="requests", unit="million requests")
BEFORE = costing(line("Network/Nat", "43.07"), line("Ecs/Service", "10", "20", "40"))
AFTER = costing(line("Network/Nat", "86.14"), line("Ecs/Service", "5", "10", "20"), line("A/New", "1"), QUEUE)


def test_the_difference_is_shown_with_what_moves_it_most() -> None:
    """The largest first, and what is new and has no figure."""
    plan = replace(examples.new_image(), cost=CostChange(before=BEFORE, after=AFTER))
    summary, *rest = screen.text(plan).splitlines()[-5:]
    change = "63.07 → 97.14 USD, +34.07 (+39.07 with the fewest tasks, +24.07 with the most)"
    assert summary == f"A month costs {change}, without what has no figure."
    assert rest == [
        "  Network/Nat: thing  +43.07",
        "  Ecs/Service: thing  -10.00 (-5.00 with the fewest tasks, -20.00 with the most)",
        "  A/New: thing        +1.00",
        "  Tasks/Queue: requests is not counted, by million requests",
    ]
    assert "- Network/Nat: thing  +43.07\n- Ecs/Service: thing  -10.00" in view.markdown(plan)
    cost = valid(plan)["cost"]
    assert cost["change"] == {"smallest": "39.07", "expected": "34.07", "largest": "24.07"}
    assert [it["path"] for it in cost["moved"]] == ["Network/Nat", "Ecs/Service", "A/New"]
    assert cost["is_complete"] is False
    assert max(map(len, screen.text(plan, 80).splitlines())) <= 80


def test_a_new_stack_has_a_cost_and_no_difference() -> None:
    """Nothing is listed: all of it is new."""
    plan = replace(examples.new_image(), cost=CostChange(before=None, after=BEFORE))
    assert screen.text(plan).splitlines()[-1] == "A month costs 63.07 (53.07 to 83.07) USD."


def test_prices_of_the_sandbox_are_not_taken_for_aws() -> None:
    """It is said in the same sentence; and what costs the same is said to."""
    own = replace(BEFORE, source=SANDBOX)
    plan = replace(examples.new_image(), cost=CostChange(before=own, after=own))
    assert screen.text(plan).splitlines()[-1] == (
        "A month costs 63.07 (53.07 to 83.07) USD, as before, at the prices of the sandbox, which are not AWS's."
    )
