"""What resources will be called: physical ids and ARNs as patterns, from the names in the templates.

Where a template gives no name, CloudFormation makes one: `STACK-LOGICALID-RANDOM`, shortened where the service takes no
name that long (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from string import Formatter
from typing import TYPE_CHECKING, Any, Literal

from stacks.place import ANYTHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.rendered.tree import Resource, Tree

RANDOM = 13
"""Characters of the longest suffix that CloudFormation makes."""
KEPT = 7
"""Of a name that is shortened, at least this part of the longest is the stack's name: seen are 5 characters of 32 (load
balancers) and 24 of 64 (roles, functions)."""


@dataclass(frozen=True, kw_only=True)
class Identifiers:
    """How resources of one type are named.

    `name` is the property with the name, `generated` what CloudFormation makes where it is left out, `longest` the most
    characters of one that it makes. `arns` are, by kind, the ARNs to which actions on the resource refer, its own
    kind first; `{name}` is its name, another word in braces the value of the property at this path. `ref` is
    what `Ref` gives. In `rewritten` the first text, of another resource's ARN, becomes the second.
    """

    arns: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    name: str = ""
    generated: str = "{stack}-{logical_id}-*"
    longest: int = 255
    lower: bool = False
    ref: Literal["name", "arn", "unknown"] = "unknown"
    rewritten: tuple[str, str] = ("", "")


def _arn(service: str, resource: str) -> str:
    return f"arn:{{partition}}:{service}:{{region}}:{{account}}:{resource}"


def _ec2(*kinds: str) -> Identifiers:
    """Ids are made by EC2."""
    return Identifiers(arns={f"ec2:{kind}": _arn("ec2", f"{kind}/*") for kind in kinds})


_ELB = "elasticloadbalancing"
_BALANCER = _arn(_ELB, "loadbalancer/app/{name}/*")
TYPES: dict[str, Identifiers] = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": Identifiers(),
    "AWS::ApplicationAutoScaling::ScalableTarget": Identifiers(
        arns={
            "application-autoscaling:scalabletarget": _arn("application-autoscaling", "scalable-target/*"),
            # https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
            "cloudwatch:alarm": _arn("cloudwatch", "alarm:TargetTracking-{ResourceId}-*"),
            "ecs:service": _arn("ecs", "{ResourceId}"),
        }
    ),
    "AWS::CertificateManager::Certificate": Identifiers(
        arns={
            "acm:certificate": _arn("acm", "certificate/*"),
            "route53:hostedzone": "arn:{partition}:route53:::hostedzone/{DomainValidationOptions.HostedZoneId}",
        },
        ref="arn",
    ),
    "AWS::CloudFormation::Stack": Identifiers(
        arns={"cloudformation:stack": _arn("cloudformation", "stack/{name}/*")}, longest=128, ref="arn"
    ),
    "AWS::CloudWatch::Alarm": Identifiers(
        arns={"cloudwatch:alarm": _arn("cloudwatch", "alarm:{name}")}, name="AlarmName", ref="name"
    ),
    "AWS::CloudWatch::Dashboard": Identifiers(
        arns={"cloudwatch:dashboard": "arn:{partition}:cloudwatch::{account}:dashboard/{name}"},
        name="DashboardName",
        ref="name",
    ),
    "AWS::EC2::EIP": _ec2("elastic-ip"),
    "AWS::EC2::EgressOnlyInternetGateway": _ec2("egress-only-internet-gateway"),
    "AWS::EC2::FlowLog": _ec2("vpc-flow-log"),
    "AWS::EC2::InternetGateway": _ec2("internet-gateway"),
    "AWS::EC2::NatGateway": _ec2("natgateway"),
    "AWS::EC2::Route": _ec2(),
    "AWS::EC2::RouteTable": _ec2("route-table"),
    "AWS::EC2::SecurityGroup": _ec2("security-group", "security-group-rule"),
    "AWS::EC2::SecurityGroupEgress": _ec2("security-group-rule"),
    "AWS::EC2::SecurityGroupIngress": _ec2("security-group-rule"),
    "AWS::EC2::Subnet": _ec2("subnet"),
    "AWS::EC2::SubnetCidrBlock": _ec2(),
    "AWS::EC2::SubnetRouteTableAssociation": _ec2(),
    "AWS::EC2::VPC": _ec2("vpc"),
    "AWS::EC2::VPCCidrBlock": _ec2(),
    "AWS::EC2::VPCEndpoint": _ec2("vpc-endpoint"),
    "AWS::EC2::VPCGatewayAttachment": _ec2(),
    "AWS::ECR::PullThroughCacheRule": Identifiers(),
    "AWS::ECR::RegistryScanningConfiguration": Identifiers(),
    "AWS::ECR::Repository": Identifiers(
        arns={"ecr:repository": _arn("ecr", "repository/{name}")}, name="RepositoryName", lower=True, ref="name"
    ),
    "AWS::ECS::Cluster": Identifiers(
        arns={"ecs:cluster": _arn("ecs", "cluster/{name}")}, name="ClusterName", ref="name"
    ),
    "AWS::ECS::Service": Identifiers(
        arns={
            "ecs:service": _arn("ecs", "service/{Cluster}/{name}"),
            "ecs:service-deployment": _arn("ecs", "service-deployment/{Cluster}/{name}/*"),
        },
        name="ServiceName",
        ref="arn",
    ),
    "AWS::ECS::TaskDefinition": Identifiers(
        arns={"ecs:task-definition": _arn("ecs", "task-definition/{name}:*")}, name="Family", ref="arn"
    ),
    "AWS::ElasticLoadBalancingV2::Listener": Identifiers(
        arns={f"{_ELB}:listener/app": "{LoadBalancerArn}/*"}, ref="arn", rewritten=(":loadbalancer/", ":listener/")
    ),
    "AWS::ElasticLoadBalancingV2::ListenerCertificate": Identifiers(arns={f"{_ELB}:listener/app": "{ListenerArn}"}),
    "AWS::ElasticLoadBalancingV2::ListenerRule": Identifiers(
        arns={f"{_ELB}:listener-rule/app": "{ListenerArn}/*"}, ref="arn", rewritten=(":listener/", ":listener-rule/")
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Identifiers(
        arns={f"{_ELB}:loadbalancer/app/": _BALANCER, f"{_ELB}:loadbalancer": _BALANCER},
        name="Name",
        longest=32,
        ref="arn",
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Identifiers(
        arns={f"{_ELB}:targetgroup": _arn(_ELB, "targetgroup/{name}/*")}, name="Name", longest=32, ref="arn"
    ),
    "AWS::IAM::Role": Identifiers(
        arns={"iam:role": "arn:{partition}:iam::{account}:role/{name}"}, name="RoleName", longest=64, ref="name"
    ),
    "AWS::IAM::RolePolicy": Identifiers(arns={"iam:role": "arn:{partition}:iam::{account}:role/{RoleName}"}),
    "AWS::KMS::Alias": Identifiers(arns={"kms:alias": _arn("kms", "{name}")}, name="AliasName", ref="name"),
    "AWS::KMS::Key": Identifiers(arns={"kms:key": _arn("kms", "key/*")}),
    "AWS::Logs::LogGroup": Identifiers(
        arns={
            # Tags are put on the first form, everything else is done to the second (CloudWatch Logs, "Resource ARNs").
            "logs:log-group": (_arn("logs", "log-group:{name}"), _arn("logs", "log-group:{name}:*")),
        },
        name="LogGroupName",
        ref="name",
    ),
    "AWS::Logs::QueryDefinition": Identifiers(),
    "AWS::Route53::RecordSet": Identifiers(
        arns={
            "route53:hostedzone": "arn:{partition}:route53:::hostedzone/{HostedZoneId}",
            "route53:change": "arn:{partition}:route53:::change/*",
        }
    ),
    "AWS::S3::Bucket": Identifiers(
        arns={"s3:bucket": "arn:{partition}:s3:::{name}"}, name="BucketName", longest=63, lower=True, ref="name"
    ),
    "AWS::S3::BucketPolicy": Identifiers(),
    "AWS::SNS::Subscription": Identifiers(arns={"sns:topic": "{TopicArn}"}),
    "AWS::SNS::Topic": Identifiers(arns={"sns:topic": _arn("sns", "{name}")}, name="TopicName", ref="arn"),
    "AWS::SNS::TopicPolicy": Identifiers(),
    "AWS::SecretsManager::Secret": Identifiers(
        # CloudFormation leaves the stack's name out, Secrets Manager appends six characters.
        arns={"secretsmanager:secret": _arn("secretsmanager", "secret:{name}-*")},
        name="Name",
        generated="{logical_id}-*",
        ref="arn",
    ),
    "AWS::WAFv2::LoggingConfiguration": Identifiers(),
    "AWS::WAFv2::WebACL": Identifiers(
        arns={
            "wafv2:webacl": _arn("wafv2", "regional/webacl/{name}/*"),
            # The groups of rules that AWS manages are decided on as resources of the account.
            "wafv2:managedruleset": _arn("wafv2", "regional/managedruleset/*/*"),
        },
        name="Name",
    ),
    "AWS::WAFv2::WebACLAssociation": Identifiers(),
}
"""The reviewed types, with the ARNs of the service authorization reference. One that is not here gets the ARNs of all
resources of its kind."""

LITERALS = {
    "eipalloc": "elastic-ip",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "subnet": "subnet",
    "vpc": "vpc",
}
"""Prefixes of ids that an environment file can name, and EC2's kinds of resources."""
_ID = re.compile(r"([a-z]+)-[0-9a-f]{8,17}")
_REPEATED = re.compile(r"([/-]\*)\1+")


