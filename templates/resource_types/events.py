"""Rules of EventBridge."""

from __future__ import annotations

from templates.resource_types.record import Grant, Lookup, ResourceType, Service, arn, only

_RULES = arn("events", "rule/{any}")

TYPES = (
    ResourceType(
        type="AWS::Events::Rule",
        noun="rule",
        name="Name",
        longest=64,
        # The schema's identifier. AWS's page says that `Ref` gives the name; no template uses it.
        ref="arn",
        arns={"events:rule-on-default-event-bus": arn("events", "rule/{name}")},
        lookup=Lookup(
            properties=("Name",),
            client="events",
            action="events:DescribeRule",
            sid="LookForRules",
            on=_RULES,
            operation="describe_rule",
            parameters={"Name": "{Name}"},
            absent=("ResourceNotFoundException",),
        ),
        shown=("Name",),
        fixed=("Arn",),
        only=(only("iam:PassRole", why="the templates' rules have no roles: a queue lets EventBridge send"),),
    ),
)

SERVICE = Service(
    types=TYPES,
    execution={
        "Service": (
            Grant(
                "Rules",
                "events",
                "DeleteRule DescribeRule ListTagsForResource ListTargetsByRule PutRule PutTargets RemoveTargets "
                "TagResource UntagResource",
                on=(_RULES,),
            ),
        )
    },
    drift=(Grant("ReadRules", "events", "DescribeRule ListTagsForResource ListTargetsByRule", on=(_RULES,)),),
)
