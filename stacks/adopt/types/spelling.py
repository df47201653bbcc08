"""Properties as Cloud Control returns them, in the spelling of our templates.

Both mean the same to AWS. To CloudFormation, which compares templates, another spelling is another value, and that of a
create-only property a replacement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stacks.adopt.types import application_autoscaling, ecr, ecs, elasticloadbalancing
from stacks.adopt.types.attributes import Attributes
from stacks.adopt.types.conditions import CONFIGURATIONS
from stacks.adopt.types.record import name_of

Properties = dict[str, Any]


def as_templates_write(resource_type: str, properties: Mapping[str, Any]) -> Properties:
    """Return live properties without what AWS says of itself, and in the spelling of our templates."""
    found = {name: value for name, value in properties.items() if value is not None}
    if isinstance(tags := found.get("Tags"), list):
        found["Tags"] = [it for it in tags if not _is_own(it)]
    spell = _SPELLINGS.get(resource_type)
    return spell(found) if spell else found


def _is_own(tag: object) -> bool:
    """Whether AWS itself has set a tag."""
    return isinstance(tag, Mapping) and str(tag.get("Key", "")).startswith("aws:")


def _service(found: Properties) -> Properties:
    """The cluster by its name, as `Ref` has it; without the role that ECS uses anyway."""
    if isinstance(cluster := found.get("Cluster"), str):
        found["Cluster"] = name_of(cluster)
    if ecs.LINKED in str(found.get("Role", "")) or "AWSServiceRoleFor" in str(found.get("Role", "")):
        del found["Role"]
    if found.get("CapacityProviderStrategy"):
        found.pop("LaunchType", None)
    return found


def _repository(found: Properties) -> Properties:
    """Without the registry of the lifecycle policy: it is the account's own."""
    policy = found.get("LifecyclePolicy")
    if isinstance(policy, Mapping):
        found["LifecyclePolicy"] = {name: value for name, value in policy.items() if name != "RegistryId"}
    return found


def _load_balancer(found: Properties) -> Properties:
    """With its subnets once: "You must specify either subnets or subnet mappings, but not both".

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html
    """
    if found.get("Subnets"):
        found.pop("SubnetMappings", None)
    return found


def _target_group(found: Properties) -> Properties:
    """Without the targets: ECS registers the tasks."""
    return {name: value for name, value in found.items() if name != "Targets"}


def _policy(found: Properties) -> Properties:
    """With the target's id in place of its three parts.

    "You must specify either the ScalingTargetId property, or the ResourceId, ScalableDimension, and ServiceNamespace
    properties, but not both"
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalingpolicy.html).
    """
    parts = ("ResourceId", "ScalableDimension", "ServiceNamespace")
    values = [found.get(part) for part in parts]
    if all(isinstance(value, str) for value in values):
        found = {name: value for name, value in found.items() if name not in parts}
        found.setdefault("ScalingTargetId", "|".join(map(str, values)))
    return found


def _with_actions(name: str) -> Callable[[Properties], Properties]:
    """Return what writes the actions of this property: those that forward to one target group by its ARN alone.

    ELB describes such an action in both ways
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html).
    """

    def spelled(found: Properties) -> Properties:
        if isinstance(actions := found.get(name), list):
            found[name] = [_action(it, has_order=len(actions) > 1) for it in actions]
        return found

    return spelled


def _action(it: Any, *, has_order: bool) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(it, Mapping):
        return it
    found = dict(it)
    if not has_order:
        found.pop("Order", None)
    groups = Attributes(found).block("ForwardConfig").blocks("TargetGroups")
    stickiness = Attributes(found).block("ForwardConfig").block("TargetGroupStickinessConfig")
    if len(groups) == 1 and not stickiness.flag("Enabled") and groups[0].text("TargetGroupArn"):
        del found["ForwardConfig"]
        found["TargetGroupArn"] = groups[0].text("TargetGroupArn")
    elif groups:
        found.pop("TargetGroupArn", None)
    return found


def _rule(found: Properties) -> Properties:
    """With the values of a condition once: ELB describes those of older fields in both ways.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html
    """
    if isinstance(conditions := found.get("Conditions"), list):
        found["Conditions"] = [_condition(it) for it in conditions]
    return _with_actions("Actions")(found)


def _condition(it: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(it, Mapping) or not isinstance(it.get("Values"), list):
        return it
    rest = {name: value for name, value in it.items() if name != "Values"}
    config = CONFIGURATIONS.get(str(it.get("Field")))
    return rest if config is None or config in rest else {**rest, config: {"Values": it["Values"]}}


def _definition(found: Properties) -> Properties:
    """Without the values of environment variables."""
    containers = found.get("ContainerDefinitions")
    if isinstance(containers, list):
        found["ContainerDefinitions"] = [_without_values(it) for it in containers if isinstance(it, Mapping)]
    return found


def _without_values(container: Mapping[str, Any]) -> Properties:
    names = [{"Name": each.text("Name")} for each in Attributes(container).blocks("Environment")]
    rest = {name: value for name, value in container.items() if name != "Environment"}
    return rest | ({"Environment": names} if names else {})


_SPELLINGS: Mapping[str, Callable[[Properties], Properties]] = {
    ecr.TYPE: _repository,
    ecs.SERVICE: _service,
    ecs.TASK_DEFINITION: _definition,
    elasticloadbalancing.BALANCER: _load_balancer,
    elasticloadbalancing.GROUP: _target_group,
    elasticloadbalancing.LISTENER: _with_actions("DefaultActions"),
    elasticloadbalancing.RULE: _rule,
    application_autoscaling.POLICY: _policy,
}
