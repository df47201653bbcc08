"""The filter before the load balancer."""

from __future__ import annotations

from templates.resource_types.record import (
    Grant,
    Lookup,
    NotLookedUp,
    ResourceType,
    Service,
    ServiceLinkedRole,
    arn,
    only,
)

_ACLS = tuple(arn("wafv2", f"regional/webacl/{names}") for names in ("{any}", "{given}/*"))
_BALANCERS = tuple(arn("elasticloadbalancing", f"loadbalancer/app/{names}") for names in ("{any}", "{given}/*"))

TYPES = (
    ResourceType(
        type="AWS::WAFv2::LoggingConfiguration",
        lookup=NotLookedUp("belongs", "of the web ACL of the stack"),
        only=(
            only("firehose:*", "LogDestinationConfigs~:firehose:"),
            only("s3:*", "LogDestinationConfigs~:s3:"),
            only(
                "logs:PutResourcePolicy logs:DescribeResourcePolicies logs:DescribeLogGroups",
                "LogDestinationConfigs~:logs:",
            ),
        ),
        service_linked=(
            ServiceLinkedRole(
                service="wafv2.amazonaws.com",
                role="AWSServiceRoleForWAFV2Logging",
                # For a log group or a bucket it writes a policy of theirs instead.
                property="LogDestinationConfigs~:firehose:",
                source="https://docs.aws.amazon.com/waf/latest/APIReference/API_PutLoggingConfiguration.html",
            ),
        ),
    ),
    ResourceType(
        type="AWS::WAFv2::WebACL",
        noun="web ACL",
        name="Name",
        arns={
            "wafv2:webacl": arn("wafv2", "regional/webacl/{name}/*"),
            # The groups of rules that AWS manages are decided on as resources of the account.
            "wafv2:managedruleset": arn("wafv2", "regional/managedruleset/*/*"),
        },
        lookup=Lookup(
            properties=("Name",),
            client="wafv2",
            action="wafv2:ListWebACLs",
            operation="list_web_acls",
            parameters={"Scope": "REGIONAL", "Limit": 100},
            items=("WebACLs",),
            matching={"Name": ("{Name}",)},
            pages=("NextMarker", "NextMarker"),
        ),
    ),
    ResourceType(
        type="AWS::WAFv2::WebACLAssociation",
        lookup=NotLookedUp("belongs", "of the load balancer of the stack"),
        only=(
            only("elasticloadbalancing:*", "ResourceArn~:elasticloadbalancing:"),
            only("amplify:*", "ResourceArn~:amplify:"),
            only("apigateway:*", "ResourceArn~:apigateway:"),
            only("apprunner:*", "ResourceArn~:apprunner:"),
            only("appsync:*", "ResourceArn~:appsync:"),
            only("bedrock-agentcore:*", "ResourceArn~:bedrock-agentcore:"),
            only("cognito-idp:*", "ResourceArn~:cognito-idp:"),
            only("ec2:*", "ResourceArn~:ec2:"),
        ),
    ),
)

SERVICE = Service(
    types=TYPES,
    execution={
        "Network": (Grant("Filter", "wafv2", "*", on=(*_ACLS, arn("wafv2", "regional/managedruleset/*"), *_BALANCERS)),)
    },
    drift=(
        Grant(
            "ReadFilter",
            "wafv2",
            "GetLoggingConfiguration GetWebACL GetWebACLForResource ListTagsForResource",
            on=(*_ACLS, *_BALANCERS),
        ),
        Grant("ReadFilterOfBalancer", "elasticloadbalancing", "GetLoadBalancerWebACL", on=_BALANCERS),
    ),
)
