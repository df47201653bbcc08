"""The network: VPC, subnets, gateways, security groups."""

from __future__ import annotations

from templates.resource_types.record import (
    HERE,
    Grant,
    Lacking,
    NotLookedUp,
    PassedRole,
    ResourceType,
    Service,
    arn,
    only,
)

TYPES = (
    ResourceType(
        type="AWS::EC2::EIP",
        arns={"ec2:elastic-ip": arn("ec2", "elastic-ip/*")},
        replaced="another public address: whoever allows the old one has to allow the new one",
        fixed=("AllocationId", "PublicIp"),
        seconds=(17, 2),
        only=(
            only("ec2:AcceptAddressTransfer", "TransferAddress"),
            only("ec2:AssociateAddress ec2:DisassociateAddress", "InstanceId"),
        ),
    ),
    ResourceType(
        type="AWS::EC2::FlowLog",
        arns={"ec2:vpc-flow-log": arn("ec2", "vpc-flow-log/*")},
        lookup=NotLookedUp("free", "it names the log group to which it writes, which is looked up itself"),
        only=(
            only("s3:*", "LogDestinationType~s3"),
            only("autoscaling:*", why="nothing of a flow log is in an Auto Scaling group"),
            only("iam:CreateServiceLinkedRole", why="only delivery to Amazon Data Firehose has a role of its own"),
        ),
        passes=(
            PassedRole(
                property="DeliverLogsPermissionArn",
                service="vpc-flow-logs.amazonaws.com",
                source="https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html",
            ),
        ),
    ),
    ResourceType(
        type="AWS::EC2::InternetGateway",
        arns={"ec2:internet-gateway": arn("ec2", "internet-gateway/*")},
        seconds=(17, 16),
    ),
    ResourceType(
        type="AWS::EC2::NatGateway",
        noun="NAT gateway with address",
        arns={"ec2:natgateway": arn("ec2", "natgateway/*")},
        place=("AllocationId",),
        replaced="outgoing connections break off, and come from another address",
        fixed=("NatGatewayId",),
        seconds=(106, 5),
        only=(
            only("ec2:*NatGatewayAddress", "SecondaryAllocationIds"),
            only("ec2:*PrivateNatGatewayAddress", "SecondaryPrivateIpAddresses SecondaryPrivateIpAddressCount"),
        ),
    ),
    ResourceType(
        type="AWS::EC2::Route",
        lookup=NotLookedUp("belongs", "of a route table of the stack"),
        shown=("DestinationCidrBlock",),
        replaced="the new one is there before the old one goes",
        seconds=(2, 0),
    ),
    ResourceType(type="AWS::EC2::RouteTable", arns={"ec2:route-table": arn("ec2", "route-table/*")}, seconds=(12, 11)),
    ResourceType(
        type="AWS::EC2::SecurityGroup",
        name="GroupName",
        arns={
            "ec2:security-group": arn("ec2", "security-group/*"),
            "ec2:security-group-rule": arn("ec2", "security-group-rule/*"),
        },
        within=("VpcId",),
        shown=("GroupName", "GroupDescription"),
        replaced="another id: what allows the old one by its id does not allow the new one",
        fixed=("GroupId", "VpcId"),
        seconds=(6, 2),
        only=(
            only("ec2:AuthorizeSecurityGroupIngress", "SecurityGroupIngress"),
            only("ec2:RevokeSecurityGroupIngress", "SecurityGroupIngress"),
            only("ec2:UpdateSecurityGroupRuleDescriptionsIngress", "SecurityGroupIngress"),
            only("ec2:AuthorizeSecurityGroupEgress", "SecurityGroupEgress"),
            only("ec2:RevokeSecurityGroupEgress", "SecurityGroupEgress"),
            only("ec2:UpdateSecurityGroupRuleDescriptionsEgress", "SecurityGroupEgress"),
        ),
    ),
    ResourceType(
        type="AWS::EC2::SecurityGroupIngress",
        arns={"ec2:security-group-rule": arn("ec2", "security-group-rule/*")},
        shown=("IpProtocol", "FromPort", "ToPort", "CidrIp"),
        replaced="the new rule is there before the old one goes",
    ),
    ResourceType(
        type="AWS::EC2::Subnet",
        noun="subnet",
        arns={"ec2:subnet": arn("ec2", "subnet/*")},
        place=("VpcId", "CidrBlock"),
        shown=("CidrBlock", "AvailabilityZone"),
        replaced="everything in it moves, with new private addresses",
        fixed=("AvailabilityZone", "SubnetId", "VpcId"),
        seconds=(4, 10),
        only=(
            only("ec2:*SubnetCidrBlock", "Ipv6CidrBlock Ipv6CidrBlocks Ipv6IpamPoolId"),
            only(
                "ec2:ModifySubnetAttribute",
                "MapPublicIpOnLaunch AssignIpv6AddressOnCreation EnableDns64 EnableLniAtDeviceIndex "
                "PrivateDnsNameOptionsOnLaunch",
            ),
        ),
    ),
    ResourceType(type="AWS::EC2::SubnetCidrBlock"),
    ResourceType(type="AWS::EC2::SubnetRouteTableAssociation"),
    ResourceType(
        type="AWS::EC2::VPC",
        arns={"ec2:vpc": arn("ec2", "vpc/*")},
        shown=("CidrBlock",),
        replaced="everything in it is replaced: downtime",
        fixed=("CidrBlock", "DefaultSecurityGroup", "VpcId"),
        seconds=(12, 2),
        only=(
            only("ec2:CreateVpcEncryptionControl", "VpcEncryptionControl"),
            only("ec2:ModifyVpcAttribute", "EnableDnsHostnames EnableDnsSupport"),
            only("ec2:ModifyVpcTenancy", "InstanceTenancy"),
        ),
    ),
    ResourceType(
        type="AWS::EC2::VPCCidrBlock",
        lookup=NotLookedUp("belongs", "of the VPC of the stack"),
        only=(only("ec2:AllocateIpamPoolCidr", "Ipv4IpamPoolId Ipv6IpamPoolId"),),
    ),
    ResourceType(
        type="AWS::EC2::VPCEndpoint",
        arns={"ec2:vpc-endpoint": arn("ec2", "vpc-endpoint/*")},
        lookup=NotLookedUp("free", "it names a service of AWS"),
        seconds=(47, 11),
        only=(
            only("vpc-lattice:*", "ServiceNetworkArn"),
            only("vpce:AllowMultiRegion", "ServiceRegion"),
        ),
        lacking=(
            Lacking(
                actions=("route53:AssociateVPCWithHostedZone",),
                steps=("create", "update"),
                property="PrivateDnsEnabled",
                why="private DNS associates a hosted zone of AWS's with the VPC",
                source="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html",
            ),
        ),
    ),
    ResourceType(
        type="AWS::EC2::VPCGatewayAttachment",
        noun="attachment of",
        lookup=NotLookedUp("belongs", "of the VPC of the stack"),
        place=("InternetGatewayId",),
        seconds=(12, 11),
        only=(
            only("ec2:AttachInternetGateway ec2:DetachInternetGateway", "InternetGatewayId"),
            only("ec2:AttachVpnGateway ec2:DetachVpnGateway", "VpnGatewayId"),
        ),
    ),
)

