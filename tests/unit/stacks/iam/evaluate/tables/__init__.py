"""The policy cases, one table a subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.stacks.iam.evaluate.tables import (
    actions,
    conditions,
    layers,
    patterns,
    resources,
    trust,
    variables,
)

if TYPE_CHECKING:
    from tests.unit.stacks.iam.evaluate.rows import Row, Table

TABLES: list[Table] = [
    actions.actions,
    actions.not_actions,
    actions.effects,
    resources.resources,
    resources.incomplete,
    resources.not_resources,
    resources.carlos,
    conditions.strings,
    conditions.numbers,
    conditions.arns,
    conditions.existence,
    conditions.sets,
    variables.variables,
    variables.versions,
    layers.several,
    layers.boundaries,
    trust.tokens,
    trust.assumed,
    patterns.patterns,
    patterns.unknown,
]

ROWS: list[Row] = [row for table in TABLES for row in table.rows]
