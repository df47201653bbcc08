"""Environment variables of containers, and secrets under the names of variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from troposphere.ecs import Environment, Secret

from templates.arns import SecretReference
from templates.profiles import BASE_PATH, PORT, PROFILES
from templates.section import Allowed, Map

if TYPE_CHECKING:
    from collections.abc import Mapping

    from templates.profiles import Profile
    from templates.values import Number


def _not_a_secret(text: str) -> str:
    if "{{resolve:" in text:
        raise PydanticCustomError(
            "plain_secret", "CloudFormation would write the value in plain text; put it into secrets instead"
        )
    return text


VariableName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$"),
    Allowed("1 to 128 letters, digits and _, with no digit first"),
]
VariableValue = Annotated[str, Field(max_length=4096), AfterValidator(_not_a_secret)]
Variables = Map[VariableName, VariableValue]
Secrets = Map[VariableName, SecretReference]

OPTION_VARIABLES = {it.name: it.why for profile in PROFILES.values() for it in profile.options}
"""The variables that the templates set with `ecs.streamlit_options`, and why settings may not."""


def refuse_twice(environment: Mapping[str, str], secrets: Mapping[str, str]) -> None:
    """Raise PydanticCustomError if a name is both a variable and a secret."""
    if both := sorted({*environment} & {*secrets}):
        raise PydanticCustomError(
            "variable_twice",
            "{name} is in secrets as well; one of them would win",
            {"key": f"environment.{both[0]}", "with": (f"secrets.{both[0]}",), "name": both[0]},
        )


def refuse_own(
    environment: Mapping[str, str], secrets: Mapping[str, str], reserved: Mapping[str, str], at: str = ""
) -> None:
    """Raise PydanticCustomError if a variable is reserved; `at` is the place of both tables, with a dot."""
    for table, names in (("environment", environment), ("secrets", secrets)):
        for name in names:
            if name in reserved:
                raise PydanticCustomError(
                    "own_variable",
                    "{name} is set by the templates: {what}",
                    {"key": f"{at}{table}.{name}", "name": name, "what": reserved[name]},
                )


def options(profile: Profile, port: Number, base_url_path: str) -> list[Environment]:
    """Return the variables that configure the application, sorted by name, for a container behind a load balancer."""
    values = {PORT: port.expression, BASE_PATH: base_url_path}
    given = sorted((it.name, values.get(it.value, it.value)) for it in profile.options)
    return [Environment(Name=name, Value=value) for name, value in given if value]


def variables(environment: Mapping[str, str]) -> list[Environment]:
    """Return environment variables for a container definition."""
    return [Environment(Name=name, Value=value) for name, value in environment.items()]


def references(secrets: Mapping[str, str]) -> list[Secret]:
    """Return secrets for a container definition."""
    return [Secret(Name=name, ValueFrom=reference) for name, reference in secrets.items()]
