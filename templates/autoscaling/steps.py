"""Step scaling: by how far a custom metric is beyond a threshold."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from troposphere import Ref
from troposphere.applicationautoscaling import ScalingPolicy, StepAdjustment, StepScalingPolicyConfiguration
from troposphere.cloudwatch import Alarm, MetricDimension

from templates.autoscaling.capacity import MAX_TASKS, Name
from templates.section import Allowed, Map, Section

if TYPE_CHECKING:
    from troposphere.applicationautoscaling import ScalableTarget

    from templates.identity import Identity
    from templates.model import Builder

MINUTE = 60
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, Period"""

_WORDS = r"^[!-~](?:[ -~]*[!-~])?$"
"""What CloudWatch takes in the names of metrics and dimensions: ASCII without control characters (PutMetricData,
`MetricDatum`, `Dimension`)."""
MetricName = Annotated[
    str,
    Field(min_length=1, max_length=255, pattern=_WORDS),
    Allowed("1 to 255 ASCII characters in quotes, no space first or last"),
]
DimensionName = Annotated[
    str,
    Field(min_length=1, max_length=255, pattern=r"^[!-9;-~](?:[ -~]*[!-~])?$"),
    Allowed("1 to 255 ASCII characters in quotes, no colon or space first"),
]
DimensionValue = Annotated[
    str,
    Field(min_length=1, max_length=1024, pattern=_WORDS),
    Allowed("1 to 1024 ASCII characters in quotes, no space first or last"),
]
Distance = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]


class Step(Section):
    """What happens from a distance to the threshold on, up to the next step's."""

    distance: Distance
    """How far the metric is beyond the threshold at the least; 0 for the first step."""
    change: Annotated[int, Field(ge=-MAX_TASKS, le=MAX_TASKS)]
    """Tasks that are added, or removed where it is negative."""


class Steps(Section):
    """A custom metric, a threshold, and what happens beyond it."""

    name: Annotated[Name, Allowed('1 to 32 letters, digits and single hyphens in quotes, such as "queue"')]
    """Name of the policy and of its alarm."""
    namespace: Annotated[
        str,
        Field(min_length=1, max_length=255, pattern=r"^[A-Za-z0-9._/#-][A-Za-z0-9 ._/#:-]*$"),
        Allowed("the metric's namespace in quotes: letters, digits, spaces and any of . - _ / # :, no colon first"),
    ]
    """Namespace of the metric."""
    metric: MetricName
    """Name of the metric."""
    dimensions: Map[DimensionName, DimensionValue] = Map()
    """Dimensions of the metric, each with its value."""
    statistic: Literal["Average", "Maximum", "Minimum", "SampleCount", "Sum"] = "Average"
    """Statistic of the metric that is compared in each period."""
    period: Literal[10, 30, 60, 300, 900, 3600] = 60
    """Seconds over which the statistic is taken; 10 and 30 for metrics of high resolution, which AWS's own are not."""
    evaluation_periods: Annotated[int, Field(ge=1, le=24)] = 1
    """Periods for which the metric must be beyond the threshold."""
    side: Literal["above", "below"] = "above"
    """On which side of the threshold something happens; reaching it counts."""
    threshold: Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]
    """Where the steps begin."""
    cooldown: Annotated[int, Field(ge=0, le=3600)] = 60
    """Seconds after one change before the next."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=20, strict=False)]
    """What happens, by distance to the threshold, nearest first."""

    @model_validator(mode="after")
    def _measured_often_enough(self) -> Self:
        if self.namespace.startswith("AWS/") and self.period < MINUTE:
            raise PydanticCustomError(
                "period", "AWS's own metrics come once a minute", {"key": "period", "with": ("namespace",)}
            )
        return self

    @model_validator(mode="after")
    def _steps_go_outwards(self) -> Self:
        distances = [step.distance for step in self.steps]
        if distances[0] != 0 or any(near >= far for near, far in pairwise(distances)):
            raise PydanticCustomError(
                "steps", "the first step's distance must be 0, and each further one's larger than the one's before",
                {"key": "steps"},
            )  # fmt: skip
        return self


def add_steps(stack: Builder[Any], identity: Identity, target: ScalableTarget, wanted: Steps) -> None:
    """Add a scaling policy and the alarm that triggers it."""
    title = "".join(part[:1].upper() + part[1:] for part in wanted.name.split("-"))
    policy = stack.add(
        ScalingPolicy(
            f"{title}StepsPolicy",
            PolicyName=f"{identity.stem}-{wanted.name}",
            PolicyType="StepScaling",
            ScalingTargetId=Ref(target),
            StepScalingPolicyConfiguration=StepScalingPolicyConfiguration(
                AdjustmentType="ChangeInCapacity",
                Cooldown=wanted.cooldown,
                MetricAggregationType={"Maximum": "Maximum", "Minimum": "Minimum"}.get(wanted.statistic, "Average"),
                StepAdjustments=_adjustments(wanted),
            ),
        )
    )
    stack.add(
        Alarm(
            f"{title}StepsAlarm",
            # Apart from the alarms of monitoring, one of which may have the name of these steps.
            AlarmName=f"{identity.stem}-{wanted.name}-steps",
            AlarmDescription=f"{identity.name}: {wanted.metric} is {wanted.side} {wanted.threshold:g}; tasks follow it",
            Namespace=wanted.namespace,
            MetricName=wanted.metric,
            Dimensions=[MetricDimension(Name=name, Value=value) for name, value in wanted.dimensions.items()],
            Statistic=wanted.statistic,
            Period=wanted.period,
            EvaluationPeriods=wanted.evaluation_periods,
            Threshold=wanted.threshold,
            ComparisonOperator=(
                "GreaterThanOrEqualToThreshold" if wanted.side == "above" else "LessThanOrEqualToThreshold"
            ),
            TreatMissingData="notBreaching",
            AlarmActions=[Ref(policy)],
        )
    )


def _adjustments(wanted: Steps) -> list[StepAdjustment]:
    """Return adjacent intervals relative to the threshold; the last one has no end.

    https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
    """
    ends = [step.distance for step in wanted.steps[1:]] + [None]
    near, far = ("MetricIntervalLowerBound", "MetricIntervalUpperBound")
    sign = 1.0
    if wanted.side == "below":
        near, far, sign = far, near, -1.0
    return [
        StepAdjustment(
            ScalingAdjustment=step.change,
            **{near: sign * step.distance},
            **({} if end is None else {far: sign * end}),
        )
        for step, end in zip(wanted.steps, ends, strict=True)
    ]
