"""One adopted resource, compared three ways: the state, what is live, our template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from stacks.adopt.differences.defaults import default_of
from stacks.adopt.differences.effects import Changed, effect_of
from stacks.adopt.differences.equality import same
from stacks.adopt.differences.leaves import leaves
from stacks.adopt.live import ANY_ELEMENT, without
from stacks.adopt.survey import ABSENT, Difference, Effect
from stacks.adopt.types import ecs, elasticloadbalancing
from stacks.cloudformation import schemas
from stacks.rendered.expressions import plain
from stacks.rendered.values import Value, parts

if TYPE_CHECKING:
    from stacks.adopt.survey import Adopted

KEPT = frozenset({
    (elasticloadbalancing.BALANCER, "LoadBalancerAttributes"),
    (elasticloadbalancing.GROUP, "TargetGroupAttributes"),
    (elasticloadbalancing.LISTENER, "ListenerAttributes"),
})  # fmt: skip
"""Properties that keep what they are where a template does not write them.

"Attributes that you do not modify retain their current values"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html).
"""
IMPLIED = frozenset({(elasticloadbalancing.BALANCER, "LoadBalancerAttributes[ipv6.deny_all_igw_traffic]")})
"""Attributes whose value follows from another property: this one from the scheme."""
DESIRED_COUNT = "DesiredCount"
"""Of a service: without it, an update sends none, and the tasks stay as many as they are."""
STAYS = "our template does not set it, and it stays as it is"
UNKNOWN = "our value is known only when it is deployed"
NEVER = "AWS returns it to nobody: our template's value is sent with the next change of the resource"
WRITE_ONLY = "AWS returns it to nobody, and the state does not have it"
SWITCHES: Mapping[str, tuple[tuple[str, str], ...]] = {
    ecs.SERVICE: (
        (
            "DeploymentConfiguration.DeploymentCircuitBreaker.",
            "DeploymentConfiguration.DeploymentCircuitBreaker.Enable",
        ),
        ("DeploymentConfiguration.Alarms.", "DeploymentConfiguration.Alarms.Enable"),
    ),
    elasticloadbalancing.GROUP: (("TargetGroupAttributes[stickiness.", "TargetGroupAttributes[stickiness.enabled]"),),
}
"""Leaves that mean nothing while a switch beside them is off: how they begin, and the switch."""


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The leaves of a resource in the state, live (the state's where it could not be read), and in our template."""

    state: Mapping[str, Value]
    live: Mapping[str, Value]
    template: Mapping[str, Value]


def compare_one(region: str, it: Adopted, properties: Mapping[str, Value]) -> Iterator[Difference]:
    """Yield what differs between an adopted resource and our template, and between it and the state.

    What is the same by order, spelling or AWS's default is no difference.
    """
    hidden = [path for path in schemas.paths(region, it.type, "writeOnlyProperties") if ANY_ELEMENT in path]
    state, live, template = (dict(leaves(without(side, hidden))) for side in (it.recorded, it.known, properties))
    comparison = _Comparison(region, it, Sides(state=state, live=live, template=template))
    for path in hidden:
        if without(properties, [path]) != properties:
            yield Difference(path=it.path, property=_written(path), effect=Effect.UNREADABLE, why=NEVER)
    every = [comparison.of(path) for path in dict.fromkeys([*live, *template])]
    yield from _without_strategy([found for found in every if found is not None])


def _written(path: tuple[str, ...]) -> str:
    """Return a path of a schema as a person writes it: `DefaultActions[].AuthenticateOidcConfig.ClientSecret`."""
    return ".".join(path).replace(f".{ANY_ELEMENT}", "[]")


def _without_strategy(found: list[Difference]) -> Iterator[Difference]:
    """Leave out the capacity provider strategy beside the launch type that it replaces, or that replaces it."""
    is_replaced = any(it.property == "LaunchType" and it.effect is Effect.REPLACEMENT for it in found)
    yield from (it for it in found if not (is_replaced and it.property == "CapacityProviderStrategy"))


