"""The tables of the page for people who come from the Terraform project: its variables and outputs.

`python -m stacks.settings.terraform_page docs/start/from-terraform.md` writes them anew, each between its marks.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args, get_type_hints

from stacks.settings.forms import annotation_at
from stacks.settings.keys import dotted_name
from stacks.settings.models import Settings
from stacks.settings.variables import VARIABLES
from stacks.settings.wording import describe_allowed
from templates import root
from templates.model import logical_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stacks.settings.keys import Path as KeyPath
    from stacks.settings.variables import Variable

START, END = "<!-- {name}: written by `make reference` -->", "<!-- end of {name} -->"
"""The marks around a table."""


def render_page(page: str) -> str:
    """Return the page with current tables. Raises ValueError if the marks of one are not there."""
    for name, rows in {"variables": _variables(), "outputs": _outputs()}.items():
        start, end = START.format(name=name), END.format(name=name)
        before, table, rest = page.partition(start)
        _, mark, after = rest.partition(end)
        if not (table and mark):
            raise ValueError(f"the page lacks {end if table else start}")
        lines = "\n".join(_lines(rows))
        page = f"{before}{start}\n\n{lines}\n\n{end}{after}"
    return page


def _variables() -> Iterator[Sequence[str]]:
    """Yield the header, then for each variable its default there, its keys here, what they take, and the unit."""
    yield "Terraform", "default there", "here", "takes", "unit"
    for it in VARIABLES:
        default = f"`{it.default}`" if it.default else "none"
        yield f"`{it.name}`", default, " and ".join(map(_key, it.paths)), _takes(it), it.unit


def _key(path: KeyPath) -> str:
    return f"`[{dotted_name(path[:-1])}] {path[-1]}`" if path[:-1] else f"`{path[-1]}`"


def _takes(variable: Variable) -> str:
    annotation = annotation_at(Settings, variable.paths[0])
    return describe_allowed(annotation_at(annotation, (0,)) if variable.is_item else annotation)


def _outputs() -> Iterator[Sequence[str]]:
    """Yield the header, then for each output its name in the root stack, and its description."""
    yield "`terraform output`", "in the root stack", "value"
    hints = get_type_hints(root.Outputs, include_extras=True)
    for field in dataclasses.fields(root.Outputs):
        name = f"(new) `{field.name}`" if field.name in root.NEW_OUTPUTS else f"`{field.name}`"
        later = "; once there is an image" if field.name in root.OUTPUTS_OF_SERVICE else ""
        yield name, f"`{logical_id(field.name)}`", f"{get_args(hints[field.name])[1]}{later}"


def _lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for number, cells in enumerate(rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
        if number == 0:
            yield f"|{'---|' * len(cells)}"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(render_page(page.read_text(encoding="utf-8")), encoding="utf-8")