def names(tree: Tree, resource: Resource) -> tuple[str, ...]:
    """What the resource will be called: the template's name for it, or the one that CloudFormation makes."""
    how = TYPES.get(resource.type, Identifiers())
    if how.name and how.name in resource.properties:
        return tree.texts(resource.properties[how.name], resource.module)
    stack = resource.module.stack_name
    made = how.generated.format(stack=stack, logical_id=resource.logical_id)
    if len(made.replace(ANYTHING, "?" * RANDOM)) > how.longest:
        made = f"{stack[: how.longest // KEPT].partition(ANYTHING)[0]}*"
    return (made.lower() if how.lower else made,)


def physical_ids(tree: Tree, resource: Resource) -> tuple[str, ...]:
    """What `Ref` gives."""
    match TYPES.get(resource.type, Identifiers()).ref:
        case "name":
            return names(tree, resource)
        case "arn":
            return own_arns(tree, resource) or (ANYTHING,)
        case _:
            return (ANYTHING,)


def own_arns(tree: Tree, resource: Resource) -> tuple[str, ...]:
    """The resource's own ARNs: one, or more where a name has several possible values."""
    return next(iter(arns(tree, resource).values()), ())


def arns(tree: Tree, resource: Resource) -> dict[str, tuple[str, ...]]:
    """By kind, the ARNs to which actions on the resource refer; kinds about which nothing is known are left out."""
    how = TYPES.get(resource.type, Identifiers())
    found = {}
    for kind, forms in how.arns.items():
        each = (forms,) if isinstance(forms, str) else forms
        filled = tuple(dict.fromkeys(arn for form in each for arn in _fill(tree, resource, form, how.rewritten)))
        if filled and all(arn.startswith("arn:") for arn in filled):
            found[kind] = filled
    return found


