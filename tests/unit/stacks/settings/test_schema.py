"""The JSON schema with which editors complete and check environment files."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.settings import known
from stacks.settings.schema import settings_schema
from tests.unit.stacks.settings import strategies
from tests.unit.stacks.settings.example import Example
from tests.unit.stacks.settings.test_any_nested_input import VALID, tables

ROOT = Path(__file__).parents[4]
ENVIRONMENTS = ROOT / "environments"
VALIDATOR = jsonschema.Draft202012Validator(settings_schema())
EXAMPLE = jsonschema.Draft202012Validator(settings_schema(Example))


def test_the_committed_schema_is_current() -> None:
    """`python -m stacks.settings.schema > environments/environment.schema.json` was not forgotten."""
    command = [sys.executable, "-W", "error", "-m", "stacks.settings.schema"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert (ENVIRONMENTS / "environment.schema.json").read_text(encoding="utf-8") == done.stdout


def test_the_schema_is_one() -> None:
    """It is valid itself, and says of every key what it is."""
    jsonschema.Draft202012Validator.check_schema(settings_schema())
    for table in settings_schema()["$defs"].values():
        assert table["description"]
        assert all(it["description"] for it in table["properties"].values() if "$ref" not in it)


@pytest.mark.parametrize("name", known(ENVIRONMENTS))
def test_every_environment_file_names_the_schema_and_is_valid(name: str) -> None:
    """The first line is what editors look for (taplo's schema directive)."""
    text = (ENVIRONMENTS / f"{name}.toml").read_text(encoding="utf-8")
    assert text.startswith("#:schema ./environment.schema.json\n")
    VALIDATOR.validate(tomllib.loads(text))


@settings(deadline=None)
@given(strategies.values())
def test_what_is_valid_is_valid_in_an_editor(chosen: dict[Any, Any]) -> None:
    """The schema is never stricter than the settings."""
    assert VALIDATOR.is_valid(tomllib.loads(strategies.as_toml(chosen)))


@pytest.mark.parametrize(
    "change",
    [
        {"project": None},
        {"project": "Preto"},
        {"imagetag": "v1"},
        {"image_tag": "a/b"},
        {"ecs": {"cpu": "4096"}},
        {"ecs": {"cpu": 4095}},
        {"ecs": {"cpuu": 4096}},
        {"ecs": {"stop_timeout": 121}},
        {"autoscaling": {"enabled": "true"}},
        {"network": {"public_subnet_ids": ["x"]}},
        {"aws": {}},
        {"aws": {"region": "us-east-1", "account_id": 123456789012}},
    ],
)
def test_mistakes_are_seen_while_typing(change: dict[str, Any]) -> None:
    """What one key alone can have wrong, an editor shows."""
    document = {"project": "p", "aws": {"region": "us-east-1"}} | change
    assert not VALIDATOR.is_valid({key: value for key, value in document.items() if value is not None})


def test_an_editor_shows_defaults_and_no_null() -> None:
    """TOML has no null; a key without a default has none."""
    assert settings_schema()["$defs"]["AwsSettings"]["properties"]["account_id"].keys() == {
        "description",
        "pattern",
        "type",
    }
    assert "null" not in json.dumps(settings_schema())


@settings(deadline=None)
@given(st.fixed_dictionaries({}, optional=VALID))
def test_nested_settings_that_are_valid_are_valid_in_an_editor(values: dict[str, Any]) -> None:
    """Tables in tables, maps and lists of tables included."""
    document = tomllib.loads(f'project = "p"\n{tables(values)}')
    assert list(EXAMPLE.iter_errors(document)) == []


@pytest.mark.parametrize(
    "toml",
    [
        "[network.https]\ncertifcate = 1",
        "[network.waf]\nshare = 2",
        "[network.sign_in]",
        '[ecs.environment]\n"A-B" = "c"',
        "[ecs.environment]\nA = 1",
        '[ecs.environment]\nA = "1"\nB = "1"\nC = "1"\nD = "1"',
        "[ecs.weights]\nbleu = 1",
        '[[ecs.sidecars]]\nname = "a"',
        '[[ecs.sidecars]]\nname = "a"\nimage = "b"\nmounts = [{ path = "x" }]',
        '[[ecs.sidecars]]\nname = "a"\nimage = "b"\ncheck = { command = [] }',
    ],
)
def test_nested_mistakes_are_seen_while_typing(toml: str) -> None:
    """What one key inside can have wrong, an editor shows."""
    assert not EXAMPLE.is_valid(tomllib.loads(f'project = "p"\n{toml}'))
