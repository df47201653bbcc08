"""A model with every form that a setting can have: no module's settings have all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

import pytest
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from stacks.settings import SettingsError
from stacks.settings.loading import load_as
from templates.section import Allowed, Map, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.unit.stacks.settings.conftest import Folder

VariableName = Annotated[
    str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$"), Allowed("letters, digits and _, no digit first")
]
Port = Annotated[int, Field(ge=1, le=65535)]


class Mount(Section):
    """A folder of a sidecar."""

    path: Annotated[str, Field(pattern=r"^/"), Allowed("a path in quotes that starts with /")]
    """Where it is in the container."""
    read_only: bool = True
    """Whether nothing can be written to it."""


class Check(Section):
    """How a sidecar is asked whether it is well."""

    command: Annotated[tuple[str, ...], Field(min_length=1)]
    """What runs in the container."""
    interval: Annotated[int, Field(ge=5, le=300)] = 30
    """Seconds between two checks."""
    timeout: Annotated[int, Field(ge=2, le=60)] = 5
    """Seconds that one may take."""

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        if self.timeout > self.interval:
            raise PydanticCustomError(
                "timeout", "timeout is longer than the interval", {"key": "timeout", "with": ("interval",)}
            )
        return self


class Sidecar(Section):
    """A container beside the service's own."""

    name: Annotated[str, Field(min_length=1, max_length=20)]
    """Its name."""
    image: str
    """Its image."""
    ports: tuple[Port, ...] = ()
    """Ports on which it listens."""
    environment: Map[VariableName, str] = Map()
    """Its environment variables."""
    mounts: tuple[Mount, ...] = ()
    """Its folders."""
    check: Check | None = None
    """Whether and how it is asked whether it is well."""

    @model_validator(mode="after")
    def _mounts_differ(self) -> Self:
        paths = [mount.path for mount in self.mounts]
        for index, path in enumerate(paths):
            if path in paths[:index]:
                raise PydanticCustomError(
                    "mounts", "{path} is there twice", {"key": f"mounts[{index}].path", "path": path}
                )
        return self


class Schedule(Section):
    """A time at which the number of tasks changes."""

    cron: str
    """When."""
    count: Annotated[int, Field(ge=0, le=9)] = 0
    """How many tasks run from then on."""


class Ecs(Section):
    """`[ecs]`: what runs."""

    cpu: Literal[256, 512] = 256
    """Processor."""
    environment: Annotated[Map[VariableName, str], Field(max_length=3)] = Map()
    """Environment variables of the container."""
    weights: Map[Literal["blue", "green"], Annotated[int, Field(ge=0, le=100)]] = Map()
    """Share of each colour."""
    sidecars: Annotated[tuple[Sidecar, ...], Field(max_length=3)] = ()
    """Containers beside it."""
    schedules: Map[VariableName, Schedule] = Map()
    """When it runs more or less, by name."""

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [sidecar.name for sidecar in self.sidecars]
        for index, name in enumerate(names):
            if name in names[:index]:
                others = [f"sidecars[{names.index(name)}].name"]
                context = {"key": f"sidecars[{index}].name", "with": others, "name": name}
                raise PydanticCustomError("names", "two sidecars are called {name}", context)
        return self


class Https(Section):
    """How browsers reach it by HTTPS."""

    certificate: Annotated[str | None, Field(pattern=r"^arn:"), Allowed("an ARN in quotes")] = None
    """A certificate."""
    redirect: bool = False
    """Whether HTTP leads to it."""

    @model_validator(mode="after")
    def _redirect_leads_somewhere(self) -> Self:
        if self.redirect and self.certificate is None:
            raise PydanticCustomError(
                "redirect", "there is no certificate", {"key": "redirect", "with": ("certificate",)}
            )
        return self


class Limits(Section):
    """What one address may do."""

    rate: Annotated[int, Field(ge=10, le=1000)] = 100
    """Requests a minute."""

    @model_validator(mode="after")
    def _lucky(self) -> Self:
        if self.rate == 13:
            raise PydanticCustomError("lucky", "13 is not a good limit")
        return self


class Waf(Section):
    """A firewall, if there is this table."""

    rules: tuple[Literal["bots", "body"], ...] = ()
    """Groups of rules."""
    share: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Part of the requests that it looks at."""
    limits: Limits = Limits()
    """What one address may do."""


class SignIn(Section):
    """Who may use it, if there is this table."""

    issuer: Annotated[str, Field(pattern=r"^https://"), Allowed("a URL in quotes")]
    """Who knows the users."""
    scopes: tuple[str, ...] = ("openid",)
    """What is asked of them."""


class Network(Section):
    """`[network]`: how it is reached."""

    port: Port = 8501
    """The container's port."""
    https: Https = Https()
    """HTTPS."""
    waf: Waf | None = None
    """The firewall."""
    sign_in: SignIn | None = None
    """Sign-in."""


class Example(Section):
    """Everything that an environment file says."""

    project: str
    """What is deployed."""
    environment: str
    """Which copy of it."""
    ecs: Ecs = Ecs()
    network: Network = Network()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        if self.project == self.environment:
            raise PydanticCustomError("names", "project and environment have one name")
        return self

    @model_validator(mode="after")
    def _redirect_not_on_its_port(self) -> Self:
        if self.network.https.redirect and self.network.port == 80:
            context = {"key": "network.port", "with": ("network.https.redirect",)}
            raise PydanticCustomError("port", "80 is the port that redirects", context)
        return self


def load(folder: Folder, toml: str = "", *variables: str, **files: str) -> Example:
    """Load the example of these texts: TOML below what is required, files by their suffix, and `--var`s."""
    folder.write("prod.toml", f'project = "p"\n{toml}')
    paths = [folder.write(f"x.{suffix}", text) for suffix, text in files.items()]
    return load_as(Example, "prod", var_files=paths, variables=variables, directory=folder.path)


def refusal(folder: Folder, toml: str = "", *variables: str, **files: str) -> Sequence[str]:
    """The lines in which they are refused, without a header."""
    with pytest.raises(SettingsError) as refused:
        load(folder, toml, *variables, **files)
    return [str(problem).replace(f"{folder.path}/", "") for problem in refused.value.problems]
