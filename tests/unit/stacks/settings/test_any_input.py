"""Whatever is written: what is valid means the same in every form, and anything else is one clear error."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from stacks.settings import Settings, SettingsError
from stacks.settings.keys import catalogue
from tests.unit.stacks.settings import strategies
from tests.unit.stacks.settings.conftest import Folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.settings.keys import Path

CATALOGUE = catalogue(Settings)
MINIMAL = {("project",): "p", ("aws", "region"): "us-east-1"}
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), strategies.ANY_TEXT, st.just([]), st.just({})
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(strategies.ANY_TEXT, inner, max_size=2)
)
NAMES = st.sampled_from(sorted(CATALOGUE.terraform)) | strategies.ANY_TEXT
FRAGMENTS = st.sampled_from(
    ["ecs_cpu", "=", " ", "\n", '"', "4096", "[", "]", "{", "}", "${", "%{", "<<A\n", "A\n", "-", "#", "/*", "\\", "(",
     ")", ",", "null", "ecs", ".", "'", '"""', "1e9", "for x in", "\r", "\0", "한", "true", ":", "?", "project", "$${"]
)  # fmt: skip
GARBAGE = st.lists(FRAGMENTS, max_size=25).map("".join) | strategies.ANY_TEXT


def attempt(
    toml: str, *, tfvars: str | bytes = "", file: str = "x.tfvars", options: Sequence[str] = ()
) -> Settings | SettingsError:
    """Load from these sources, or give why they are refused."""
    with tempfile.TemporaryDirectory() as name:
        folder = Folder(File(name))
        folder.write("prod.toml", toml)
        folder.write(file, tfvars)
        try:
            return folder.load(var_files=[file], variables=options)
        except SettingsError as error:
            return error


def is_clear(found: Settings | SettingsError) -> bool:
    """Whether it is valid, or refused in a line for each problem, and every line can be printed."""
    if isinstance(found, Settings):
        return True
    lines = str(found).split("\n")
    printed = all(line.isprintable() and len(line) < 1000 for line in lines)
    return printed and len(lines) == len(found.problems) + (len(found.problems) > 1)


def read(
    toml: str, *, tfvars: str | bytes = "", file: str = "x.tfvars", options: Sequence[str] = ()
) -> Settings | None:
    """Load from these sources; None where they are refused, clearly."""
    found = attempt(toml, tfvars=tfvars, file=file, options=options)
    assert is_clear(found)
    return found if isinstance(found, Settings) else None


@settings(deadline=None)
@given(strategies.values(), st.booleans())
def test_valid_settings_mean_the_same_in_every_form(chosen: dict[Path, Any], quoted: bool) -> None:  # noqa: FBT001 - drawn
    """TOML, tfvars in HCL and in JSON, and --var give equal settings, each with the values that were written."""
    other = strategies.as_toml({("project",): "other", ("aws", "region"): "sa-east-1"})
    from_toml = read(strategies.as_toml(chosen))
    assert from_toml is not None
    for path, value in chosen.items():
        found: Any = from_toml
        for name in path:
            found = getattr(found, name)
        assert (list(found) if isinstance(found, tuple) else found) == value
    assert read(other, tfvars=strategies.as_hcl(chosen, quoted=quoted)) == from_toml
    as_json = json.dumps({"_".join(path): value for path, value in chosen.items()})
    assert read(other, tfvars=as_json, file="x.json") == from_toml
    assert read(other, options=strategies.as_options(chosen)) == from_toml


@settings(deadline=None)
@given(GARBAGE)
@example("a = 1 b = 2")
def test_garbage_in_a_toml_file_is_refused(text: str) -> None:
    """There is no project in it."""
    assert read(text) is None


@settings(deadline=None)
@given(GARBAGE)
def test_garbage_in_a_tfvars_file_is_refused_or_means_nothing(text: str) -> None:
    """Nothing else than a SettingsError comes of it."""
    assert is_clear(attempt(strategies.as_toml(MINIMAL), tfvars=text))


@settings(deadline=None)
@given(GARBAGE)
def test_garbage_in_json_is_refused_or_means_nothing(text: str) -> None:
    """Likewise for tfvars in JSON."""
    assert is_clear(attempt(strategies.as_toml(MINIMAL), tfvars=text, file="x.json"))


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_bytes_are_refused_or_mean_nothing(data: bytes) -> None:
    """Likewise for what is no text at all."""
    assert is_clear(attempt(strategies.as_toml(MINIMAL), tfvars=data))


@settings(deadline=None)
@given(NAMES, GARBAGE | st.text(max_size=10))
def test_garbage_in_an_option_is_refused_or_valid(name: str, value: str) -> None:
    """Likewise for --var, where the text may even hold lone surrogates, as an argument that is no UTF-8 does."""
    assert is_clear(attempt(strategies.as_toml(MINIMAL), options=[f"{name}={value}"]))


@settings(deadline=None)
@given(st.dictionaries(NAMES, ANYTHING, max_size=6))
def test_any_value_for_any_variable_is_refused_or_valid(chosen: dict[str, Any]) -> None:
    """All types in the places of all others."""
    assert is_clear(attempt(strategies.as_toml(MINIMAL), tfvars=json.dumps(chosen), file="x.json"))


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted(CATALOGUE.keys)), ANYTHING.filter(lambda value: "{" not in json.dumps(value))
    )
)
def test_any_value_in_toml_is_refused_or_valid(chosen: dict[Path, Any]) -> None:
    """Likewise for an environment file, where `null` and objects in JSON's form are not even TOML."""
    assert is_clear(attempt(strategies.as_toml(MINIMAL | chosen)))
