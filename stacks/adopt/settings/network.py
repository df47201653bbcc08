"""`[network]`: the given network, the load balancer, and the checks of its target group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.adopt.places.graph import items, part
from stacks.adopt.settings.facts import Setting, attributes, setting, texts, whole
from stacks.adopt.types.conditions import EVERY_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.adopt.settings.facts import Facts

BALANCER, GROUP, SERVICE = "Network/LoadBalancer", "Network/TargetGroup", "Ecs/Service"
LISTENER, HTTPS_LISTENER, PRODUCTION_RULE = "Network/Listener", "Network/HttpsListener", "Network/ProductionRule"
IDLE_TIMEOUT = 60
"""Seconds; AWS's default (Elastic Load Balancing, "Load balancer attributes")."""
DEREGISTRATION_DELAY = 300
"""Seconds; AWS's default (Elastic Load Balancing, "Target group attributes")."""


def network(facts: Facts) -> Iterator[Setting]:
    """Yield the settings of the network."""
    yield from _given(facts)
    if facts.of(BALANCER):
        yield from _balancer(facts.of(BALANCER))
    yield from _group(facts)
    yield from _https(facts)
    if facts.front.rule is not None:
        yield from _shared(facts)


def _given(facts: Facts) -> Iterator[Setting]:
    """Yield the network that stays where it is: VPC, subnets, security groups."""
    balancer, group = facts.of(BALANCER), facts.of(GROUP)
    awsvpc = part(facts.service, "NetworkConfiguration", "AwsvpcConfiguration")
    public, tasks = texts(balancer.get("Subnets")), texts(awsvpc.get("Subnets"))
    if not public:
        mapped = items(balancer.get("SubnetMappings"))
        public = [str(it.get("SubnetId")) for it in mapped if it.get("SubnetId")]
    yield setting("network.vpc_id", group.get("VpcId"), (GROUP, "VpcId"))
    if public:
        yield setting("network.public_subnet_ids", sorted(public), (BALANCER, "Subnets"))
    if tasks and set(tasks) != set(public):
        yield setting("network.private_subnet_ids", sorted(tasks), (SERVICE, "NetworkConfiguration"))
    if groups := texts(balancer.get("SecurityGroups")):
        yield setting("network.load_balancer_security_group_ids", sorted(groups), (BALANCER, "SecurityGroups"))
    if groups := texts(awsvpc.get("SecurityGroups")):
        yield setting("network.task_security_group_ids", sorted(groups), (SERVICE, "NetworkConfiguration"))
    is_public = awsvpc.get("AssignPublicIp") == "ENABLED"
    if is_public == bool(tasks and set(tasks) != set(public)) or balancer.get("Scheme") == "internal":
        yield setting("network.assign_public_ip", is_public, (SERVICE, "NetworkConfiguration"))


def _balancer(it: Any) -> Iterator[Setting]:  # noqa: ANN401 - properties of a resource
    found = attributes(it, "LoadBalancerAttributes")
    where = (BALANCER, "LoadBalancerAttributes")
    yield setting("network.internal", it.get("Scheme") == "internal", (BALANCER, "Scheme"))
    yield setting("network.ipv6", it.get("IpAddressType") == "dualstack", (BALANCER, "IpAddressType"))
    yield setting("network.deletion_protection", found.get("deletion_protection.enabled") == "true", where)
    timeout = whole(found.get("idle_timeout.timeout_seconds", IDLE_TIMEOUT))
    yield setting("network.idle_timeout", timeout, where, comment="seconds")
    drops = found.get("routing.http.drop_invalid_header_fields.enabled") == "true"
    yield setting("network.drop_invalid_header_fields", drops, where)


