"""Whether the conditions of a statement hold for a request of which not everything is known.

Sources: reference_policies_elements_condition_operators.html and
reference_policies_condition-single-vs-multi-valued-context-keys.html in https://docs.aws.amazon.com/IAM/latest/UserGuide/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.iam.evaluate.matching import VARIABLE, Context
from stacks.iam.evaluate.operators import COMPARISONS, Operator, Over
from stacks.iam.evaluate.truth import Truth, every, opposite, some

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.iam.evaluate.statements import Condition


def all_hold(conditions: Iterable[Condition], context: Context, *, has_variables: bool) -> Truth:
    """Whether all hold: "all of the conditions must be met"; unknown where it depends on what is unknown."""
    return every(holds(one, context, has_variables=has_variables) for one in conditions)


def holds(condition: Condition, context: Context, *, has_variables: bool) -> Truth:
    """Whether one key compares as its operator says, by the values that the request has for it."""
    operator = condition.operator
    if condition.key.lower() not in context:
        return None
    values = context[condition.key.lower()] or ()
    if operator.base == "Null":
        return _is_null(condition, is_absent=not values)
    if not values:
        return _without_key(operator)
    if operator.over and not any(values):  # "an empty data set (for example, an empty string)"
        return operator.over is Over.ALL
    if operator.over is None and len(values) > 1:
        return None  # "Multivalued context keys require a condition set operator": nobody says what happens without.
    return _compared(condition, values, context if has_variables else None)


def open_keys(conditions: Iterable[Condition], context: Context, *, has_variables: bool) -> tuple[str, ...]:
    """Return the keys that decide whether undecided conditions hold."""
    keys: dict[str, None] = {}
    for condition in conditions:
        if holds(condition, context, has_variables=has_variables) is not None:
            continue
        named = [key.strip() for value in condition.values for _, key, _ in VARIABLE.findall(value) if key]
        unknown = [key for key in (condition.key, *(named if has_variables else ())) if key.lower() not in context]
        keys |= dict.fromkeys(unknown or [condition.key])
    return tuple(keys)


def _is_null(condition: Condition, *, is_absent: bool) -> Truth:
    wanted = [value.lower() for value in condition.values]
    if not set(wanted) <= {"true", "false"}:
        return None
    return ("true" if is_absent else "false") in wanted


def _without_key(operator: Operator) -> bool:
    """A request that lacks the key: "the values do not match", which is what negated operators want."""
    if operator.if_exists or operator.over is Over.ALL:
        return True
    return operator.is_negated and operator.over is None


def _compared(condition: Condition, values: tuple[str, ...], variables: Context | None) -> Truth:
    operator = condition.operator
    compare = COMPARISONS[operator.base]
    lacks_variable = False
    truths = []
    for value in values:
        results = [compare(value, expected, variables) for expected in condition.values]
        is_match = some(truth for truth, _ in results)
        lacks_variable = lacks_variable or any(lacks for _, lacks in results)
        truths.append(opposite(is_match) if operator.is_negated else is_match)
    truth = some(truths) if operator.over is Over.ANY else every(truths)
    # "Any attempt to match it fails and causes the statement to be invalid", says one page, another "might": only a
    # mismatch is sure.
    return None if lacks_variable and truth else truth
