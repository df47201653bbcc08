"""Environment variables: what is written with its value, and what is only named."""

from __future__ import annotations

import pytest

from stacks.adopt.origin import Origin
from stacks.adopt.settings.variables import HIDDEN, sort_variables, without_secrets
from stacks.adopt.survey import ABSENT, Difference, Effect

ORIGIN = Origin(project="shop", application="web", region="eu-west-1", environment="Production")


def _sorted(name: str, value: str | None, *asked: str) -> bool:
    """Whether a variable is written with its value."""
    found = sort_variables({"Environment": [{"Name": name, "Value": value}]}, ORIGIN, "prod", frozenset(asked))
    assert (name in found.written) != (name in found.withheld)
    return name in found.written


@pytest.mark.parametrize("value", ["prod", "Production", "shop", "web", "eu-west-1", "true", "OFF", "8501", "0", ""])
def test_what_says_nothing_new_is_written(value: str) -> None:
    """Project, application, environment, region, a yes or no, a number like a port."""
    assert _sorted("SETTING", value)


@pytest.mark.parametrize(
    "value", ["hunter2", "postgres://app:hunter2@db/app", "1234567890", "https://example.com", "a"]
)
def test_everything_else_is_named_only(value: str) -> None:
    """Nobody can tell a password from a name."""
    assert not _sorted("SETTING", value)


@pytest.mark.parametrize("name", ["DB_PASSWORD", "API_KEY", "token", "PIN", "AUTH", "SECRET_NUMBER", "DB_PWD"])
def test_a_name_that_speaks_of_a_secret_is_enough(name: str) -> None:
    """Also where its value looks harmless."""
    assert not _sorted(name, "1234")


def test_one_that_is_asked_for_is_written() -> None:
    """`--environment-value NAME`; where no value is known there is none to write."""
    assert _sorted("URL", "https://example.com", "URL")
    assert not _sorted("URL", None, "URL")


def test_a_command_that_speaks_of_a_secret_is_named_only() -> None:
    """Its words can have one; another command is written."""
    safe, secret = ["streamlit", "run", "app.py"], ["app", "--password=hunter2"]
    found = sort_variables({"Command": secret, "EntryPoint": safe}, ORIGIN, "prod", frozenset())
    assert found.withheld == ("Command",)
    assert found.commands == {"EntryPoint": tuple(safe)}
    harmless = ["streamlit", "run", "monkey_design.py"]
    assert sort_variables({"Command": harmless}, ORIGIN, "prod", frozenset()).commands["Command"] == tuple(harmless)
    asked = sort_variables({"Command": secret}, ORIGIN, "prod", frozenset({"Command"}))
    assert asked.commands["Command"] == tuple(secret)


def test_nothing_of_it_is_part_of_a_repr() -> None:
    """Only names are."""
    container = {"Command": ["hidden"], "Environment": [{"Name": "A", "Value": "hidden"}]}
    assert "hidden" not in repr(sort_variables(container, ORIGIN, "prod", frozenset({"A"})))


def _difference(name: str, live: object, path: str = "Ecs/TaskDefinition") -> Difference:
    return Difference(path=path, property=name, effect=Effect.ROLLOUT, live=live)


def test_a_difference_of_a_task_definition_shows_no_value_that_seems_secret() -> None:
    """By its name or by what it says; where ECS reads a secret is none."""
    found = without_secrets(_difference("ContainerDefinitions[web].Command", ["--token", "hunter2"]))
    assert (found.live, found.template) == (HIDDEN, ABSENT)
    named = _difference("ContainerDefinitions[web].LogConfiguration.Options.splunk-token", "hunter2")
    assert without_secrets(named).live == HIDDEN
    for hidden in (
        _difference("ContainerDefinitions[web].DockerLabels.team", "hunter2"),
        _difference("Tags[api_key]", "hunter2", "Ecs/Service"),
    ):
        assert without_secrets(hidden).live == HIDDEN
    for shown in (
        _difference("Tags[team]", "books", "Ecs/Service"),
        _difference(
            "ContainerDefinitions[web].Secrets[KEY].ValueFrom", "arn:aws:ssm:eu-west-1:123456789012:parameter/key"
        ),
        _difference("ContainerDefinitions[web].Command", ["streamlit", "run"]),
        _difference("Policies[key]", "x", "Iam/TaskRole"),
    ):
        assert without_secrets(shown) == shown
