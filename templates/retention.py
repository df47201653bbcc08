"""Retention of log entries."""

from __future__ import annotations

from typing import Literal, TypeAlias

RetentionDays: TypeAlias = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]  # fmt: skip
"""Days that CloudWatch Logs offers (PutRetentionPolicy)."""
DaysOrForever: TypeAlias = Literal[RetentionDays, 0]
"""The same, or 0: entries are never deleted."""
