"""Defaults that depend on the framework, wherever it is named, and in messages, schema and page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pytest
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from stacks.settings import Settings, SettingsError
from stacks.settings.loading import load_as
from stacks.settings.reference import render_reference
from stacks.settings.schema import settings_schema

if TYPE_CHECKING:
    from tests.unit.stacks.settings.conftest import Folder

WEB = "app_framework=web"


class Refused(Settings):
    """Settings that refuse every port."""

    @model_validator(mode="after")
    def _no_port(self) -> Self:
        raise PydanticCustomError("port", "no port will do", {"key": "network.container_port"})


def test_the_framework_may_be_named_in_any_source(folder: Folder) -> None:
    """In the file, in a tfvars file or on the command line; the last one counts, and so do its defaults."""
    folder.prod(tables='[app]\nframework = "web"\n')
    assert folder.load().network.container_port == 8080
    assert folder.load(variables=["app_framework=streamlit"]).network.container_port == 8501
    folder.prod()
    folder.write("web.tfvars", 'app_framework = "web"\nnetwork_base_url_path = "app"\n')
    found = folder.load(var_files=["web.tfvars"])
    assert (found.network.health_check_path, found.ecs.port_variable) == ("/app/", "PORT")
    assert folder.load(variables=[WEB, "network_container_port=3000"]).network.container_port == 3000


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        (["app_framework=django"], 'must be one of "streamlit", "web"'),
        ([WEB, "ecs_streamlit_options=true"], 'ecs_streamlit_options = true: means nothing: app.framework is "web"'),
        ([WEB, "network_stickiness_duration=60"], "means nothing: sticky_sessions is off"),
        ([WEB, 'ecs_environment={"PORT":"80"}'], "PORT is set by the templates: it is network.container_port"),
    ],
)
def test_what_does_not_go_with_the_framework_is_refused(folder: Folder, variables: list[str], message: str) -> None:
    """With the key as it was written, and why."""
    folder.prod()
    assert message in folder.refusal(variables=variables)


@pytest.mark.parametrize(
    ("variables", "value"),
    [([], "8501 (the default)"), ([WEB], "8080 (the default of web)"), (["app_framework=x"], "8501 (the default)")],
)
def test_a_message_shows_the_default_of_the_framework(folder: Folder, variables: list[str], value: str) -> None:
    """Where a key is wrong that nobody has set."""
    folder.prod()
    with pytest.raises(SettingsError) as refused:
        load_as(Refused, "prod", var_files=(), variables=variables, directory=folder.path)
    assert f"network.container_port = {value}: no port will do" in str(refused.value)


def test_schema_and_page_name_all_defaults() -> None:
    """An editor does not offer the default of another framework."""
    network = settings_schema()["$defs"]["templates__network__settings__Settings"]["properties"]
    assert "default" not in network["container_port"]
    assert network["container_port"]["description"].endswith("Default: 8501 with streamlit, 8080 with web.")
    assert "default" in network["idle_timeout"]
    assert "`streamlit`: `8501`, `web`: `8080`" in render_reference()
