"""Settings that need each other: a drawn table is completed so that its own validators accept it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from templates import autoscaling, bootstrap, ecr, ecs, fleet, iam, monitoring, network
from templates.autoscaling.schedules import Schedule
from templates.autoscaling.settings import COOLDOWNS
from templates.autoscaling.steps import Steps
from templates.ecr.pull_through_cache import WITHOUT_CREDENTIALS, PullThroughCache
from templates.ecs.deployment import STRATEGIES_OF, Deployment
from templates.ecs.storage import Volume
from templates.fargate import MEMORY_BY_CPU
from templates.network import sign_in
from templates.network.https import Https
from templates.network.shared_listener import LOAD_BALANCER_SETTINGS, SharedListener
from templates.network.sign_in import SignIn
from templates.tasks import ScheduledTask
from tests.generated.naming import complete_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from templates.section import Section
    from tests.generated.drawing import Completion, Draw, Drawing

Table = dict[str, Any]
LIMITS = ("min_capacity", "max_capacity")


def _add(draw: Draw, drawing: Drawing, model: type[Section], table: Table, *names: str) -> None:
    """Draw the keys that are not there yet."""
    for name in names:
        if name not in table:
            table[name] = draw(drawing.field(model, name))


def _unique(items: list[Table], key: str) -> list[Table]:
    """The first item of each name, in whatever way it is written."""
    return list({item[key].lower().replace("-", ""): item for item in reversed(items)}.values())


def _https(draw: Draw, table: Table, drawing: Drawing) -> None:
    if table.get("alternative_names"):
        _add(draw, drawing, Https, table, "hosted_zone_id")
    if "hosted_zone_id" in table or "certificate_arn" not in table:
        _add(draw, drawing, Https, table, "domain_name", *(() if "certificate_arn" in table else ("hosted_zone_id",)))
    names = dict.fromkeys(table.get("alternative_names", ()))
    names.pop(table.get("domain_name"), None)
    if "alternative_names" in table:
        table["alternative_names"] = list(names)


def _sign_in(draw: Draw, table: Table, drawing: Drawing) -> None:
    """One provider; there are no user pools in China."""
    oidc, cognito = (*sign_in.OIDC, "client_secret_key"), sign_in.COGNITO
    wanted = [key for key in table if key in (*oidc, *cognito)]
    takes_pool = bool(wanted) and wanted[0] in cognito and drawing.partition != "aws-cn"
    for key in oidc if takes_pool else cognito:
        table.pop(key, None)
    _add(draw, drawing, SignIn, table, *(cognito if takes_pool else sign_in.OIDC))
    if "scope" in table:
        table["scope"] = draw(st.sampled_from(["openid", "openid email", "profile openid"]))


def _listener(draw: Draw, table: Table, _: Drawing) -> None:
    if table.get("test_priority") is not None:
        table["priority"] = draw(st.integers(2, 50000))
        table["test_priority"] = draw(st.integers(1, table["priority"] - 1))


def _deployment(draw: Draw, table: Table, drawing: Drawing) -> None:
    """Only what the strategy has; bake times that add up to less than a day and a half."""
    special = [name for name in table if name in STRATEGIES_OF]
    if special and "strategy" not in table:
        table["strategy"] = draw(st.sampled_from(STRATEGIES_OF[special[0]]))
    strategy = table.get("strategy", "rolling")
    if table.get("circuit_breaker") is False:
        table.pop("circuit_breaker_rollback", None)
        table.pop("circuit_breaker_threshold", None)
    for name in [it for it in special if it in table]:
        if strategy not in STRATEGIES_OF[name]:
            del table[name]
    if table.get("minimum_healthy_percent") == table.get("maximum_percent", 200):
        table["maximum_percent"] = draw(st.integers(101, 200))
    if table.get("maximum_percent") == 100 and table.get("minimum_healthy_percent", 100) == 100:
        table["minimum_healthy_percent"] = draw(st.integers(0, 99))
    if strategy == "linear":
        _add(draw, drawing, Deployment, table, "step_percent")
        table["step_bake_minutes"] = draw(st.integers(0, 15))
    if strategy in {"linear", "canary"} and "bake_minutes" in table:
        table["bake_minutes"] = draw(st.integers(0, 500))


def _cache(draw: Draw, table: Table, drawing: Drawing) -> None:
    if table["upstream"] in WITHOUT_CREDENTIALS:
        table.pop("credential_arn", None)
    else:
        _add(draw, drawing, PullThroughCache, table, "credential_arn")


def _volume(_: Draw, table: Table, __: Drawing) -> None:
    if table.get("access_point_id"):
        table.pop("root_directory", None)


def _schedule(draw: Draw, table: Table, drawing: Drawing) -> None:
    if table["schedule"].startswith("rate("):
        table.pop("timezone", None)
    if not {"min_capacity", "max_capacity"} & {*table}:
        _add(draw, drawing, Schedule, table, draw(st.sampled_from(["min_capacity", "max_capacity"])))
    _order(table, "min_capacity", "max_capacity")


def _task(draw: Draw, table: Table, _: Drawing) -> None:
    """A schedule with what means something beside it, and a size that Fargate has."""
    if table["schedule"].startswith("rate("):
        table.pop("time_zone", None)
    if table["schedule"].startswith("at("):
        table.pop("start", None)
        table.pop("end", None)
    if {"cpu", "memory"} & {*table}:
        table["cpu"] = draw(st.sampled_from([*MEMORY_BY_CPU]))
        table["memory"] = draw(st.sampled_from(MEMORY_BY_CPU[table["cpu"]]))
    table.get("environment", {}).pop("PORT", None)


def _order(table: Table, low: str, high: str) -> None:
    if low in table and high in table:
        table[low], table[high] = sorted((table[low], table[high]))


def _steps(_: Draw, table: Table, __: Drawing) -> None:
    """The first step at the threshold, the others ever further from it; AWS's own metrics come once a minute."""
    if table["namespace"].startswith("AWS/") and table.get("period", 60) < 60:
        table["period"] = 60
    steps = sorted(table["steps"], key=lambda step: float(step["distance"]))
    steps[0]["distance"] = 0.0
    table["steps"] = list({step["distance"]: step for step in steps}.values())


