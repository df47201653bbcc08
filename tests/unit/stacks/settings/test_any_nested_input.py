"""Whatever is written in tables in tables, maps and lists: valid in every form alike, or refused in one clear error."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.settings import SettingsError
from stacks.settings.keys import catalogue
from tests.unit.stacks.settings.conftest import Folder
from tests.unit.stacks.settings.example import Example, load, refusal
from tests.unit.stacks.settings.strategies import ANY_TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

CATALOGUE = catalogue(Example)
NAME = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,9}", fullmatch=True)
_CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"])
TEXT = st.text(_CHARACTERS, max_size=9).map(partial(unicodedata.normalize, "NFC"))  # as Terraform keeps text
PORTS = st.lists(st.integers(1, 65535), max_size=3)
MOUNT: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"path": TEXT.map("/{}".format)}, optional={"read_only": st.booleans()}
)
CHECK: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"command": st.lists(TEXT, min_size=1, max_size=2)}, optional={"interval": st.integers(60, 300)}
)
SIDECAR: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"name": TEXT.filter(bool), "image": TEXT},
    optional={
        "ports": PORTS,
        "environment": st.dictionaries(NAME, TEXT, max_size=2),
        "mounts": st.lists(MOUNT, max_size=2, unique_by=lambda mount: mount["path"]),
        "check": CHECK,
    },
)
VALID: dict[str, st.SearchStrategy[Any]] = {
    "ecs.cpu": st.sampled_from([256, 512]),
    "ecs.environment": st.dictionaries(NAME, TEXT, max_size=3),
    "ecs.weights": st.dictionaries(st.sampled_from(["blue", "green"]), st.integers(0, 100)),
    "ecs.sidecars": st.lists(SIDECAR, max_size=3, unique_by=lambda sidecar: sidecar["name"]),
    "ecs.schedules": st.dictionaries(NAME, st.fixed_dictionaries({"cron": TEXT}), max_size=2),
    "network.https.certificate": TEXT.map("arn:{}".format),
    "network.waf.share": st.floats(0, 1),
    "network.waf.rules": st.lists(st.sampled_from(["bots", "body"]), max_size=2),
    "network.waf.limits.rate": st.integers(14, 1000),
    "network.sign_in.issuer": TEXT.map("https://{}".format),
}
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), ANY_TEXT, st.just([]), st.just({})
)
FIELDS = st.sampled_from(
    ["name", "image", "ports", "environment", "mounts", "check", "path", "command", "interval", "cron", "imge", "[key]"]
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS | ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from([".".join(path) for path in (*CATALOGUE.keys, *CATALOGUE.tables) if path])
TOOLS = ("Input should", "pydantic", "valid dictionary", "<class")
"""Words of what is behind the settings."""


def toml(value: Any) -> str:
    """A value as TOML writes it on one line; there `null` is left out."""
    if isinstance(value, dict):
        pairs = (f"{quoted(key)} = {toml(item)}" for key, item in value.items() if item is not None)
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list):
        return f"[{', '.join(toml(item) for item in value if item is not None)}]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def quoted(text: str) -> str:
    """Text in quotes, with every character that TOML wants escaped."""
    return json.dumps(text).replace("\x7f", "\\u007f") if text.isascii() else f'"{escaped(text)}"'


def escaped(text: str) -> str:
    """Every character by its number: TOML has no surrogate pairs, as JSON does."""
    return "".join(f"\\U{ord(letter):08x}" for letter in text)


def tables(values: dict[str, Any]) -> str:
    """An environment file with tables under headers, lists of tables included."""
    lines: list[str] = []
    for table in sorted({dotted.rpartition(".")[0] for dotted in values}):
        own = {dotted.rpartition(".")[2]: dotted for dotted in values if dotted.rpartition(".")[0] == table}
        lists = {key: dotted for key, dotted in own.items() if listed(values[dotted])}
        lines.append(f"[{table}]")
        lines += [f"{key} = {toml(values[dotted])}" for key, dotted in own.items() if key not in lists]
        for dotted in lists.values():
            for item in values[dotted]:
                lines.append(f"[[{dotted}]]")
                lines += [f"{name} = {toml(inner)}" for name, inner in item.items()]
    return "\n".join(lines)


def listed(value: Any) -> bool:
    """Whether it is a list of tables."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def hcl(value: Any) -> str:
    """A value as HCL writes it, numbers and flags in quotes."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{quoted_in_hcl(key)} = {hcl(item)}' for key, item in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(hcl, value))}]"
    return quoted_in_hcl(value if isinstance(value, str) else json.dumps(value))


def quoted_in_hcl(text: str) -> str:
    """Text in quotes, escaped as HCL wants it."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def variable(dotted: str) -> str:
    """The Terraform name."""
    return dotted.replace(".", "_")


