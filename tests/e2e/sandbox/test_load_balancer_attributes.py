"""The attributes of load balancers and target groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.clouds import template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud


def _attributes(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


def _service(balancer: dict[str, str], group: dict[str, str]) -> dict[str, Any]:
    def subnet(number: int) -> dict[str, Any]:
        zone = {"Fn::Select": [number, {"Fn::GetAZs": ""}]}
        properties = {"VpcId": {"Ref": "Vpc"}, "CidrBlock": f"10.0.{number}.0/24", "AvailabilityZone": zone}
        return {"Type": "AWS::EC2::Subnet", "Properties": properties}

    return template({
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "First": subnet(0),
        "Second": subnet(1),
        "Balancer": {
            "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Properties": {
                "Name": "app",
                "Subnets": [{"Ref": "First"}, {"Ref": "Second"}],
                "LoadBalancerAttributes": _attributes(balancer),
            },
        },
        "Group": {
            "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
            "Properties": {
                "Name": "app",
                "Port": 8501,
                "Protocol": "HTTP",
                "TargetType": "ip",
                "VpcId": {"Ref": "Vpc"},
                "TargetGroupAttributes": _attributes(group),
            },
        },
    })  # fmt: skip


def test_attributes_are_what_the_template_says_and_change_in_place(cloud: Cloud) -> None:
    """Idle timeout, dropped headers, logs, stickiness and deregistration delay, read back through the API."""
    first = {"idle_timeout.timeout_seconds": "300", "routing.http.drop_invalid_header_fields.enabled": "true"}
    sticky = {
        "stickiness.enabled": "true",
        "stickiness.type": "lb_cookie",
        "deregistration_delay.timeout_seconds": "120",
    }
    assert cloud.create("root", _service(first, sticky)) == "CREATE_COMPLETE"
    elb, balancer, group = (
        cloud.account.client("elbv2"),
        cloud.physical("root", "Balancer"),
        cloud.physical("root", "Group"),
    )

    def shown() -> dict[str, str]:
        found = elb.describe_load_balancer_attributes(LoadBalancerArn=balancer)["Attributes"]
        found += elb.describe_target_group_attributes(TargetGroupArn=group)["Attributes"]
        return {it["Key"]: it["Value"] for it in found}

    assert (first | sticky).items() <= shown().items()
    second = {"idle_timeout.timeout_seconds": "60", "access_logs.s3.enabled": "true", "access_logs.s3.bucket": "logs"}
    later = {"stickiness.enabled": "false", "deregistration_delay.timeout_seconds": "30"}
    assert cloud.update("root", _service(second, later)) == "UPDATE_COMPLETE"
    assert (second | later).items() <= shown().items()
    assert (cloud.physical("root", "Balancer"), cloud.physical("root", "Group")) == (balancer, group)
    assert cloud.delete("root") == "DELETE_COMPLETE"
    assert elb.describe_load_balancers()["LoadBalancers"] == []
    assert elb.describe_target_groups()["TargetGroups"] == []
