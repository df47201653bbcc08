"""What the first deployment does about a property that differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stacks.adopt.differences.equality import document_of, same
from stacks.adopt.differences.policies import without_ids
from stacks.adopt.survey import ABSENT, Effect
from stacks.adopt.types import ecr, ecs, elasticloadbalancing, iam, logs
from stacks.adopt.types.conditions import EVERY_PATH
from stacks.cloudformation import schemas
from stacks.cloudformation.changes import DEPLOYING
from stacks.plan.interruption import PATH
from stacks.rendered.expressions import plain
from stacks.rendered.values import Value
from templates.resource_types import record

SECURITY_GROUP = "AWS::EC2::SecurityGroup"


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A leaf whose values differ; `ABSENT` where a side has none."""

    type: str
    path: str
    before: Value
    after: Value

    @property
    def property(self) -> str:
        """The resource's property that contains the leaf."""
        return self.path.split(".")[0].split("[")[0]


Rule = Callable[[Changed], tuple[Effect, str] | None]


def effect_of(region: str, changed: Changed) -> tuple[Effect, str]:
    """Return the effect of a change, and a sentence where the effect alone does not say what happens; or ""."""
    if replaces(region, changed):
        return Effect.REPLACEMENT, ""
    rule = _RULES.get((changed.type, changed.path)) or _RULES.get((changed.type, changed.property))
    return (rule(changed) if rule else None) or (Effect.IN_PLACE, "")


def replaces(region: str, changed: Changed) -> bool:
    """Whether a change has the resource replaced, always or on conditions that are not documented."""
    paths = [
        path
        for name in ("createOnlyProperties", "conditionalCreateOnlyProperties")
        for path in schemas.paths(region, changed.type, name)
    ]
    names = {".".join(path) for path in paths} | set(record(changed.type).replacing)
    return any(changed.path == name or changed.path.startswith((f"{name}.", f"{name}[")) for name in names)


def _always(effect: Effect, why: str = "") -> Rule:
    return lambda _: (effect, why)


def _shorter(effect: Effect, why: str, *, endless: bool = False) -> Rule:
    """Return the rule for a number that is smaller afterwards; with `endless`, none is larger than all."""

    def rule(changed: Changed) -> tuple[Effect, str] | None:
        before, after = (_number(it) for it in (changed.before, changed.after))
        if after is None:
            return None
        is_shorter = endless if before is None else after < before
        return (effect, why.format(after=plain(changed.after))) if is_shorter else None

    return rule


def _number(value: Value) -> float | None:
    try:
        return float(plain(value))
    except ValueError:
        return None


def _lifecycle(changed: Changed) -> tuple[Effect, str] | None:
    """Return the effect of another lifecycle policy; without one, nothing expires."""
    if changed.after is ABSENT:
        return Effect.IN_PLACE, "no image expires any more"
    if changed.before is not ABSENT and same(_undescribed(changed.before), _undescribed(changed.after)):
        return Effect.IN_PLACE, "only descriptions of rules change"
    return Effect.DELETES_LATER, "images that the new rules count expire within a day"


def _undescribed(policy: Value) -> Value:
    """Return the rules of a lifecycle policy without their descriptions; anything else unchanged."""
    document = document_of(policy)
    rules = document.get("rules") if isinstance(document, Mapping) else None
    if not isinstance(rules, list):
        return policy
    return [{key: it[key] for key in it if key != "description"} if isinstance(it, Mapping) else it for it in rules]


def _key(changed: Changed) -> tuple[Effect, str] | None:
    if changed.after is ABSENT:
        return Effect.IN_PLACE, "entries from then on are encrypted with AWS's own key"
    return Effect.IN_PLACE, "the key's policy has to let CloudWatch Logs use it"


def _mutability(changed: Changed) -> tuple[Effect, str] | None:
    if str(changed.after).startswith("IMMUTABLE"):
        why = "a tag that is there cannot be pushed again: a pipeline that pushes `latest` fails"
        return Effect.IN_PLACE, why
    return Effect.DELETES_LATER, "a tag can be moved to another image, and the one without a tag may expire"


def _rights(changed: Changed) -> tuple[Effect, str] | None:
    if changed.after is ABSENT:
        return Effect.IN_PLACE, "what the policy allows is denied from then on"
    if changed.before is not ABSENT and same(without_ids(changed.before), without_ids(changed.after), changed.path):
        return Effect.IN_PLACE, "only ids of its statements change"
    return Effect.IN_PLACE, "tasks that run get the new rights at once"


