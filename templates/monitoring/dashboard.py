"""The dashboard: requests, errors, latency, tasks, CPU, memory, logged errors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troposphere import Sub
from troposphere.cloudwatch import Dashboard

from templates.monitoring.alarms import BALANCER, INSIGHTS, SERVICE
from templates.profiles.queries import LATEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from templates.identity import Identity
    from templates.model import Builder
    from templates.monitoring.inputs import Inputs

WIDTH, HEIGHT = 8, 6
"""Size of a widget in the console's grid of 24 columns."""
_SERVICE = ["ClusterName", "${ClusterName}", "ServiceName", "${ServiceName}"]


def add_dashboard(stack: Builder[Inputs], identity: Identity) -> None:
    """Add the dashboard.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    groups = {"": "TargetGroup"}
    if stack.parameters.alternate_target_group_full_name:
        groups["other group: "] = "AlternateTargetGroup"
    widgets = [
        *_of_requests(groups),
        _graph(
            "Tasks",
            [
                [INSIGHTS, "DesiredTaskCount", *_SERVICE, {"stat": "Maximum", "label": "desired"}],
                [INSIGHTS, "RunningTaskCount", *_SERVICE, {"stat": "Minimum", "label": "running"}],
            ],
            limits={"minimum": "${MinCapacity}", "maximum": "${MaxCapacity}"},
        ),
        _graph("CPU, %", [[SERVICE, "CPUUtilization", *_SERVICE, {"stat": stat}] for stat in ("Average", "Maximum")]),
        _graph(
            "Memory, %", [[SERVICE, "MemoryUtilization", *_SERVICE, {"stat": stat}] for stat in ("Average", "Maximum")]
        ),
    ]
    for number, widget in enumerate(widgets):
        widget |= {"x": number % 3 * WIDTH, "y": number // 3 * HEIGHT, "width": WIDTH, "height": HEIGHT}
    errors = {
        "type": "log",
        "properties": {
            "title": "Logged errors",
            "region": "${AWS::Region}",
            "query": f"SOURCE '{identity.log_group}' | {LATEST}",
            "view": "table",
        },
    }
    widgets.append(errors | {"x": 0, "y": 2 * HEIGHT, "width": 3 * WIDTH, "height": HEIGHT})
    body = json.dumps({"widgets": widgets}, sort_keys=True)
    # "All dashboards in your account are global, not region-specific" (PutDashboard): without the region in its name
    # it would overwrite the one of the same environment elsewhere.
    name = identity.names.dashboard or Sub(f"{identity.stem}-${{AWS::Region}}")
    stack.add(Dashboard("Dashboard", DashboardName=name, DashboardBody=Sub(_numbers(body))))


def _of_requests(groups: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Return the widgets of each target group: deployments may shift traffic from one to the other."""
    measures = {
        "Requests": [("RequestCount", "Sum", "requests")],
        "Errors": [
            ("HTTPCode_Target_5XX_Count", "Sum", "500 to 599"),
            ("HTTPCode_Target_4XX_Count", "Sum", "400 to 499"),
            ("UnHealthyHostCount", "Maximum", "unhealthy tasks"),
        ],
        "Latency, s": [("TargetResponseTime", stat, stat) for stat in ("p50", "p95", "p99")],
    }
    for title, lines in measures.items():
        metrics = []
        for prefix, group in groups.items():
            names = ["LoadBalancer", "${LoadBalancerFullName}", "TargetGroup", f"${{{group}FullName}}"]
            metrics += [[BALANCER, it, *names, {"stat": stat, "label": prefix + label}] for it, stat, label in lines]
        yield _graph(title, metrics)


def _graph(title: str, metrics: list[list[Any]], limits: dict[str, str] | None = None) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "title": title,
        "region": "${AWS::Region}",
        "metrics": metrics,
        "period": 60,
        "view": "timeSeries",
        "yAxis": {"left": {"min": 0}},
    }
    if limits:
        lines = [{"label": label, "value": value} for label, value in limits.items()]
        properties["annotations"] = {"horizontal": lines}
    return {"type": "metric", "properties": properties}


def _numbers(body: str) -> str:
    """Return the body with the limits as numbers: they are references until the stack is deployed."""
    for name in ("MinCapacity", "MaxCapacity"):
        body = body.replace(f'"${{{name}}}"', f"${{{name}}}")
    return body
