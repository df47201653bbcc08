"""What an environment deploys, as a control sees it: resources by type, with the parameters' values in their places."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stacks.settings import load
from templates import bootstrap, root
from tests.support.templates import statements

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVIRONMENTS = Path(__file__).parents[2] / "environments"
BOOTSTRAP = "Bootstrap"
IDENTITY_POLICIES = ("AWS::IAM::Role", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy")
"""Types that say what somebody may do, and not who may do something with a resource."""


class AbsentError(Exception):
    """There is no resource on which a control could look."""


class Deployment:
    """The templates of one environment, and of the bootstrap stack that it needs."""

    def __init__(self, templates: dict[str, Any]) -> None:
        self._templates = templates

    def of(self, resource_type: str) -> dict[str, Any]:
        """The properties of all resources of a type, by `Module.LogicalId`. Raises AbsentError where there are none."""
        if found := self.any_of(resource_type):
            return found
        raise AbsentError(resource_type)

    def any_of(self, *resource_types: str) -> dict[str, Any]:
        """The properties of all resources of these types, of which there may be none."""
        return {
            f"{module}.{name}": self._valued(module, it.get("Properties", {}))
            for module, template in self._templates.items()
            for name, it in template["Resources"].items()
            if it["Type"] in resource_types
        }

    def allowed(self) -> Iterator[tuple[list[str], list[Any]]]:
        """Actions and resources of every statement that allows somebody something."""
        for policy in self.any_of(*IDENTITY_POLICIES).values():
            for it in statements({name: part for name, part in policy.items() if name != "AssumeRolePolicyDocument"}):
                if it["Effect"] == "Allow":
                    yield _listed(it["Action"]), _listed(it["Resource"])

    def _valued(self, module: str, part: Any) -> Any:
        """A part of a template with the arguments of the nested stack, and the root's defaults, instead of `Ref`."""
        if isinstance(part, list):
            return [self._valued(module, it) for it in part]
        if not isinstance(part, dict):
            return part
        name = part.get("Ref")
        parameters = self._templates[module].get("Parameters", {})
        if name not in parameters:
            return {key: self._valued(module, value) for key, value in part.items()}
        if module == "Root":
            return parameters[name].get("Default")
        return self._valued("Root", self._templates["Root"]["Resources"][module]["Properties"]["Parameters"][name])


@cache
def deployment(environment: str, *variables: str) -> Deployment:
    """What a committed environment deploys, with these `--var NAME=VALUE` on top."""
    settings = load(environment, variables=variables, directory=ENVIRONMENTS)
    stack = root.build(settings)
    texts = {"Root": stack.body, BOOTSTRAP: bootstrap.build(settings.project).body}
    texts |= {name: child.body for name, child in stack.children.items()}
    return Deployment({name: json.loads(text) for name, text in texts.items()})


def attributes(properties: dict[str, Any], key: str) -> dict[str, str]:
    """Elastic Load Balancing's lists of `Key` and `Value` as a map."""
    return {it["Key"]: it["Value"] for it in properties[key]}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
