"""The environment file that says what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.settings.written import tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.settings.written import Written

HEADER = """\
# What Terraform has made, as it runs: written by `adopt`. What is left out has the default in environment.schema.json.
"""
WITHHELD = """\
# Not written, because the values may be secrets. New tasks lack these until [ecs.secrets] says where ECS reads them or,
# for what is no secret, [ecs.environment] has them:"""


def written(entries: Sequence[Written], withheld: Sequence[str] = ()) -> str:
    """Return the text of a file with these settings, table by table, and a comment with names of what it withholds."""
    remark = ["\n".join([WITHHELD, *(f"#   {name}" for name in withheld), ""])] if withheld else []
    return HEADER + "\n".join([tables(entries), *remark])
