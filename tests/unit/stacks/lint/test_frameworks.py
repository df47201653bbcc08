"""Rules that do not apply to every framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.stacks.lint.folders import report, tree
from tests.unit.templates.test_profiles import EVERYTHING

if TYPE_CHECKING:
    from pathlib import Path


def test_a_web_app_is_not_warned_of_what_is_streamlits(tmp_path: Path) -> None:
    """Several tasks without stickiness, and memory tracking that removes tasks: neither is a mistake there.

    With everything on, no other rule of cfn-lint or of ours finds anything.
    """
    scaling = EVERYTHING["autoscaling"] | {"max_capacity": 4, "memory_scale_in": True}
    folder = tree(tmp_path, app={"framework": "web"}, **(EVERYTHING | {"autoscaling": scaling}))
    assert report(folder).findings == ()
