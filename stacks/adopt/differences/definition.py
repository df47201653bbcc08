"""The task definition that runs, compared with ours, of which the first deployment registers a new revision."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from stacks.adopt.differences.defaults import default_of
from stacks.adopt.differences.equality import same
from stacks.adopt.differences.leaves import leaves
from stacks.adopt.survey import ABSENT, Difference, Effect
from stacks.adopt.types.attributes import Attributes
from stacks.adopt.types.ecs import TASK_DEFINITION
from stacks.cloudformation import schemas
from stacks.rendered.expressions import plain
from stacks.rendered.values import Value, parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from stacks.rendered.values import Later

CONTAINERS = "ContainerDefinitions"
HIDDEN = "(a value)"
"""What is shown of the value of an environment variable."""
_ANY = re.compile(rf"^{CONTAINERS}\[[^\]]*\]")
_VARIABLE = re.compile(rf"^{CONTAINERS}\[[^\]]*\]\.Environment\[")
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html, API_HealthCheck.html
_DEFAULTS: Mapping[str, Any] = {
    ".Cpu": 0,
    ".Essential": True,
    ".HealthCheck.Interval": 30,
    ".HealthCheck.Retries": 3,
    ".HealthCheck.StartPeriod": 0,
    ".HealthCheck.Timeout": 5,
    ".Interactive": False,
    ".LinuxParameters.InitProcessEnabled": False,
    ".Privileged": False,
    ".PseudoTerminal": False,
    ".ReadonlyRootFilesystem": False,
    ".StopTimeout": 30,
    ".VersionConsistency": "enabled",
}
"""Defaults of a container's properties, by their path in it."""


def compare_definition(
    region: str, path: str, running: Mapping[str, Any], properties: Mapping[str, Value]
) -> Iterator[Difference]:
    """Yield what differs between the revision that runs and our template; each difference rolls out new tasks.

    Both have the values of environment variables, which are compared and never part of a difference.
    """
    known = schemas.settable(region, TASK_DEFINITION) - {"Tags"}
    live, template = (dict(leaves(_written(it, known))) for it in _paired(running, properties))
    for name in dict.fromkeys([*live, *template]):
        before, after = live.get(name, ABSENT), template.get(name, ABSENT)
        if before is ABSENT or after is ABSENT:
            default = _default(region, name)
            value = after if before is ABSENT else before
            if default is not None and same(value, default, name):
                continue
        elif same(before, after, name):
            continue
        hide = _VARIABLE.match(name)
        yield Difference(
            path=path,
            property=name,
            effect=Effect.ROLLOUT,
            live=_shown(before, hide=bool(hide)),
            template=_shown(after, hide=bool(hide)),
        )


def _default(region: str, name: str) -> Any:  # noqa: ANN401 - JSON
    return _DEFAULTS.get(_ANY.sub("", name)) if _ANY.match(name) else default_of(region, TASK_DEFINITION, name)


def _shown(value: Value | Later, *, hide: bool) -> Any:  # noqa: ANN401 - JSON
    if value is ABSENT:
        return value
    return HIDDEN if hide else plain(value) if parts(value) else value


def _paired(running: Mapping[str, Any], template: Mapping[str, Value]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return both, where each has one container under the template's name: another name is a difference like others."""
    before, after = (Attributes(it).blocks(CONTAINERS) for it in (running, template))
    if len(before) != 1 or len(after) != 1:
        return running, template
    name = after[0].text("Name")
    return tuple(  # type: ignore[return-value]  # of both
        {**whole, CONTAINERS: [{**one[0].values, "Name": name, "ContainerName": one[0].text("Name")}]}
        for whole, one in ((running, before), (template, after))
    )


def _written(definition: Mapping[str, Any], known: Collection[str]) -> Mapping[str, Any]:
    """Return the `known` properties of a definition, with port mappings that say no more than they have to."""
    containers = [
        {**it.values, "PortMappings": [_mapping(each) for each in it.blocks("PortMappings")]}
        for it in Attributes(definition).blocks(CONTAINERS)
    ]
    return {**{name: it for name, it in definition.items() if name in known}, CONTAINERS: containers}


def _mapping(it: Attributes) -> dict[str, Any]:
    """In awsvpc mode, the port of the host is the container's.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
    """
    same_port = plain(it.values.get("HostPort")) == plain(it.values.get("ContainerPort"))
    left = {"HostPort"} if same_port or it.number("HostPort") == 0 else set()
    if (it.text("Protocol") or "tcp") == "tcp":
        left.add("Protocol")
    return {name: value for name, value in it.values.items() if name not in left}