def attempt(text: str = "", *options: str, **files: str) -> Example | SettingsError:
    """Load the example, or give why it is refused."""
    with tempfile.TemporaryDirectory() as name:
        try:
            return load(Folder(Path(name)), text, *options, **files)
        except SettingsError as error:
            return error


def is_clear(found: Example | SettingsError) -> bool:
    """Whether it is valid, or refused in a line for each problem, in our words, and every line can be printed."""
    if isinstance(found, Example):
        return True
    lines: Sequence[str] = str(found).split("\n")
    printed = all(line.isprintable() and len(line) < 1500 for line in lines)
    ours = not any(words in line for line in lines for words in TOOLS)
    return printed and ours and len(lines) == len(found.problems) + (len(found.problems) > 1)


def read(text: str = "", *options: str, **files: str) -> Example | None:
    """Load the example; None where it is refused, clearly."""
    found = attempt(text, *options, **files)
    assert is_clear(found)
    return found if isinstance(found, Example) else None


@settings(deadline=None)
@given(st.fixed_dictionaries({}, optional=VALID))
def test_valid_values_mean_the_same_in_every_form(values: dict[str, Any]) -> None:
    """TOML under headers and inline, HCL, JSON, --var: equal in every respect, and what was written."""
    expected = read(tables(values))
    assert expected is not None
    found = expected.model_dump(mode="json", exclude_unset=True)
    for dotted, value in values.items():
        place = found
        for step in dotted.split("."):
            place = place[step]
        assert place == value
    inline = "\n".join(f"{dotted} = {toml(value)}" for dotted, value in values.items())
    by_hcl = "\n".join(f"{variable(dotted)} = {hcl(value)}" for dotted, value in values.items())
    by_json = json.dumps({variable(dotted): value for dotted, value in values.items()})
    options = [f"{variable(dotted)}={json.dumps(value)}" for dotted, value in values.items()]
    others = [read(inline), read("", tfvars=by_hcl), read("", json=by_json)]
    if "${" not in by_json and "%{" not in by_json:  # there, `--var` is HCL, in which these are templates
        others.append(read("", *options))
    for other in others:
        assert (other, hash(other)) == (expected, hash(expected))


@settings(deadline=None)
@given(st.dictionaries(KEYS, ANYTHING, max_size=5))
def test_any_value_for_any_variable_is_refused_or_valid(values: dict[str, Any]) -> None:
    """All types in the places of all others, at any depth, in JSON and as --var."""
    by_name = {variable(dotted): value for dotted, value in values.items()}
    assert is_clear(attempt("", json=json.dumps(by_name)))
    assert is_clear(attempt("", *(f"{name}={json.dumps(value)}" for name, value in by_name.items())))


@settings(deadline=None)
@given(KEYS | FIELDS, ANYTHING, KEYS, ANYTHING)
def test_any_value_in_toml_is_refused_or_valid(one: str, value: Any, other: str, another: Any) -> None:
    """Likewise for an environment file; keys that do not exist included."""
    assert is_clear(attempt(f"{one} = {toml(value)}\n{other} = {toml(another)}"))
    assert is_clear(attempt(f"[[{one}]]\n{other} = {toml(another)}\n[{other}]\nname = {toml(value)}"))


WRONG = {
    "name": True,
    "image": True,
    "ports": True,
    "environment.A": True,
    "mounts[0].path": True,
    "mounts[0].read_only": "",
    "check.command": [],
    "check.timeout": 0,
}


@settings(deadline=None)
@given(SIDECAR, st.sampled_from(sorted(WRONG)))
def test_one_wrong_value_inside_is_named_with_its_place(sidecar: dict[str, Any], wrong: str) -> None:
    """Wherever it is in an item that is valid otherwise: with its dotted key and its line."""
    whole = sidecar | {"ports": [1], "environment": {"A": "b"}, "mounts": [{"path": "/x"}], "check": {"command": ["x"]}}
    key, *inner = wrong.replace("[0]", "").split(".")
    if inner:
        holder = whole[key][0] if key == "mounts" else whole[key]
        holder[inner[0]] = WRONG[wrong]
    else:
        whole[key] = WRONG[wrong]
    text = f'[[ecs.sidecars]]\nname = "0123456789"\nimage = ""\n{tables({"ecs.sidecars": [whole]})}'
    with tempfile.TemporaryDirectory() as name:
        (line,) = refusal(Folder(Path(name)), text)
    assert line.startswith(f"prod.toml:{6 + 1 + [*whole].index(key)}: ecs.sidecars[1].{wrong} = ")
