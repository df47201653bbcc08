"""How requests reach the service: by a load balancer of its own, or by a rule on one that others share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stacks.adopt.places.graph import LISTENER, LOAD_BALANCER, RULE, Wiring, forwards_to, items, part
from stacks.adopt.types import Candidate
from stacks.adopt.types.conditions import EVERY_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


RULE_PLACE, LISTENER_PLACE, HTTPS_PLACE = "Network/ProductionRule", "Network/Listener", "Network/HttpsListener"
HTTP, HTTPS = 80, 443
SAYABLE = frozenset({"host-header", "path-pattern"})
"""Conditions of `network.listener`."""


@dataclass(frozen=True, kw_only=True)
class Front:
    """What is before the service's target group.

    `rule` is the one that leads to the service on a listener of others; then there is no `balancer` of ours.
    """

    placed: tuple[tuple[Candidate, str], ...] = ()
    staying: Mapping[str, str] = field(default_factory=dict)
    balancer: Candidate | None = None
    listeners: tuple[Candidate, ...] = ()
    rule: Candidate | None = None
    refusals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def front(found: Wiring, others: Sequence[Wiring], mapping: Mapping[str, str]) -> Front:
    """Return what leads to the service.

    A load balancer whose listener forwards to the service by default is the service's own, also where others have rules
    on it. One that others share, and which reaches the service by a rule alone, stays with Terraform.
    """
    rules = [it for it in found.rules if it.address not in mapping or mapping[it.address] == RULE_PLACE]
    asked = next((it for it in rules if mapping.get(it.address) == RULE_PLACE), None)
    listeners = found.listeners
    if asked is not None:
        return _by_rule(found, asked, rules)
    if listeners:
        return _own(found, listeners, rules)
    if not rules:
        return Front(refusals=tuple(_unreachable(found)))
    balancer = _balancer_of_rule(found, rules[0])
    if balancer is None or _is_shared(found, balancer, others):
        return _by_rule(found, rules[0], rules)
    own = _own(found, [it for it in _listeners_of(found, balancer) if _is_of_rule(it, rules)], rules)
    return replace(own, refusals=(*own.refusals, *_narrower(rules)), notes=tuple(_wider(rules)))


def _narrower(rules: Sequence[Candidate]) -> Iterator[str]:
    """Yield a sentence for each rule that lets in fewer requests than our templates can say."""
    for it in rules:
        if other := sorted({name for each in _conditions(it) if (name := _unsayable(each))}):
            yield (
                f"{it.address}: its conditions on {', '.join(other)} are none of our templates', and without them "
                "more requests would reach the service; leave the service with Terraform, or drop the conditions first"
            )


def _wider(rules: Sequence[Candidate]) -> Iterator[str]:
    """Yield how the conditions of a rule are kept, where our listener would forward all requests."""
    if all(_is_for_all(it) for it in rules):
        return
    for it in rules[:1]:
        yield (
            f"Only requests that fit {it.address} reach the service now, and after the first deploy all of the "
            f"listener: --map '{it.address}={RULE_PLACE}' keeps the rule, and the load balancer stays with Terraform."
        )


def _unreachable(found: Wiring) -> list[str]:
    if not found.target_group_arn:
        return []
    why = "neither a listener nor a rule in the state forwards to its target group"
    return [f"{found.anchor.address}: {why}; `terraform import` the one that does, or name the state that has it"]


def _conditions(rule: Candidate) -> list[Mapping[str, Any]]:
    return items(rule.recorded.get("Conditions"))


def _unsayable(condition: Mapping[str, Any]) -> str:
    """Return what a condition is on, where our templates cannot say it; else ""."""
    name = str(condition.get("Field"))
    has_expression = any(value.get("RegexValues") for value in condition.values() if isinstance(value, Mapping))
    return f"{name} (regular expression)" if has_expression else "" if name in SAYABLE else name


def _is_for_all(rule: Candidate) -> bool:
    """Whether every request fits a rule."""
    return all(
        it.get("Field") == "path-pattern"
        and not EVERY_PATH.isdisjoint(part(it, "PathPatternConfig").get("Values") or [])
        for it in _conditions(rule)
    )


def _own(found: Wiring, listeners: Sequence[Candidate], rules: Sequence[Candidate]) -> Front:
    """Return a load balancer of the service's own, with the listeners for which our templates have a place."""
    balancer = _balancer(found, str(listeners[0].recorded.get("LoadBalancerArn") or "")) if listeners else None
    if balancer is None:
        address = (listeners[0] if listeners else found.anchor).address
        why = f"{address}: its load balancer is not in the state, and a listener cannot change its load balancer"
        return Front(refusals=(f"{why}; `terraform import` it first",))
    all_listeners = _listeners_of(found, balancer)
    placed: list[tuple[Candidate, str]] = [(balancer, "Network/LoadBalancer")]
    staying: dict[str, str] = {}
    refusals: list[str] = []
    has_https = any(_port(it) == HTTPS for it in listeners)
    for it in all_listeners:
        path = _listener_place(it, has_https=has_https)
        if path and path not in {other for _, other in placed} and (it in listeners or _redirects(it)):
            placed.append((it, path))
        elif it in listeners and _port(it) not in {HTTP, HTTPS}:
            refusals.append(
                f"{it.address}: it listens on port {_port(it)}, and our listeners on 80 and 443; who uses "
                f"port {_port(it)} would be cut off"
            )
        else:
            staying[it.address] = "our templates have no such listener; it goes on beside ours"
    for rule in rules:
        staying[rule.address] = "the listener leads all other requests to the service anyway; the rule goes on"
    kept = tuple(it for it, path in placed if path in {LISTENER_PLACE, HTTPS_PLACE})
    return Front(placed=tuple(placed), staying=staying, balancer=balancer, listeners=kept, refusals=tuple(refusals))