def _group(facts: Facts) -> Iterator[Setting]:
    group = facts.of(GROUP)
    found, where = attributes(group, "TargetGroupAttributes"), (GROUP, "TargetGroupAttributes")
    port = whole(facts.wiring.balancing.get("ContainerPort")) or whole(group.get("Port"))
    decides = ((SERVICE, "LoadBalancers"), ("Ecs/TaskDefinition", "ContainerDefinitions"))
    yield setting("network.container_port", port, *decides)
    if (own := whole(group.get("Port"))) != port:
        yield setting("network.target_group_port", own, (GROUP, "Port"), comment="ECS registers tasks with their own")
    yield setting("network.health_check_port", whole(group.get("HealthCheckPort")), (GROUP, "HealthCheckPort"))
    yield setting("network.health_check_path", group.get("HealthCheckPath"), (GROUP, "HealthCheckPath"))
    for key, name, unit in (
        ("health_check_interval", "HealthCheckIntervalSeconds", "seconds"),
        ("health_check_timeout", "HealthCheckTimeoutSeconds", "seconds"),
        ("healthy_threshold", "HealthyThresholdCount", ""),
        ("unhealthy_threshold", "UnhealthyThresholdCount", ""),
    ):
        yield setting(f"network.{key}", whole(group.get(name)), (GROUP, name), comment=unit)
    yield setting("network.health_check_matcher", part(group, "Matcher").get("HttpCode"), (GROUP, "Matcher"))
    delay = whole(found.get("deregistration_delay.timeout_seconds", DEREGISTRATION_DELAY))
    yield setting("network.deregistration_delay", delay, where, comment="seconds")
    sticky = found.get("stickiness.enabled") == "true"
    yield setting("network.sticky_sessions", sticky, where)
    if sticky:
        duration = whole(found.get("stickiness.lb_cookie.duration_seconds"))
        yield setting("network.stickiness_duration", duration, where, comment="seconds")


def _https(facts: Facts) -> Iterator[Setting]:
    listener = facts.of(HTTPS_LISTENER)
    if not listener:
        return
    certificate = next(iter(items(listener.get("Certificates"))), {}).get("CertificateArn")
    yield setting("network.https.certificate_arn", certificate, (HTTPS_LISTENER, "Certificates"))
    yield setting("network.https.tls_policy", listener.get("SslPolicy"), (HTTPS_LISTENER, "SslPolicy"))
    yield setting("network.https.redirect_http", bool(facts.of(LISTENER)), (LISTENER, "DefaultActions"))
    yield from _sign_in(listener)


def _sign_in(listener: Any) -> Iterator[Setting]:  # noqa: ANN401 - properties of a resource
    """Yield how users sign in with Cognito. With another provider, nobody can read the secret that it needs."""
    where = (HTTPS_LISTENER, "DefaultActions")
    for action in items(listener.get("DefaultActions")):
        pool = part(action, "AuthenticateCognitoConfig")
        for key, name in (
            ("user_pool_arn", "UserPoolArn"),
            ("user_pool_client_id", "UserPoolClientId"),
            ("user_pool_domain", "UserPoolDomain"),
            ("scope", "Scope"),
        ):
            if pool.get(name):
                yield setting(f"network.sign_in.{key}", pool[name], where)
        if (seconds := whole(pool.get("SessionTimeout"))) is not None:
            yield setting("network.sign_in.session_timeout", seconds, where, comment="seconds")


def _shared(facts: Facts) -> Iterator[Setting]:
    """Yield the rule on a listener that others share."""
    rule = facts.of(PRODUCTION_RULE)
    hosts, paths = _values(rule, "host-header"), _values(rule, "path-pattern")
    yield setting("network.listener.arn", rule.get("ListenerArn"), (PRODUCTION_RULE, "ListenerArn"))
    yield setting("network.listener.priority", whole(rule.get("Priority")), (PRODUCTION_RULE, "Priority"))
    if hosts:
        yield setting("network.listener.hosts", hosts, (PRODUCTION_RULE, "Conditions"))
    if paths and EVERY_PATH.isdisjoint(paths):
        yield setting("network.listener.paths", paths, (PRODUCTION_RULE, "Conditions"))
        if base := _base(paths):
            yield setting("network.base_url_path", base, (PRODUCTION_RULE, "Conditions"))


def _values(rule: Any, field: str) -> list[str]:  # noqa: ANN401 - properties of a resource
    """Return the values of a rule's condition, which CloudFormation writes in either of two ways."""
    form = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}[field]
    conditions = [it for it in items(rule.get("Conditions")) if it.get("Field") == field]
    return [value for it in conditions for value in texts(it.get("Values")) or texts(part(it, form).get("Values"))]


def _base(paths: list[str]) -> str:
    """Return the path below which all patterns are: `app` of `/app` and `/app/*`."""
    first = paths[0].partition("*")[0].strip("/")
    return first if first and all(f"{it}/".startswith(f"/{first}/") for it in paths) else ""