def _conditions(changed: Changed) -> tuple[Effect, str] | None:
    """Return the effect of other conditions, of which a pattern for all paths narrows nothing."""
    before, after = (_narrowing(it) for it in (changed.before, changed.after))
    return (Effect.IN_PLACE, "the same requests fit it") if before and before == after else (Effect.IN_PLACE, _ROUTES)


def _narrowing(conditions: Value) -> list[object]:
    """Return the conditions of a rule that not every request fits."""
    found = conditions if isinstance(conditions, list) else []
    return [it for it in found if not (isinstance(it, Mapping) and _is_for_every_path(it))]


def _is_for_every_path(condition: Mapping[str, Value]) -> bool:
    config = condition.get("PathPatternConfig")
    values = config.get("Values") if isinstance(config, Mapping) else condition.get("Values")
    is_path = condition.get("Field") == "path-pattern"
    return is_path and isinstance(values, list) and any(it in EVERY_PATH for it in values)


_GROUP_RULES = "each rule that differs is revoked before the new one is authorised"
_HEALTH = "a task that does not answer so is replaced, at first those that run"
_ROUTES = "requests are answered otherwise from then on"
_SESSIONS = "requests to tasks that are stopped are cut off after {after} s"

_RULES: Mapping[tuple[str, str], Rule] = {
    **{(ecs.SERVICE, name): _always(Effect.ROLLOUT) for name in (*DEPLOYING, "CapacityProviderStrategy")},
    (ecs.SERVICE, "PropagateTags"): _always(Effect.IN_PLACE, "tasks that start afterwards have the tags"),
    (ecs.SERVICE, "EnableECSManagedTags"): _always(Effect.IN_PLACE, "tasks that start afterwards have the tags"),
    (ecs.SERVICE, "EnableExecuteCommand"): _always(Effect.IN_PLACE, "it reaches tasks that start afterwards"),
    (ecr.TYPE, "LifecyclePolicy"): _lifecycle,
    (ecr.TYPE, "ImageTagMutability"): _mutability,
    (ecr.TYPE, "RepositoryPolicyText"): _always(Effect.IN_PLACE, "what only the former policy allows is denied"),
    (logs.TYPE, "RetentionInDays"): _shorter(
        Effect.DELETES_LATER, "entries older than {after} days are deleted", endless=True
    ),
    (logs.TYPE, "KmsKeyId"): _key,
    (iam.TYPE, "ManagedPolicyArns"): _always(
        Effect.IN_PLACE, "what only a detached policy allows is denied from then on"
    ),
    (iam.TYPE, "Policies"): _rights,
    (elasticloadbalancing.GROUP, PATH): _always(Effect.INTERRUPTION, _HEALTH),
    (elasticloadbalancing.GROUP, "HealthCheckPort"): _always(Effect.INTERRUPTION, _HEALTH),
    (elasticloadbalancing.GROUP, "HealthCheckProtocol"): _always(Effect.INTERRUPTION, _HEALTH),
    (elasticloadbalancing.GROUP, "Matcher"): _always(Effect.INTERRUPTION, _HEALTH),
    (elasticloadbalancing.GROUP, "TargetGroupAttributes[deregistration_delay.timeout_seconds]"): _shorter(
        Effect.DELETES_LATER, _SESSIONS
    ),
    (elasticloadbalancing.BALANCER, "SecurityGroups"): _always(
        Effect.INTERRUPTION, "the new groups have to let in browsers, and the tasks' group them"
    ),
    (elasticloadbalancing.BALANCER, "Subnets"): _always(
        Effect.INTERRUPTION, "addresses in a zone that is left are gone"
    ),
    (elasticloadbalancing.LISTENER, "DefaultActions"): _always(Effect.IN_PLACE, _ROUTES),
    (elasticloadbalancing.RULE, "Actions"): _always(Effect.IN_PLACE, _ROUTES),
    (elasticloadbalancing.RULE, "Conditions"): _conditions,
    (elasticloadbalancing.LISTENER, "Port"): _always(Effect.INTERRUPTION, "nobody answers on the former port"),
    (elasticloadbalancing.LISTENER, "Protocol"): _always(
        Effect.INTERRUPTION, "browsers that speak the former protocol get no answer"
    ),
    (SECURITY_GROUP, "SecurityGroupIngress"): _always(Effect.INTERRUPTION, _GROUP_RULES),
    (SECURITY_GROUP, "SecurityGroupEgress"): _always(Effect.INTERRUPTION, _GROUP_RULES),
}
"""The effects that the schemas do not tell, by type, and by leaf or property."""