def _fill(tree: Tree, resource: Resource, form: str, rewritten: tuple[str, str]) -> Iterator[str]:
    place = tree.place
    fixed = {"partition": place.partition, "region": place.region, "account": place.account}
    fields = [name for _, name, _, _ in Formatter().parse(form) if name]
    choices = [
        (fixed[name],) if name in fixed else names(tree, resource) if name == "name" else _at(tree, resource, name)
        for name in fields
    ]
    pieces = [text for text, _, _, _ in Formatter().parse(form)]
    pieces += [""] * (len(fields) + 1 - len(pieces))
    for chosen in product(*choices):
        arn = "".join(text for pair in zip(pieces, (*chosen, ""), strict=True) for text in pair)
        yield _REPEATED.sub(r"\1", arn.replace(*rewritten) if rewritten[0] else arn)


def _at(tree: Tree, resource: Resource, path: str) -> tuple[str, ...]:
    return tree.texts(list(values(resource.properties, path)), resource.module)


def values(properties: Any, path: str) -> Iterator[Any]:  # noqa: ANN401 - a template's JSON
    """The values at a path such as `LoadBalancers.AdvancedConfiguration.RoleArn`; of a list those of its elements."""
    if isinstance(properties, list):
        for element in properties:
            yield from values(element, path)
    elif isinstance(properties, dict):
        if "Fn::If" in properties:
            yield from values(properties["Fn::If"][1:], path)
            return
        name, _, rest = path.partition(".")
        if name in properties:
            yield from values(properties[name], rest) if rest else [properties[name]]


def literal(text: str, tree: Tree) -> tuple[str, str] | None:
    """The kind and the ARN of an EC2 resource that a template names by its id."""
    found = _ID.fullmatch(text)
    if found is None or found[1] not in LITERALS:
        return None
    place, kind = tree.place, LITERALS[found[1]]
    return f"ec2:{kind}", f"arn:{place.partition}:ec2:{place.region}:{place.account}:{kind}/{text}"
