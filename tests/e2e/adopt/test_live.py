"""What runs is read as our templates write it, whoever has made it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from stacks.adopt.live import read_live
from stacks.adopt.owners import with_owners
from stacks.adopt.survey import Adopted
from stacks.cloudformation import schemas
from tests.support.direct_calls import EXECUTION, LIFECYCLE, make_service
from tests.support.world import connected

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tests.support.accounts import Account

RULE, POLICY = "AWS::ElasticLoadBalancingV2::ListenerRule", "AWS::ApplicationAutoScaling::ScalingPolicy"


def adopted(resource_type: str, identifier: str, recorded: Mapping[str, Any] | None = None) -> Adopted:
    """A resource that the state has, with these properties."""
    keys = [path[0] for path in schemas.paths("ap-northeast-2", resource_type, "primaryIdentifier")]
    return Adopted(
        addresses=("aws_it.this",),
        path="Ecs/It",
        type=resource_type,
        identifier=dict(zip(keys, identifier.split("|"), strict=True)),
        recorded=recorded or {},
    )


def test_a_running_service_is_read_in_the_words_of_the_templates(account: Account) -> None:
    """Without read-only properties and values of the environment; with what AWS never returns as the state has it."""
    made = make_service(account)
    known = {RULE: {"ListenerArn": made.identifiers["AWS::ElasticLoadBalancingV2::Listener"]}}
    wanted = [adopted(name, it, known.get(name)) for name, it in made.identifiers.items()]
    found = {it.type: it for it in read_live(connected(account), wanted)}
    assert [it.unread for it in found.values()] == [""] * len(wanted)
    live = {name: it.live or {} for name, it in found.items()}
    for name, properties in live.items():
        read_only = {path[0] for path in schemas.paths("ap-northeast-2", name, "readOnlyProperties") if len(path) == 1}
        assert not read_only & properties.keys()
    service = live["AWS::ECS::Service"]
    assert (service["Cluster"], service["LaunchType"], "Role" in service) == ("team", "FARGATE", False)
    assert live[RULE]["ListenerArn"] == made.identifiers["AWS::ElasticLoadBalancingV2::Listener"]
    assert live[POLICY]["ScalingTargetId"] == "service/team/app|ecs:service:DesiredCount|ecs"
    assert "ResourceId" not in live[POLICY]
    assert "Targets" not in live["AWS::ElasticLoadBalancingV2::TargetGroup"]
    group = made.identifiers["AWS::ElasticLoadBalancingV2::TargetGroup"]
    assert live["AWS::ElasticLoadBalancingV2::Listener"]["DefaultActions"] == [
        {"Type": "forward", "TargetGroupArn": group}
    ]
    assert live["AWS::IAM::Role"]["ManagedPolicyArns"] == [EXECUTION]
    assert json.loads(live["AWS::ECR::Repository"]["LifecyclePolicy"]["LifecyclePolicyText"]) == json.loads(LIFECYCLE)
    [container] = live["AWS::ECS::TaskDefinition"]["ContainerDefinitions"]
    assert container["Environment"] == [{"Name": "ENVIRONMENT"}]


def test_what_cannot_be_read_says_why(account: Account) -> None:
    """What is gone makes the state older than what runs; a type without a reader leaves the state's word."""
    gone, unknown = read_live(
        connected(account),
        [adopted("AWS::IAM::Role", "nobody", {"RoleName": "nobody"}), adopted("AWS::SSO::Instance", "arn:x")],
    )
    assert (gone.is_gone, gone.live, gone.known) == (True, None, {"RoleName": "nobody"})
    assert gone.unread == "AWS has it no more: the state is older than what runs"
    assert (unknown.is_gone, unknown.live) == (False, None)
    assert unknown.unread.startswith("Cloud Control cannot read it: ")


def test_a_tag_of_a_stack_that_is_gone_owns_nothing(account: Account) -> None:
    """What a stack has retained keeps the tags of CloudFormation, which nobody can remove."""
    group = "AWS::ElasticLoadBalancingV2::TargetGroup"
    tagged = replace(adopted(group, make_service(account).identifiers[group]), owner="books-prod-Ecs")
    assert [it.owner for it in with_owners(connected(account), [tagged])] == [""]
