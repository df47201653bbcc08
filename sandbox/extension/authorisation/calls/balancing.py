"""Load balancers, web ACLs, certificates and DNS records."""

from __future__ import annotations

from sandbox.extension.authorisation.calls.notation import Calls, make_service_linked_role, tag_calls

_TAGGED, _RETAGGED = tag_calls("AddTags", "RemoveTags")
_LINKED = make_service_linked_role("elasticloadbalancing.amazonaws.com", "AWSServiceRoleForElasticLoadBalancing")
# https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-permissions.html
_READS = (
    "ec2:DescribeSubnets@* ec2:DescribeSecurityGroups@* ec2:DescribeVpcs@* ec2:DescribeInternetGateways@* "
    "ec2:DescribeAccountAttributes@* ec2:DescribeAddresses@*"
)
# https://github.com/kubernetes-sigs/cluster-api-provider-aws/pull/5535
_GROUPS = "ec2:GetSecurityGroupsForVpc@vpc/0a1b?SecurityGroups"
_HOSTED_ZONE = "arn:aws:route53:::hostedzone/{HostedZoneId}"
_RECORDS = f"ChangeResourceRecordSets@{_HOSTED_ZONE} GetChange@arn:aws:route53:::change/0A1B"
_RULE_GROUPS = "Rules.Statement.ManagedRuleGroupStatement"
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awswafv2.html: what the actions depend on.
_PROTECTS = (
    "AssociateWebACL@{WebACLArn} AssociateWebACL@{ResourceArn} elasticloadbalancing:SetWebACL@* "
    "elasticloadbalancing:CreateWebACLAssociation@{ResourceArn}"
)


def _managed(action: str) -> str:
    """Return the call for managed rule groups, whose ARNs are in the account."""
    return f"{action}@regional/managedruleset/{{{_RULE_GROUPS}.Name}}/0a1b?{_RULE_GROUPS}"


def _pool(property_name: str) -> str:
    cognito = f"{property_name}.AuthenticateCognitoConfig"
    return f"cognito-idp:DescribeUserPoolClient@{{{cognito}.UserPoolArn}}?{cognito}"


CALLS: dict[str, Calls] = {
    "AWS::CertificateManager::Certificate": Calls(
        service="acm",
        on="certificate/{id}",
        create="RequestCertificate@* AddTagsToCertificate?Tags route53:ChangeResourceRecordSets@"
        "arn:aws:route53:::hostedzone/{DomainValidationOptions.HostedZoneId}?DomainValidationOptions.HostedZoneId",
        update="AddTagsToCertificate?Tags RemoveTagsFromCertificate?-Tags "
        "UpdateCertificateOptions?CertificateTransparencyLoggingPreference",
        delete="DeleteCertificate RemoveTagsFromCertificate?Tags",
        read="DescribeCertificate ListTagsForCertificate",
    ),
    "AWS::ElasticLoadBalancingV2::Listener": Calls(
        service="elasticloadbalancing",
        on="{listener}",
        create=f"CreateListener@{{LoadBalancerArn}} {_TAGGED} {_pool('DefaultActions')}",
        update=f"ModifyListener {_RETAGGED} {_pool('DefaultActions')}",
        delete="DeleteListener",
        read="DescribeListeners@* DescribeTags@* DescribeListenerAttributes@*",
    ),
    "AWS::ElasticLoadBalancingV2::ListenerRule": Calls(
        service="elasticloadbalancing",
        on="{rule}",
        create=f"CreateRule@{{ListenerArn}} {_TAGGED} {_pool('Actions')}",
        update=f"ModifyRule SetRulePriorities?Priority {_RETAGGED} {_pool('Actions')}",
        delete="DeleteRule",
        read="DescribeRules@* DescribeTags@*",
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Calls(
        service="elasticloadbalancing",
        on="loadbalancer/app/{id}/0a1b",
        name="Name",
        longest=32,
        create=f"CreateLoadBalancer {_TAGGED} ModifyLoadBalancerAttributes?LoadBalancerAttributes {_READS} {_GROUPS} "
        f"{_LINKED}",
        update="ModifyLoadBalancerAttributes?LoadBalancerAttributes SetSubnets?Subnets "
        f"SetSecurityGroups?SecurityGroups {_GROUPS} SetIpAddressType?IpAddressType {_RETAGGED}",
        delete="DeleteLoadBalancer",
        read="DescribeLoadBalancers@* DescribeLoadBalancerAttributes@* DescribeTags@* DescribeCapacityReservation@*",
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Calls(
        service="elasticloadbalancing",
        on="targetgroup/{id}/0a1b",
        name="Name",
        longest=32,
        create=f"CreateTargetGroup {_TAGGED} ModifyTargetGroupAttributes?TargetGroupAttributes "
        f"ec2:DescribeVpcs@* ec2:DescribeInternetGateways@* {_LINKED}",
        update=f"ModifyTargetGroup ModifyTargetGroupAttributes?TargetGroupAttributes {_RETAGGED}",
        delete="DeleteTargetGroup",
        read="DescribeTargetGroups@* DescribeTargetGroupAttributes@* DescribeTargetHealth@* DescribeTags@*",
    ),
    "AWS::Route53::RecordSet": Calls(
        service="route53",
        create=_RECORDS,
        update=_RECORDS,
        delete=_RECORDS,
        read=f"GetHostedZone@{_HOSTED_ZONE} ListResourceRecordSets@{_HOSTED_ZONE} ListHostedZones@*",
    ),
    "AWS::WAFv2::LoggingConfiguration": Calls(
        service="wafv2",
        on="{ResourceArn}",
        # https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html: what a log group asks for.
        create="PutLoggingConfiguration logs:CreateLogDelivery@* logs:PutResourcePolicy@*?LogDestinationConfigs~:logs: "
        "logs:DescribeResourcePolicies@*?LogDestinationConfigs~:logs: "
        "logs:DescribeLogGroups@*?LogDestinationConfigs~:logs:",
        update="PutLoggingConfiguration logs:CreateLogDelivery@* logs:PutResourcePolicy@*?LogDestinationConfigs~:logs:",
        delete="DeleteLoggingConfiguration logs:DeleteLogDelivery@*",
        read="GetLoggingConfiguration",
    ),
    "AWS::WAFv2::WebACL": Calls(
        service="wafv2",
        on="{filter}",
        name="Name",
        create=f"CreateWebACL {_managed('CreateWebACL')} TagResource?Tags",
        update=f"UpdateWebACL {_managed('UpdateWebACL')} TagResource?Tags UntagResource?-Tags",
        delete="DeleteWebACL",
        read="GetWebACL ListTagsForResource",
    ),
    "AWS::WAFv2::WebACLAssociation": Calls(
        service="wafv2",
        create=_PROTECTS,
        update=_PROTECTS,
        delete="DisassociateWebACL@{ResourceArn} elasticloadbalancing:SetWebACL@* "
        "elasticloadbalancing:DeleteWebACLAssociation@{ResourceArn}",
        read="GetWebACLForResource@{ResourceArn} elasticloadbalancing:GetLoadBalancerWebACL@{ResourceArn} "
        "GetWebACL@{WebACLArn}",
    ),
}