class _Comparison:
    """Compares one resource leaf by leaf."""

    def __init__(self, region: str, it: Adopted, sides: Sides) -> None:
        self._region, self._it, self._sides = region, it, sides
        names = schemas.paths(region, it.type, "writeOnlyProperties")
        self._write_only = tuple(".".join(path) for path in names if "*" not in path)

    def of(self, path: str) -> Difference | None:
        """Return the difference of a leaf; None if it is the same on all sides that are known."""
        live, template = self._sides.live.get(path, ABSENT), self._sides.template.get(path, ABSENT)
        changed = Changed(type=self._it.type, path=path, before=live, after=template)
        changed, (effect, why) = self._judged(changed)
        if effect is Effect.DEFAULT or (effect is Effect.SAME and not why and self._is_as_recorded(path)):
            return None
        is_read = self._it.live is not None
        return Difference(
            path=self._it.path,
            property=path,
            effect=effect,
            state=_shown(self._recorded(path) if is_read else changed.before),
            live=_shown(changed.before) if is_read else ABSENT,
            template=_shown(changed.after),
            is_read=is_read,
            why=why,
        )

    def _judged(self, changed: Changed) -> tuple[Changed, tuple[Effect, str]]:
        """Return the change, with AWS's default for a side that has no value, and its effect."""
        if self._is_without_effect(changed.path):
            return changed, (Effect.DEFAULT, "")
        if ABSENT in (changed.before, changed.after):
            if (effect := self._one_sided(changed)) is not None:
                return changed, effect
            changed = self._with_default(changed)
        elif (found := same(changed.before, changed.after, changed.path)) is None:
            return changed, (Effect.UNREADABLE, UNKNOWN)
        elif found:
            return changed, (Effect.SAME, "")
        if changed.before is ABSENT and self._it.live is not None and self._is_write_only(changed.path):
            return changed, (Effect.UNREADABLE, WRITE_ONLY)
        return changed, effect_of(self._region, changed)

    def _with_default(self, changed: Changed) -> Changed:
        default = default_of(self._region, self._it.type, changed.path)
        if default is None:
            return changed
        return replace(changed, **{"before" if changed.before is ABSENT else "after": default})

    def _one_sided(self, changed: Changed) -> tuple[Effect, str] | None:
        """Return the effect of a leaf that one side does not have; None where that makes it another value."""
        value = changed.after if changed.before is ABSENT else changed.before
        default = default_of(self._region, self._it.type, changed.path)
        if default is not None and same(value, default, changed.path):
            return Effect.DEFAULT, ""
        if changed.after is ABSENT and self._is_write_only(changed.path):
            return Effect.DEFAULT, ""
        if changed.after is ABSENT and (changed.property == DESIRED_COUNT or (self._it.type, changed.path) in IMPLIED):
            return Effect.DEFAULT, ""
        if changed.after is ABSENT and (self._it.type, changed.property) in KEPT:
            return Effect.SAME, STAYS
        return None

    def _is_without_effect(self, path: str) -> bool:
        """Whether a leaf means nothing, because a switch beside it is off on both sides."""
        return any(
            path.startswith(beginning)
            and path != switch
            and all(
                plain(side.get(switch, False)).lower() == "false" for side in (self._sides.live, self._sides.template)
            )
            for beginning, switch in SWITCHES.get(self._it.type, ())
        )

    def _is_write_only(self, path: str) -> bool:
        return any(path == name or path.startswith(f"{name}.") for name in self._write_only)

    def _recorded(self, path: str) -> Value:
        """Return the state's value, in the spelling of the live one where both mean the same."""
        state, live = self._sides.state.get(path, ABSENT), self._sides.live.get(path, ABSENT)
        return live if ABSENT not in (state, live) and same(state, live, path) else state

    def _is_as_recorded(self, path: str) -> bool:
        """Whether the state has what is live."""
        if self._it.live is None:
            return True
        state, live = self._sides.state.get(path, ABSENT), self._sides.live.get(path, ABSENT)
        if state is ABSENT:  # Terraform does not manage it, or its provider is older than it.
            return True
        if live is ABSENT:
            return same(state, default_of(self._region, self._it.type, path), path) is not False
        return same(state, live, path) is not False


def _shown(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a value; one that only a deployment knows as our template names it."""
    return plain(value) if value is not ABSENT and parts(value) else value
