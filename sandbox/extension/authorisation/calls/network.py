"""EC2: VPCs and what is in them. EC2 assigns all ids."""

from __future__ import annotations

from sandbox.extension.authorisation.calls.notation import Calls, pass_role

_ROUTE = "route-table/{RouteTableId}"
_GATEWAY = "internet-gateway/{InternetGatewayId}"
_RULES = (
    "AuthorizeSecurityGroupIngress?SecurityGroupIngress AuthorizeSecurityGroupEgress?SecurityGroupEgress "
    "RevokeSecurityGroupEgress?SecurityGroupEgress"
)
_ENDPOINT_DESCRIBES = "DescribeVpcEndpoints@* DescribeSubnets@*?SubnetIds DescribeSecurityGroups@*?SecurityGroupIds"


def _joins(action: str) -> str:
    """Return the calls for the subnets, security groups and route tables of an endpoint, each decided on by itself."""
    kinds = {"SubnetIds": "subnet", "SecurityGroupIds": "security-group", "RouteTableIds": "route-table"}
    return " ".join(f"{action}@{kind}/{{{name}}}?{name}" for name, kind in kinds.items())


def _ec2(noun: str, kind: str, plural: str = "", **more: str) -> Calls:
    return Calls(
        service="ec2",
        on=f"{kind}/{{id}}",
        create=f"Create{noun} CreateTags?Tags {more.get('create', '')}",
        update=f"CreateTags?Tags DeleteTags?-Tags {more.get('update', '')}",
        delete=f"Delete{noun} {more.get('delete', '')}",
        read=f"Describe{plural or noun + 's'}@* {more.get('read', '')}",
    )


CALLS: dict[str, Calls] = {
    "AWS::EC2::EIP": Calls(
        service="ec2",
        on="elastic-ip/{AllocationId}",
        create="AllocateAddress CreateTags?Tags",
        update="CreateTags?Tags DeleteTags?-Tags",
        delete="ReleaseAddress",
        read="DescribeAddresses@*",
    ),
    "AWS::EC2::FlowLog": Calls(
        service="ec2",
        on="vpc-flow-log/{id}",
        create="CreateFlowLogs CreateFlowLogs@vpc/{ResourceId} CreateTags?Tags logs:CreateLogDelivery@* "
        + pass_role("DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com"),
        update="CreateTags?Tags DeleteTags?-Tags",
        delete="DeleteFlowLogs logs:DeleteLogDelivery@*",
        read="DescribeFlowLogs@*",
    ),
    "AWS::EC2::InternetGateway": _ec2("InternetGateway", "internet-gateway"),
    "AWS::EC2::NatGateway": _ec2(
        "NatGateway",
        "natgateway",
        create="CreateNatGateway@subnet/{SubnetId} CreateNatGateway@elastic-ip/{AllocationId}?AllocationId",
    ),
    "AWS::EC2::Route": Calls(
        service="ec2",
        create=f"CreateRoute@{_ROUTE}",
        update=f"ReplaceRoute@{_ROUTE}",
        delete=f"DeleteRoute@{_ROUTE}",
        read="DescribeRouteTables@*",
    ),
    "AWS::EC2::RouteTable": _ec2("RouteTable", "route-table", create="CreateRouteTable@vpc/{VpcId}"),
    "AWS::EC2::SecurityGroup": _ec2(
        "SecurityGroup",
        "security-group",
        create=f"CreateSecurityGroup@vpc/{{VpcId}} {_RULES}",
        update=f"{_RULES} RevokeSecurityGroupIngress?SecurityGroupIngress",
        delete="DescribeInstances@*",
    ),
    "AWS::EC2::SecurityGroupIngress": Calls(
        service="ec2",
        create="AuthorizeSecurityGroupIngress@security-group/{GroupId}",
        update="UpdateSecurityGroupRuleDescriptionsIngress@security-group/{GroupId}",
        delete="RevokeSecurityGroupIngress@security-group/{GroupId}",
        read="DescribeSecurityGroupRules@*",
    ),
    "AWS::EC2::Subnet": _ec2(
        "Subnet",
        "subnet",
        create="CreateSubnet@vpc/{VpcId} ModifySubnetAttribute?MapPublicIpOnLaunch",
        update="ModifySubnetAttribute?MapPublicIpOnLaunch",
        read="DescribeNetworkAcls@*",
    ),
    "AWS::EC2::SubnetCidrBlock": Calls(
        service="ec2",
        create="AssociateSubnetCidrBlock@subnet/{SubnetId}",
        delete="DisassociateSubnetCidrBlock@subnet/{SubnetId}",
        read="DescribeSubnets@*",
    ),
    "AWS::EC2::SubnetRouteTableAssociation": Calls(
        service="ec2",
        create=f"AssociateRouteTable@{_ROUTE} AssociateRouteTable@subnet/{{SubnetId}}",
        delete=f"DisassociateRouteTable@{_ROUTE} DisassociateRouteTable@subnet/{{SubnetId}}",
        read="DescribeRouteTables@*",
    ),
    "AWS::EC2::VPC": _ec2(
        "Vpc",
        "vpc",
        create="ModifyVpcAttribute?EnableDnsHostnames",
        update="ModifyVpcAttribute?EnableDnsHostnames",
        read="DescribeVpcAttribute",
    ),
    "AWS::EC2::VPCCidrBlock": Calls(
        service="ec2",
        create="AssociateVpcCidrBlock@vpc/{VpcId}",
        delete="DisassociateVpcCidrBlock@vpc/{VpcId}",
        read="DescribeVpcs@*",
    ),
    "AWS::EC2::VPCEndpoint": Calls(
        service="ec2",
        on="vpc-endpoint/{id}",
        create=f"CreateVpcEndpoint CreateVpcEndpoint@vpc/{{VpcId}} {_joins('CreateVpcEndpoint')} CreateTags?Tags "
        "DescribeVpcs@* route53:AssociateVPCWithHostedZone@arn:aws:route53:::hostedzone/0A1B?PrivateDnsEnabled",
        update=f"ModifyVpcEndpoint {_joins('ModifyVpcEndpoint')} CreateTags?Tags DeleteTags?-Tags",
        delete="DeleteVpcEndpoints",
        read=_ENDPOINT_DESCRIBES,
    ),
    "AWS::EC2::VPCGatewayAttachment": Calls(
        service="ec2",
        create=f"AttachInternetGateway@{_GATEWAY} AttachInternetGateway@vpc/{{VpcId}}",
        delete=f"DetachInternetGateway@{_GATEWAY} DetachInternetGateway@vpc/{{VpcId}}",
        read="DescribeInternetGateways@*",
    ),
}
