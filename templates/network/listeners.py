"""Listeners of the load balancer, and their rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troposphere import Ref
from troposphere.elasticloadbalancingv2 import (
    Action,
    Certificate,
    Condition,
    FixedResponseConfig,
    HttpHeaderConfig,
    Listener,
    ListenerRule,
    ListenerRuleAction,
    LoadBalancer,
    PathPatternConfig,
    RedirectConfig,
)

from templates.network import https, paths, shared_listener
from templates.network.forwarding import forward_actions, weighted_actions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from templates.identity import Identity
    from templates.model import Builder
    from templates.network.settings import Settings
    from templates.network.target_groups import TargetGroups

TEST_HEADER, TEST_VALUE = "X-Test-Traffic", "true"
"""The header of test traffic, which reaches the new version before all other requests."""
TEST, HEALTH, PRODUCTION, ROOT = 10, 20, 100, 200
"""Priorities on the stack's listener: the most specific rule comes first."""
HTTP, HTTPS = 80, 443
NOT_FOUND = 404


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The rules whose weights ECS changes, if deployments shift traffic."""

    production: ListenerRule | None = None
    test: ListenerRule | None = None


def listener_ports(settings: Settings) -> Mapping[int, str]:
    """Return the ports of the stack's load balancer with their protocols."""
    if settings.https is None:
        return {HTTP: "HTTP"}
    return {HTTP: "HTTP", HTTPS: "HTTPS"} if settings.https.redirect_http else {HTTPS: "HTTPS"}


def add_listeners(
    stack: Builder[Any], identity: Identity, settings: Settings, balancer: LoadBalancer, groups: TargetGroups
) -> Rules:
    """Add the listeners: HTTP on port 80 or, with HTTPS, port 443 and optionally a redirect from port 80."""
    default = _default(settings, groups)
    if settings.https is None:
        front = stack.add(_listener("Listener", balancer, default, Port=HTTP, Protocol="HTTP"))
    else:
        front = stack.add(
            _listener(
                "HttpsListener",
                balancer,
                default,
                Port=HTTPS,
                Protocol="HTTPS",
                SslPolicy=settings.https.tls_policy,
                Certificates=[Certificate(CertificateArn=https.certificate_arn(stack, settings.https))],
            )
        )
        if settings.https.redirect_http:
            # No redirect before the HTTPS listener exists.
            stack.add(_listener("Listener", balancer, [_to_https()], Port=HTTP, Protocol="HTTP", DependsOn=front.title))
    return _rules(stack, identity, settings, Ref(front), groups)


def add_shared_rules(
    stack: Builder[Any], settings: Settings, listener: shared_listener.SharedListener, groups: TargetGroups
) -> Rules:
    """Add the rule on a shared listener, and one for test traffic before it if deployments need that."""
    conditions = shared_listener.rule_conditions(listener, settings.base_url_path)
    if groups.alternate is None:
        actions = forward_actions(ListenerRuleAction, groups)
        stack.add(_rule("ProductionRule", listener.arn, listener.priority, conditions, actions))
        return Rules()
    test = None
    if listener.test_priority is not None:
        asked = [*conditions, _is_test()]
        test = stack.add(
            _rule("TestRule", listener.arn, listener.test_priority, asked, weighted_actions(settings, groups))
        )
    production = _rule(
        "ProductionRule", listener.arn, listener.priority, conditions, weighted_actions(settings, groups)
    )
    return Rules(production=stack.add(production), test=test)


def _rules(stack: Builder[Any], identity: Identity, settings: Settings, listener: Any, groups: TargetGroups) -> Rules:
    """Add the rules of the stack's listener that its default action needs beside it."""
    ours = [_path(paths.path_patterns(settings.base_url_path))]
    if settings.sign_in is not None and identity.profile.health_path_is_open:
        health = [_path([settings.health_path])]
        stack.add(_rule("HealthRule", listener, HEALTH, health, forward_actions(ListenerRuleAction, groups)))
    if settings.base_url_path:
        stack.add(_rule("RootRule", listener, ROOT, [_path(["/"])], [_to_base(settings)]))
    if groups.alternate is not None:
        test = _rule("TestRule", listener, TEST, [*ours, _is_test()], weighted_actions(settings, groups))
        production = _rule("ProductionRule", listener, PRODUCTION, ours, weighted_actions(settings, groups))
        return Rules(production=stack.add(production), test=stack.add(test))
    if settings.base_url_path:
        actions = forward_actions(ListenerRuleAction, groups, settings.sign_in)
        stack.add(_rule("ProductionRule", listener, PRODUCTION, ours, actions))
    return Rules()


def _default(settings: Settings, groups: TargetGroups) -> list[Action]:
    """Return the listener's default action: forward to the tasks, or 404 if they have a base path.

    It also forwards where a rule matches all requests, so that none is lost while the rule is created or deleted.
    """
    if settings.base_url_path:
        config = FixedResponseConfig(StatusCode=str(NOT_FOUND), ContentType="text/plain", MessageBody="Not found")
        return [Action(Type="fixed-response", FixedResponseConfig=config)]
    return forward_actions(Action, groups, settings.sign_in)


def _listener(title: str, balancer: LoadBalancer, actions: Sequence[Action], **more: Any) -> Listener:
    return Listener(title, LoadBalancerArn=Ref(balancer), DefaultActions=list(actions), **more)


def _rule(title: str, listener: Any, priority: int, conditions: Sequence[Any], actions: Sequence[Any]) -> ListenerRule:
    return ListenerRule(
        title, ListenerArn=listener, Priority=priority, Conditions=list(conditions), Actions=list(actions)
    )


def _path(values: list[str]) -> Condition:
    return Condition(Field="path-pattern", PathPatternConfig=PathPatternConfig(Values=values))


def _is_test() -> Condition:
    return Condition(
        Field="http-header", HttpHeaderConfig=HttpHeaderConfig(HttpHeaderName=TEST_HEADER, Values=[TEST_VALUE])
    )


def _to_https() -> Action:
    """Return a permanent redirect to the same address by HTTPS."""
    return Action(
        Type="redirect", RedirectConfig=RedirectConfig(Protocol="HTTPS", Port=str(HTTPS), StatusCode="HTTP_301")
    )


def _to_base(settings: Settings) -> ListenerRuleAction:
    """Return a temporary redirect from the host's root to the base path."""
    path = f"{paths.base_path(settings.base_url_path)}/"
    return ListenerRuleAction(Type="redirect", RedirectConfig=RedirectConfig(Path=path, StatusCode="HTTP_302"))