SERVICE = Service(
    types=TYPES,
    # What is in EC2 has ids and no names.
    execution={
        "Network": (
            Grant(
                "Network",
                "ec2",
                "AllocateAddress AssociateRouteTable AssociateSubnetCidrBlock AssociateVpcCidrBlock "
                "AttachInternetGateway AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateFlowLogs "
                "CreateInternetGateway CreateNatGateway CreateRoute CreateRouteTable CreateSecurityGroup "
                "CreateSubnet CreateTags CreateVpc CreateVpcEndpoint DeleteFlowLogs DeleteInternetGateway "
                "DeleteNatGateway DeleteRoute DeleteRouteTable DeleteSecurityGroup DeleteSubnet DeleteTags DeleteVpc "
                "DeleteVpcEndpoints DetachInternetGateway DisassociateAddress DisassociateRouteTable "
                "DisassociateSubnetCidrBlock DisassociateVpcCidrBlock GetSecurityGroupsForVpc "
                "ModifySecurityGroupRules ModifySubnetAttribute ModifyVpcAttribute ModifyVpcEndpoint ReleaseAddress "
                "ReplaceRoute ReplaceRouteTableAssociation RevokeSecurityGroupEgress RevokeSecurityGroupIngress "
                "UpdateSecurityGroupRuleDescriptionsEgress UpdateSecurityGroupRuleDescriptionsIngress",
                on=(arn("ec2", "*"),),
            ),
            Grant("ReadNetwork", "ec2", "Describe*", when=HERE),
        )
    },
    drift=(
        Grant("ReadVpcs", "ec2", "DescribeVpcAttribute", on=(arn("ec2", "vpc/*"),), by_id=True),
        Grant(
            "ReadForDrift",
            "ec2",
            "DescribeEgressOnlyInternetGateways DescribeFlowLogs DescribeInternetGateways DescribeSecurityGroupRules "
            "DescribeSecurityGroups DescribeVpcEncryptionControls DescribeVpnGateways",
            when=HERE,
        ),
    ),
)