def _ecs(draw: Draw, table: Table, drawing: Drawing) -> None:
    """A size that Fargate has, and containers that fit into it beside each other."""
    if {"cpu", "memory", "sidecars"} & {*table}:
        table["cpu"] = draw(st.sampled_from([*MEMORY_BY_CPU]))
        table["memory"] = draw(st.sampled_from(MEMORY_BY_CPU[table["cpu"]]))
    sidecars = [it for it in _unique(table.get("sidecars", []), "name") if it["name"] != "web"]
    for index, it in enumerate(sidecars):
        for key, share in (("cpu", table["cpu"]), ("memory", table["memory"])):
            if it.get(key):
                it[key] = min(it[key], share // 4)
        if "ports" in it:
            it["ports"] = [20000 + index] if it["ports"] else []
        _names_apart(it)
    if "sidecars" in table:
        table["sidecars"] = sidecars
    _names_apart(table)
    _answers(table)
    _mounts(table)
    _capacity(draw, table)
    _stops(table)
    if table.get("deployment", {}).get("rollback_alarms") and "health_check_grace_period" in table:
        table["health_check_grace_period"] = draw(st.integers(0, 86000))
    if "secret_key_arns" in table and not table.get("secrets"):
        table["secrets"] = {"TOKEN": f"arn:{drawing.partition}:ssm:{drawing.region}:123456789012:parameter/token"}
    if table.get("registry_credentials_arn"):
        table["image"] = draw(st.sampled_from(["ghcr.io/team/app", "registry.example.com:5000/app", "team/app"]))


def _answers(table: Table) -> None:
    """A port that one setting says, and a health check that is on where it has a command."""
    for name in ("environment", "secrets"):
        table.get(name, {}).pop(table.get("port_variable") or "PORT", None)
    if table.get("health_check_command"):
        table.pop("container_health_check", None)


def _capacity(draw: Draw, table: Table) -> None:
    """A launch type or a strategy; what has neither Spot nor providers has a launch type."""
    if table.get("capacity_providers") is False:
        table["launch_type"] = "FARGATE"
        table.pop("spot", None)
    if table.get("launch_type") and "spot" in table:
        del table[draw(st.sampled_from(["launch_type", "spot"]))]


def _stops(table: Table) -> None:
    if table.get("stop_timeout") == 1:
        table["stop_timeout"] = 2


def _names_apart(container: Table) -> None:
    for name in container.get("environment", {}):
        container.get("secrets", {}).pop(name, None)


def _mounts(table: Table) -> None:
    if "writable_paths" in table:
        table["read_only"] = True
        table["writable_paths"] = list(dict.fromkeys(table["writable_paths"]))
    if "volumes" in table:
        paths = {it["path"]: it for it in _unique(table["volumes"], "name")}
        table["volumes"] = [it for path, it in paths.items() if path not in table.get("writable_paths", ["/tmp"])]  # noqa: S108 - a path in a container


def _autoscaling(draw: Draw, table: Table, drawing: Drawing) -> None:
    """Limits in order, different names, and something that scales."""
    if any(key.startswith("request_count_") for key in table):
        _add(draw, drawing, autoscaling.Settings, table, "request_count_target")
    if "min_capacity" in table or "max_capacity" in table:
        low, high = draw(st.tuples(st.integers(0, 5000), st.integers(1, 5000)).map(sorted))
        table["min_capacity"], table["max_capacity"] = low, high
    for key in ("schedules", "steps"):
        if key in table:
            items = _unique(table[key], "name")
            table[key] = [it for it in items if it["name"].lower() not in {"cpu", "memory", "requests"}]
    _together(table)
    if not (table.get("schedules") or table.get("steps") or table.get("request_count_target")):
        tracks = {"cpu_tracking", "memory_tracking"}
        if all(table.get(key) is False for key in tracks):
            del table[draw(st.sampled_from(sorted(tracks)))]
    _tracked(table)


def _tracked(table: Table) -> None:
    """What is set of a tracking is of one that is on; a cooldown of all is that of one at least."""
    tracked = {
        "cpu": table.get("cpu_tracking") is not False,
        "memory": table.get("memory_tracking") is not False,
        "request_count": table.get("request_count_target") is not None,
    }
    for metric in (it for it, is_tracked in tracked.items() if not is_tracked):
        for key in ("target", "scale_in", *COOLDOWNS):
            table.pop(f"{metric}_{key}", None)
    for key in COOLDOWNS:
        if all(table.get(f"{metric}_{key}") is not None for metric, is_tracked in tracked.items() if is_tracked):
            table.pop(key, None)


def _together(table: Table) -> None:
    """A schedule with one limit goes with the other one of all others."""
    schedules = table.get("schedules", [])
    highs = [table.get("max_capacity", 4), *(it["max_capacity"] for it in schedules if {*it} >= {*LIMITS})]
    for it in schedules:
        if "max_capacity" not in it:
            it["min_capacity"] = min(it["min_capacity"], *highs)
    lows = [table.get("min_capacity", 1), *(it["min_capacity"] for it in schedules if "min_capacity" in it)]
    for it in schedules:
        if "min_capacity" not in it:
            it["max_capacity"] = max(it["max_capacity"], *lows)


def _iam(draw: Draw, table: Table, drawing: Drawing) -> None:
    if table.get("execution_policies") is False:
        _add(draw, drawing, iam.Settings, table, "execution_managed_policy_arns")
    if "task_statements" in table:
        table["task_statements"] = list({it["sid"]: it for it in table["task_statements"]}.values())


def _ecr(draw: Draw, table: Table, _: Drawing) -> None:
    """One setting says what expires, and one who may pull."""
    if "lifecycle_policy" in table:
        table.pop("keep_images", None)
    if {"keep_images", "lifecycle_policy"} & {*table}:
        for key in ecr.EXPIRY:
            table.pop(key, None)
    if "repository_policy" in table:
        table.pop("pull_account_ids", None)


def _monitoring(draw: Draw, table: Table, _: Drawing) -> None:
    if table.get("emails") and "topic_arn" in table:
        del table[draw(st.sampled_from(["emails", "topic_arn"]))]
    thresholds = {"target_5xx_count", "latency_p95_seconds", "cpu_percent", "memory_percent"}
    if table.get("emails") or {"topic_arn", *thresholds} & {*table}:
        table["alarms"] = True


def _network(draw: Draw, table: Table, drawing: Drawing) -> None:
    """A VPC with its subnets; a listener of one's own or a shared one."""
    model = network.Settings
    _groups(draw, table, drawing)
    if any(":" in it for it in table.get("allowed_ranges", ())):
        table["ipv6"] = True
    if table.get("tls_port") is not None:
        # Neither the app's own port nor one of the drawn sidecars'.
        table["tls_port"] = draw(st.integers(30000, 30010))
        table["container_port"] = draw(st.integers(8000, 9000))
    if "listener" in table:
        _shares(draw, table)
        _add(draw, drawing, model, table, "vpc_id", draw(st.sampled_from(["public_subnet_ids", "private_subnet_ids"])))
    if {"public_subnet_ids", "private_subnet_ids"} & {*table}:
        _add(draw, drawing, model, table, "vpc_id")
    if "vpc_id" in table and not ("listener" in table and table.get("private_subnet_ids")):
        _add(draw, drawing, model, table, "public_subnet_ids")
    if "vpc_id" in table:
        table.pop("use_default_vpc", None)
    if "sign_in" in table:
        _add(draw, drawing, model, table, "https")
    _checked(draw, table)
    services = {it.lower().replace(".", "").replace("-", ""): it for it in table.get("interface_endpoints", ())}
    if "interface_endpoints" in table:
        table["interface_endpoints"] = list(services.values())
    _zones(table)


def _groups(draw: Draw, table: Table, drawing: Drawing) -> None:
    """Different groups of the given VPC, and no rules for groups that are not made."""
    if "health_check_port" in table:
        _add(draw, drawing, network.Settings, table, "task_security_group_ids")
    for key in ("load_balancer_security_group_ids", "task_security_group_ids"):
        if key in table:
            _add(draw, drawing, network.Settings, table, "vpc_id")
            table[key] = list(dict.fromkeys(table[key]))
    if table.get("load_balancer_security_group_ids"):
        table.pop("allowed_ranges", None)
        table.pop("shared_ranges", None)
    if table.get("task_security_group_ids") and "listener" in table:
        table["listener"].pop("security_group_id", None)
    if table.get("assign_public_ip") is not None and not table.get("vpc_id"):
        table["use_default_vpc"] = True


def _checked(draw: Draw, table: Table) -> None:
    """An answer is waited for less long than until the next check."""
    if {"health_check_interval", "health_check_timeout"} & {*table}:
        interval = table.setdefault("health_check_interval", 300)
        table["health_check_timeout"] = draw(st.integers(2, min(120, interval - 1)))


def _zones(table: Table) -> None:
    """As many as are wanted, in a new VPC."""
    if "availability_zones" in table:
        table["availability_zones"] = [f"ap-northeast-2{letter}" for letter in "abc"[: table.get("zones", 2)]]
    if table.get("vpc_id") or table.get("use_default_vpc"):
        for key in ("vpc_cidr", "zones", "availability_zones", "egress", "interface_endpoints", "flow_logs"):
            table.pop(key, None)
    if table.get("sticky_sessions") is False:
        table.pop("stickiness_duration", None)


def _shares(draw: Draw, table: Table) -> None:
    for key in LOAD_BALANCER_SETTINGS:
        table.pop(key, None)
    listener = table["listener"]
    base = table.get("base_url_path") or ("team/app" if listener.get("paths") else "")
    if base:
        table["base_url_path"] = base
        listener["paths"] = draw(st.sampled_from([[], [f"/{base}"], [f"/{base}/*", f"/{base}/a?"]]))
    else:
        listener.pop("paths", None)
        listener["hosts"] = listener.get("hosts") or ["app.example.com"]
    if "hosts" in listener:
        listener["hosts"] = list({it.lower(): it for it in listener["hosts"]}.values())


def _bootstrap(draw: Draw, table: Table, drawing: Drawing) -> None:
    """Somebody of a named repository is trusted, or nobody; who deploys has an execution role to do it with."""
    trusted = ("github_branches", "github_tags", "github_environments")
    if any(table.get(key) for key in trusted):
        table.pop("existing_github_role", None)
        table["execution_role"] = True
    elif "github_repository" in table:
        table["github_pull_requests"] = True
    if table.get("github_pull_requests") or any(table.get(key) for key in trusted):
        _add(draw, drawing, bootstrap.Settings, table, "github_repository")
    _has_roles(draw, table, drawing)
    roles = ("github_role_name", "plan_role_name", "execution_role_name")
    for index, key in enumerate(it for it in roles if table.get(it)):
        table[key] = f"{table[key][:60]}-{index}"


def _has_roles(draw: Draw, table: Table, drawing: Drawing) -> None:
    """The roles whose names and rights are set are made."""
    trusted = ("github_branches", "github_tags", "github_environments", "github_pull_requests")
    if {"execution_role_name", "execution_rights", "execution_policy_arns", "repository_names", "resource_names"} & {
        *table
    }:
        table["execution_role"] = True
    if table.get("github_role_name") and "existing_github_role" not in table:
        table["github_branches"] = table.get("github_branches") or ["main"]
    if {"plan_role_name", "checks_rights", "permissions_boundary_arn"} & {*table}:
        table["github_pull_requests"] = True
    if {"github_issuer", "oidc_provider_arn"} & {*table} and not any(table.get(key) for key in trusted):
        table["github_pull_requests"] = True
    if "oidc_provider_arn" in table:
        issuer = table.get("github_issuer", "https://token.actions.githubusercontent.com")
        table["oidc_provider_arn"] = table["oidc_provider_arn"].partition("/")[0] + issuer.removeprefix("https:/")
    if any(table.get(key) for key in trusted[:3]):
        table.pop("existing_github_role", None)
        table["execution_role"] = True
    if any(table.get(key) for key in trusted):
        _add(draw, drawing, bootstrap.Settings, table, "github_repository")


def _fleet(_: Draw, table: Table, drawing: Drawing) -> None:
    """There are accounts, or units with what goes with them, in regions of one partition; numbers are said one way."""
    if not table:
        return
    units = ("account_filter", "call_as", "auto_deployment", "retain_stacks_on_account_removal")
    if {"organizational_units", *units} & {*table} and not table.get("administration_role_arn"):
        table["organizational_units"] = table.get("organizational_units") or ["ou-ab12-c3d4e5f6"]
        table.pop("execution_role_name", None)
        if table.get("account_filter") or table.get("accounts"):
            table["accounts"] = table.get("accounts") or ["123456789012"]
            table["account_filter"] = table.get("account_filter") or "difference"
        if table.get("retain_stacks_on_account_removal"):
            table["auto_deployment"] = True
    else:
        for key in ("organizational_units", *units):
            table.pop(key, None)
        table["accounts"] = table.get("accounts") or ["123456789012"]
    table["accounts"] = list(dict.fromkeys(table.get("accounts", [])))
    table["organizational_units"] = list(dict.fromkeys(table.get("organizational_units", [])))
    table["regions"] = [drawing.region]
    for what in ("failure_tolerance", "max_concurrent"):
        if f"{what}_count" in table:
            table.pop(f"{what}_percentage", None)
    if "max_concurrent_count" in table:
        table["concurrency_mode"] = "soft_failure_tolerance"


COMPLETE: Mapping[type[Section], Completion] = {
    Https: _https,
    SignIn: _sign_in,
    SharedListener: _listener,
    Deployment: _deployment,
    PullThroughCache: _cache,
    Volume: _volume,
    Schedule: _schedule,
    Steps: _steps,
    ScheduledTask: _task,
    ecr.Settings: _ecr,
    ecs.Settings: _ecs,
    autoscaling.Settings: _autoscaling,
    iam.Settings: _iam,
    monitoring.Settings: _monitoring,
    network.Settings: _network,
    bootstrap.Settings: _bootstrap,
    fleet.Settings: _fleet,
}
"""By section; what is inside of a table is completed before it."""


def _room(deployment: Table) -> None:
    """Make a task replaceable where there is one only: it may be stopped, or another one started beside it."""
    if deployment.get("maximum_percent", 200) < 200:
        deployment["minimum_healthy_percent"] = 0


def _repository(table: Table, image: str) -> None:
    """Of a repository that is made, and scanned by one way."""
    if image:
        for key in (
            "image_tag_mutability",
            "scan_on_push",
            "enhanced_scanning",
            "encryption_type",
            "keep_tagged_images",
            "untagged_expire_days",
            "pull_account_ids",
            "keep_images",
            "lifecycle_policy",
            "repository_policy",
        ):
            table.pop(key, None)
    if table.get("enhanced_scanning"):
        table.pop("scan_on_push", None)


def _one_template(document: Table) -> None:
    """A fleet's bootstrap stacks have one template: no rights of one environment, and names with room for a region."""
    if not document.get("fleet", {}).get("regions"):
        return
    table = document.get("bootstrap", {})
    for key in ("execution_rights", "execution_role_name"):
        table.pop(key, None)
    for key in ("github_role_name", "plan_role_name"):
        if key in table:
            table[key] = table[key][-40:]


def _tasks(document: Table, service: Table) -> None:
    """Tasks of different names that go with the service: its secrets, sidecars and capacity."""
    if "tasks" in document:
        document["tasks"] = _unique(document["tasks"], "name")
    for it in document.get("tasks", ()):
        for name in (*service.get("secrets", {}), service.get("port_variable")):
            it.get("environment", {}).pop(name, None)
        if service.get("sidecars"):
            it.pop("cpu", None)
            it.pop("memory", None)
        if service.get("capacity_providers") is False:
            it.pop("spot", None)


def complete(draw: Draw, document: Table) -> None:
    """Make tables that need each other fit: as many tasks as autoscaling allows."""
    complete_names(document)
    _one_template(document)
    if document.get("app", {}).get("framework") == "web":
        document.get("ecs", {}).pop("streamlit_options", None)
    scaling, container = document.setdefault("autoscaling", {}), document.setdefault("ecs", {})
    if scaling.get("enabled", True):
        low, high = scaling.get("min_capacity", 1), scaling.get("max_capacity", 4)
        if {"min_capacity", "max_capacity"} & {*scaling} or "desired_count" in container:
            container["desired_count"] = draw(st.integers(low, high))
    _room(container.get("deployment", {}))
    watched = document.get("monitoring", {})
    if watched.get("alarms") or watched.get("dashboard"):
        container.pop("container_insights", None)
    if container.get("deployment", {}).get("strategy", "rolling") != "rolling":
        scaling.pop("request_count_target", None)
        document.get("network", {}).pop("sign_in", None)
        _tracked(scaling)
    _repository(document.get("ecr", {}), container.get("image", ""))
    if document.get("network", {}).get("egress") == "endpoints":
        # What is not in ECR is not reached: another registry, or a cache's first pull.
        document.get("ecr", {}).pop("pull_through_cache", None)
    if (port := document.get("network", {}).get("tls_port")) is not None:
        proxy = {"name": "tls-proxy", "image": "nginx:1", "ports": [port], "essential": True}
        container["sidecars"] = [proxy, *(it for it in container.get("sidecars", []) if it["name"] != proxy["name"])]
    _tasks(document, container)
    for key in ("autoscaling", "ecs"):
        if not document[key]:
            del document[key]