def _by_rule(found: Wiring, rule: Candidate, rules: Sequence[Candidate]) -> Front:
    """Return a rule on the listener of others."""
    staying: dict[str, str] = {}
    arn = str(rule.recorded.get("ListenerArn") or "")
    for listener in found.graph.of(LISTENER):
        if listener.identifier.get("ListenerArn") == arn:
            staying[listener.address] = "others share it: `network.listener.arn` names it"
            balancer = _balancer(found, str(listener.recorded.get("LoadBalancerArn") or ""))
            if balancer is not None:
                staying[balancer.address] = "others share it: our rule is on its listener, `network.listener`"
    others = [it for it in rules if it is not rule]
    refusals = tuple(
        f"{it.address}: a second rule that leads to the service, and ours has one; merge their conditions, or "
        f"--map '{it.address}={RULE_PLACE}' takes this one"
        for it in others
    )
    refusals += tuple(_narrower([rule]))
    return Front(placed=((rule, RULE_PLACE),), staying=staying, rule=rule, refusals=refusals)


def _listener_place(it: Candidate, *, has_https: bool) -> str:
    """Return the place of a listener; "" where our templates have none.

    Beside HTTPS, ours on port 80 redirects. One that forwards there, too, goes on doing so where it is.
    """
    if _port(it) == HTTPS and it.recorded.get("Protocol") == "HTTPS":
        return HTTPS_PLACE
    is_http = _port(it) == HTTP and it.recorded.get("Protocol") == "HTTP"
    return LISTENER_PLACE if is_http and _redirects(it) == has_https else ""


def _redirects(it: Candidate) -> bool:
    return any(action.get("Type") == "redirect" for action in items(it.recorded.get("DefaultActions")))


def _port(it: Candidate) -> Any:  # noqa: ANN401 - what a state has there
    return it.recorded.get("Port")


def _balancer(found: Wiring, arn: str) -> Candidate | None:
    balancers = found.graph.of(LOAD_BALANCER)
    return next((it for it in balancers if it.identifier.get("LoadBalancerArn") == arn), None)


def _balancer_of_rule(found: Wiring, rule: Candidate) -> Candidate | None:
    listener = next((it for it in found.graph.of(LISTENER) if _is_of_rule(it, [rule])), None)
    return _balancer(found, str(listener.recorded.get("LoadBalancerArn") or "")) if listener else None


def _is_of_rule(listener: Candidate, rules: Sequence[Candidate]) -> bool:
    return any(rule.recorded.get("ListenerArn") == listener.identifier.get("ListenerArn") for rule in rules)


def _listeners_of(found: Wiring, balancer: Candidate) -> list[Candidate]:
    arn = balancer.identifier.get("LoadBalancerArn")
    return [it for it in found.graph.of(LISTENER) if it.recorded.get("LoadBalancerArn") == arn]


def _is_shared(found: Wiring, balancer: Candidate, others: Sequence[Wiring]) -> bool:
    """Whether requests to a load balancer reach other target groups, too."""
    listeners = _listeners_of(found, balancer)
    arns = {it.identifier.get("ListenerArn") for it in listeners}
    rules = [it for it in found.graph.of(RULE) if it.recorded.get("ListenerArn") in arns]
    actions = [
        *(action for it in listeners for action in items(it.recorded.get("DefaultActions"))),
        *(action for it in rules for action in items(it.recorded.get("Actions"))),
    ]
    reached = {arn for action in actions for arn in forwards_to(action)}
    return bool(reached - {found.target_group_arn} | found.neighbours) or any(
        it.target_group_arn in reached for it in others
    )
