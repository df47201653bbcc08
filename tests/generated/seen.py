"""Trees that between them have a resource of every type, and the types that the templates' source names."""

from __future__ import annotations

import ast
import importlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample
from pydantic import ValidationError
from troposphere import AWSObject

from stacks.build.render import render
from stacks.iam.derive.resources.identifiers import Tree
from stacks.place import place
from stacks.settings import Settings, load
from tests.generated import combinations
from tests.generated.documents import CATALOGUE, INSIDE, SETTINGS, as_taken, with_settings
from tests.generated.drawing import Drawing
from tests.generated.realistic import REALISTIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.settings.keys import Path as KeyPath

REPOSITORY = Path(__file__).parents[2]
ENVIRONMENTS = REPOSITORY / "environments"
ACCOUNT = "123456789012"
REGION = "ap-northeast-2"
BOOTSTRAP = "templates/bootstrap"
NAMES = {"project": "preto-2", "environment": "whole"}
DRAWING = Drawing(REGION, REALISTIC, combinations.COMPLETE)
TELLING = (("ecr", "pull_through_cache"), ("iam", "github_actions_role_name"))
"""Settings that make a type which no environment of the repository has: with them first, the others need no drawing."""
QUICK = settings(
    max_examples=50,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    report_multiple_bugs=False,
)


@dataclass(frozen=True)
class Seen:
    """Settings and their tree; `name` says where they are from."""

    name: str
    settings: Settings
    tree: Tree

    @property
    def types(self) -> set[str]:
        """The types of its resources."""
        return {it.type for it in self.tree.resources()}


@cache
def trees() -> tuple[Seen, ...]:
    """Return the trees of the repository's environments, and of drawn settings until each type of the source is there.

    Each setting is drawn once, `TELLING` and those that switch something on first; only what has a new type is kept.
    """
    kept = [_seen(name, load(name, directory=ENVIRONMENTS)) for name in sorted(_committed())]
    missing = named_in_source("templates", without=BOOTSTRAP) - set().union(*(it.types for it in kept))
    switches = [path for path in SETTINGS if path in CATALOGUE.tables]
    for path in dict.fromkeys([*TELLING, *switches, *SETTINGS, *INSIDE]):
        if missing and (found := _drawn(path)) and found.types & missing:
            kept.append(found)
            missing -= found.types
    return tuple(kept)


def _committed() -> Iterator[str]:
    return (path.stem for path in ENVIRONMENTS.glob("*.toml"))


def _seen(name: str, wanted: Settings) -> Seen:
    return Seen(name, wanted, Tree(render(wanted), place(wanted.aws.region, ACCOUNT)))


def _drawn(path: KeyPath) -> Seen | None:
    """The tree of accepted settings that have a key; None where none are found quickly."""

    def has_key(document: dict[str, Any]) -> bool:
        value: Any = document
        for name in path:
            value = value.get(name, {})
        return value not in ({}, [], "", False) and accepted(document) is not None

    try:
        document = find(with_settings({path}, DRAWING).map(lambda it: it | NAMES), has_key, settings=QUICK)
    except NoSuchExample:
        return None
    wanted = accepted(document)
    assert wanted is not None
    return _seen(".".join(path), wanted)


def accepted(document: dict[str, Any]) -> Settings | None:
    """The settings that a document says; None where the models refuse it."""
    try:
        return Settings.model_validate(as_taken(document))
    except ValidationError:
        return None


@cache
def named_in_source(folder: str, *, without: str = "") -> frozenset[str]:
    """The types of the troposphere classes to which the source in a folder refers, `without` the one in another."""
    paths = {*(REPOSITORY / folder).rglob("*.py")} - {*((REPOSITORY / without).rglob("*.py") if without else ())}
    return frozenset(found for path in paths for found in _named_in(path))


def _named_in(path: Path) -> Iterator[str]:
    module = importlib.import_module(".".join(path.relative_to(REPOSITORY).with_suffix("").parts))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        found: Any = None
        if isinstance(node, ast.Name):
            found = getattr(module, node.id, None)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = getattr(getattr(module, node.value.id, None), node.attr, None)
        if isinstance(found, type) and issubclass(found, AWSObject) and (name := getattr(found, "resource_type", "")):
            yield name
