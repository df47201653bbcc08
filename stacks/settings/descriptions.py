"""What the docstrings of settings say. Only documentation needs it, so it is read from the source, and not by pydantic.

`use_attribute_docstrings` would read the source of every model each time that a command starts, for 75 ms.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from templates.section import Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@cache
def descriptions(section: type[Section]) -> Mapping[str, str]:
    """Return the docstring of each field of this section that has one."""
    classes = [it for it in reversed(section.__mro__) if issubclass(it, Section)]
    return dict(pair for it in classes for pair in _documented(it))


def _documented(section: type[Section]) -> Iterator[tuple[str, str]]:
    """Yield the fields that the class itself declares, each with the text that follows it."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(section))).body
    for before, after in pairwise(definition.body if isinstance(definition, ast.ClassDef) else ()):
        match before, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, inspect.cleandoc(text)
