"""Every key that can be set, under its name in TOML (`[ecs] cpu`) and in Terraform (`ecs_cpu`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic.fields import FieldInfo

from stacks.settings.forms import annotation_inside, annotation_of, plain_type, section_of
from stacks.settings.variables import FURTHER_NAMES, Variable
from stacks.settings.wording import escape_and_cut, format_value
from templates.section import Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.settings.forms import Place

Path = tuple[str, ...]
"""Where a key is: `("ecs", "cpu")`, or `("project",)` outside the tables."""
Model = TypeVar("Model", bound=Section)

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def dotted_name(place: Place) -> str:
    """`ecs.sidecars[1].image`: the name of a place in messages."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{_written(step)}" for step in place)
    return "".join(steps).removeprefix(".")


def _written(name: str) -> str:
    return escape_and_cut(name) if _BARE.fullmatch(name) else format_value(name)


@dataclass(frozen=True, kw_only=True)
class Key:
    """One key and what it takes."""

    path: Path
    field: FieldInfo

    @property
    def dotted(self) -> str:
        """`ecs.cpu`: its name in a TOML file."""
        return dotted_name(self.path)

    @property
    def terraform(self) -> str:
        """`ecs_cpu`: its name as a Terraform variable."""
        return "_".join(self.path)

    @property
    def annotation(self) -> Any:  # noqa: ANN401 - an annotation can be anything
        """The type of its value."""
        return annotation_of(self.field)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table; where it is `optional`, the settings have it only if a source has it."""

    path: Path
    section: type[Section]
    optional: bool = False

    @property
    def terraform(self) -> str:
        """`network_waf`: what the Terraform names of its keys begin with."""
        return "_".join(self.path)


@dataclass(frozen=True, kw_only=True)
class Catalogue(Generic[Model]):
    """All keys and tables of a model by their path, in its order, parents first; the whole model is the table `()`.

    `terraform` has the keys by their Terraform name, `further_names` the variables with a name of their own.
    """

    model: type[Model]
    keys: dict[Path, Key]
    tables: dict[Path, Table]
    terraform: dict[str, Key]
    further_names: dict[str, Variable]

    @property
    def variables(self) -> dict[str, Path]:
        """The key of each variable, the first one where it sets several."""
        own = {name: key.path for name, key in self.terraform.items()}
        return own | {name: it.paths[0] for name, it in self.further_names.items()}


def catalogue(model: type[Model]) -> Catalogue[Model]:
    """Return the catalogue of a model, made once for all environments that are loaded; nobody may change it.

    Raises TypeError where it has a type that no setting can have, or two keys of one Terraform name. A further name
    counts where the model has all of its keys.
    """
    return _catalogue(model)


@lru_cache(maxsize=16)
def _catalogue(model: type[Model]) -> Catalogue[Any]:
    found = list(_below(Table(path=(), section=model)))
    keys = {item.path: item for item in found if isinstance(item, Key)}
    tables = {item.path: item for item in found if isinstance(item, Table)}
    paths: dict[str, Path] = {}
    for item in found:
        if paths.setdefault(item.terraform, item.path) != item.path:
            raise TypeError(
                f"{dotted_name(paths[item.terraform])} and {dotted_name(item.path)} are both {item.terraform}"
            )
    further = {name: it for name, it in FURTHER_NAMES.items() if keys.keys() >= {*it.paths}}
    if taken := sorted(paths.keys() & further.keys()):
        raise TypeError(f"{taken[0]} is a further name of {dotted_name(further[taken[0]].paths[0])}")
    variables = {key.terraform: key for key in keys.values()}
    return Catalogue(model=model, keys=keys, tables=tables, terraform=variables, further_names=further)


def _below(table: Table) -> Iterator[Key | Table]:
    yield table
    for name, field in table.section.model_fields.items():
        path, annotation = (*table.path, name), annotation_of(field)
        if section := section_of(annotation):
            optional = not field.is_required() and field.get_default() is None
            yield from _below(Table(path=path, section=section, optional=optional))
        else:
            _refuse_other_forms(annotation)
            yield Key(path=path, field=field)


def _refuse_other_forms(annotation: object) -> None:
    """Raise TypeError now rather than when a user makes a mistake there."""
    wanted = plain_type(annotation)
    if wanted is tuple:
        _refuse_other_forms(annotation_inside(annotation, 0))
    elif issubclass(wanted, Section):
        for name in wanted.model_fields:
            _refuse_other_forms(annotation_inside(annotation, name))
    elif (inner := annotation_inside(annotation, "")) is not None:
        _refuse_other_forms(inner)
