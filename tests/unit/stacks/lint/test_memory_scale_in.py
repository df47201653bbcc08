"""W9106: memory tracking that waits for memory which Streamlit does not give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.stacks.lint.folders import found, tree

if TYPE_CHECKING:
    from pathlib import Path


def test_memory_tracking_that_removes_tasks_is_warned_of_with_the_setting_that_mends_it(tmp_path: Path) -> None:
    """The Terraform project's own rules keep tasks for ever; a warning, which passes."""
    (warning,) = found(tree(tmp_path, autoscaling={"memory_scale_in": True}), "W9106")
    assert (warning.module, warning.logical_id, warning.level) == ("Autoscaling", "MemoryPolicy", "warning")
    assert "memory_scale_in = false" in warning.message


def test_memory_tracking_that_only_adds_tasks_passes(tmp_path: Path) -> None:
    """CPU use alone decides about removing them."""
    assert found(tree(tmp_path, autoscaling={"memory_scale_in": False}), "W9106") == []
