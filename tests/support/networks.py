"""Networks from outside the project: the VPC that an environment names."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Net:
    """An empty VPC, 10.0.0.0/16, in the account of this EC2 client."""

    ec2: Any
    vpc_id: str = ""
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        """Make the VPC."""
        self.vpc_id = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]

    def subnet(self, zone: str, size: int = 24) -> str:
        """Create a subnet in a zone, with the VPC's main route table; return its id."""
        block = f"10.0.{next(self._numbers)}.0/{size}"
        made = self.ec2.create_subnet(VpcId=self.vpc_id, CidrBlock=block, AvailabilityZone=zone)
        return str(made["Subnet"]["SubnetId"])

    def gateway(self, kind: str, subnet_id: str = "") -> dict[str, str]:
        """Create a gateway (igw, nat, tgw), and return it as a route names it."""
        if kind == "igw":
            gateway_id = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
            self.ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=self.vpc_id)
            return {"GatewayId": gateway_id}
        if kind == "nat":
            made = self.ec2.create_nat_gateway(SubnetId=subnet_id, ConnectivityType="public")
            return {"NatGatewayId": made["NatGateway"]["NatGatewayId"]}
        return {"TransitGatewayId": "tgw-0123456789abcdef0"}

    def route_main(self, kind: str) -> None:
        """Add a default route through a new gateway to the main route table."""
        filters = [{"Name": "vpc-id", "Values": [self.vpc_id]}, {"Name": "association.main", "Values": ["true"]}]
        (table,) = self.ec2.describe_route_tables(Filters=filters)["RouteTables"]
        self._route(table["RouteTableId"], self.gateway(kind))

    def table(self, *subnets: str, kind: str = "", through: str = "") -> str:
        """Create a route table for these subnets, and a default route if a gateway is given; return its id."""
        table_id = str(self.ec2.create_route_table(VpcId=self.vpc_id)["RouteTable"]["RouteTableId"])
        if kind:
            self._route(table_id, self.gateway(kind, through))
        for subnet_id in subnets:
            self.ec2.associate_route_table(RouteTableId=table_id, SubnetId=subnet_id)
        return table_id

    def endpoints(self, *services: str, tables: tuple[str, ...] = ()) -> None:
        """Create gateway endpoints in these route tables, or interface endpoints if there are none."""
        for service in services:
            name = f"com.amazonaws.{self.ec2.meta.region_name}.{service}"
            if tables:
                self.ec2.create_vpc_endpoint(
                    VpcId=self.vpc_id, ServiceName=name, VpcEndpointType="Gateway", RouteTableIds=list(tables)
                )
            else:
                self.ec2.create_vpc_endpoint(
                    VpcId=self.vpc_id, ServiceName=name, VpcEndpointType="Interface", PrivateDnsEnabled=True
                )

    def _route(self, table_id: str, target: dict[str, str]) -> None:
        self.ec2.create_route(RouteTableId=table_id, DestinationCidrBlock="0.0.0.0/0", **target)
