"""What `scale` reads: the service, its scalable target, and two weeks of metrics. It changes nothing."""

from __future__ import annotations

from stacks.iam.derive.calls import NOTHING, SERVICE, TREE, calls_of

CALLS = calls_of(
    "scale",
    ("cloudformation:DescribeStacks", TREE, "which cluster, service and load balancer there are"),
    ("ecs:DescribeServices", SERVICE, "how many tasks run, and in which target groups"),
    ("application-autoscaling:DescribeScalableTargets", NOTHING, "between how many tasks it scales"),
    ("application-autoscaling:DescribeScalingPolicies", NOTHING, "by what it scales"),
    ("application-autoscaling:DescribeScheduledActions", NOTHING, "when it scales"),
    ("cloudwatch:DescribeAlarms", NOTHING, "when step scaling begins"),
    ("cloudwatch:GetMetricData", NOTHING, "the load of the service"),
    ("pricing:GetProducts", NOTHING, "what the tasks cost; without it there is no cost"),
)
