"""A look at what Terraform runs: for people in any terminal, for programs, for a pull request; no secret in any."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from stacks.adopt.survey import Difference, Effect
from stacks.views import adopt as view
from tests.support import takeovers
from tests.support.terraform_preto2 import Preto2
from tests.support.terraform_services import other_service
from tests.support.terraform_variants import (
    PLANTED,
    default_resources,
    legacy,
    opentofu,
    other_providers,
    shown,
    with_secrets,
)

if TYPE_CHECKING:
    from stacks.adopt.surveying import Look

SCHEMA = json.loads(
    (Path(__file__).parents[5] / "docs" / "reference" / "adopt.schema.json").read_text(encoding="utf-8")
)
TEAM = Preto2()
SERVICE = "module.ecs.aws_ecs_service.this"
EACH = tuple(
    Difference(
        path="Ecs/Service",
        property=f"Property{effect.name.title()}",
        effect=effect,
        state=1,
        live=[2, {"a": "b" * 50}],
        template="${Ecs/Cluster}",
        why="what happens then, in a sentence that is longer than a narrow terminal is wide",
        setting='[names]\nservice = "a"',
    )
    for effect in Effect
)


def team(**more: Any) -> Look:
    """The team's project with a second service, and what stays anyway."""
    document = TEAM.state(*other_service(TEAM), *other_providers(), *default_resources(TEAM.vpc))
    return takeovers.look(document, mapping=[f"{SERVICE}=Ecs/Service"], **more)


def everything() -> Look:
    """The same with a difference of each effect, a refusal and a note."""
    found = team()
    survey = replace(found.survey, differences=EACH, refusals=("a: it cannot be.",), notes=("Something else.",))
    return replace(found, survey=survey)


def test_each_resource_is_on_a_line_with_its_place_type_and_identifier() -> None:
    """Where there is room."""
    line = next(it for it in view.text(team()).splitlines() if it.strip().startswith("module.ecs.aws_ecs_cluster.this"))
    assert line.split() == [
        "module.ecs.aws_ecs_cluster.this",
        "Ecs/Cluster",
        "AWS::ECS::Cluster",
        "preto-2-streamlit-app-cluster",
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_words_are_wrapped_where_the_terminal_is_narrow(width: int) -> None:
    """Only what has no space can be wider than the terminal."""
    for line in view.text(everything(), width).splitlines():
        assert len(line) <= width or " " not in line.strip(), line


def test_it_says_the_same_without_colour() -> None:
    """Colours alone say nothing."""
    escape = re.compile(r"\x1b\[[0-9;]*m")
    found = everything()
    coloured = view.coloured(found, 80)
    assert escape.search(coloured)
    plain = "\n".join(line.rstrip() for line in escape.sub("", coloured).splitlines())
    assert plain == view.text(found, 80)


def test_into_a_file_it_has_neither_colour_nor_wrapped_lines() -> None:
    """As a pipe reads it."""
    assert view.shown(everything(), io.StringIO()) == view.text(everything())


def test_the_gravest_differences_come_first_and_defaults_do_not_come() -> None:
    """With values three ways, what happens, and the lines to paste."""
    text = view.text(everything())
    places = [
        text.index(f"Property{effect.name.title()}") for effect in (Effect.REPLACEMENT, Effect.ROLLOUT, Effect.IN_PLACE)
    ]
    assert places == sorted(places)
    assert "PropertyDefault" not in text
    assert "PropertySame" not in text
    assert "state 1, live [2, {" in text
    assert "[names]\n" in text
    assert 'service = "a"' in text


def test_the_end_says_it_all_in_two_lines() -> None:
    """How many go, stay, are made and differ, and whether anything is in the way."""
    *_, summary, verdict = view.text(everything()).splitlines()
    assert summary.startswith("12 resources to take over, ")
    assert "6 differences: 1 by replacement, 1 cannot be read, 1 that deletes data later" in summary
    assert verdict == "Blocked: 2 things have to be settled first."
    assert view.text(team()).splitlines()[-1] == "Nothing blocks a takeover."


def valid(look: Look) -> dict[str, Any]:
    """The document of a look, read back from its text, as the schema wants it."""
    found: dict[str, Any] = json.loads(json.dumps(view.document(look)))
    Draft202012Validator(SCHEMA).validate(found)
    return found


@pytest.mark.parametrize(
    "look", [team(), everything(), takeovers.look(shown(TEAM.state()))], ids=["team", "all", "shown"]
)
def test_every_look_fits_the_schema(look: Look) -> None:
    """Programs can rely on the committed schema of the format's version."""
    assert valid(look)["format_version"] == "1.0"


def test_the_schema_itself_is_valid() -> None:
    """And refuses what it does not know, so that it cannot fall behind."""
    Draft202012Validator.check_schema(SCHEMA)
    assert not Draft202012Validator(SCHEMA).is_valid(view.document(team()) | {"unknown": 1})


def test_the_document_counts_by_effect_and_leaves_out_what_is_absent() -> None:
    """A property that is not there is not null."""
    found = valid(everything())
    assert found["blocked"]
    assert found["summary"]["rollout"] == 1
    assert {it["effect"] for it in found["differences"]} == set(found["summary"])
    assert all("state" not in it for it in valid(team())["differences"] if it["path"] == "Ecs/TaskDefinition")


def test_markdown_shows_what_has_to_be_decided_and_folds_the_rest() -> None:
    """And is never longer than a comment may be."""
    text = view.markdown(everything())
    assert text.startswith("### Takeover of `preto-2-prod` from Terraform")
    assert text.index("**Cannot be taken over**") < text.index("<details>")
    large = everything()
    large = replace(large, survey=replace(large.survey, staying=large.survey.staying * 400))
    assert len(view.markdown(large)) <= 65_536


@pytest.mark.parametrize("form", [dict, legacy, opentofu, shown], ids=["now", "0.12", "OpenTofu", "show -json"])
def test_no_secret_of_a_state_is_shown_or_written(form: Any) -> None:
    """Planted wherever a state can have one: not on the screen, in a document, a file, an object, nor an error."""
    look = takeovers.look(form(with_secrets(TEAM.state())))
    everywhere = [view.text(look), view.text(look, 80), json.dumps(view.document(look)), view.markdown(look)]
    everywhere += [look.derived.text, repr(look), repr(look.settings), repr(look.survey)]
    for text in everywhere:
        assert PLANTED not in text
    assert "DB_PASSWORD" in view.text(look)


def test_a_tag_that_changes_everywhere_is_shown_once() -> None:
    """With the number of resources; the document has each."""
    look = team()
    assert view.text(look).count("Tags[ManagedBy]  Terraform → CloudFormation") == 1
    assert sum(it["property"] == "Tags[ManagedBy]" for it in valid(look)["differences"]) > 8
    assert "Tags[Name]  (its own) → (none)" in view.text(look)


def test_what_could_not_be_read_has_the_value_of_the_state() -> None:
    """It says whose value it is; a resource that was read may lack a property that the state has."""
    unread = Difference(
        path="Ecs/Cluster", property="ClusterName", effect=Effect.REPLACEMENT, state="a", template="b", is_read=False
    )
    assert view.words.values(unread) == "state a → b"
    assert view.words.values(replace(unread, live="c", is_read=True)) == "state a, live c → b"
    assert view.words.values(replace(unread, is_read=True)) == "(none) → b"
