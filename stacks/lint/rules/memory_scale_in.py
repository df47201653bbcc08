"""Rule W9106: tracking memory use may keep tasks for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

if TYPE_CHECKING:
    from cfnlint.template import Template

POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
TRACKING = "TargetTrackingScalingPolicyConfiguration"
METRIC = "ECSServiceAverageMemoryUtilization"


class MemoryScaleIn(CloudFormationLintRule):
    """A policy that tracks a service's memory use has its scale-in switched off.

    Tasks are removed only when all policies that may remove them agree, and Streamlit's memory use stays high after
    sessions end (https://github.com/streamlit/streamlit/issues/12120).
    """

    id = "W9106"
    shortdesc = "Tracking memory use may keep tasks for ever"
    description = (
        "Tasks are removed only when all target-tracking policies that may remove them agree. Streamlit keeps memory "
        "after sessions end, so that the one for memory use may never do."
    )
    source_url = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html"
    tags = ["resources", "applicationautoscaling"]  # noqa: RUF012 - cfn-lint's way to declare a rule

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Point at each policy that waits for memory to be given back."""
        return [
            RuleMatch(
                ["Resources", logical_id, "Properties", TRACKING],
                "tasks may never be removed: Streamlit keeps memory after sessions end. With [autoscaling] "
                "memory_scale_in = false, memory use only adds tasks",
            )
            for logical_id, policy in cfn.get_resources(POLICY).items()
            if _waits_for_memory(policy.get("Properties", {}).get(TRACKING))
        ]


def _waits_for_memory(tracking: Any) -> bool:  # noqa: ANN401 - a template may hold anything
    if not isinstance(tracking, dict):
        return False
    metric = tracking.get("PredefinedMetricSpecification")
    tracked = isinstance(metric, dict) and metric.get("PredefinedMetricType") == METRIC
    return tracked and tracking.get("DisableScaleIn") not in {True, "true"}
