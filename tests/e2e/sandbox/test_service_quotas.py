"""The service service-quotas of the embedded AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.support.accounts import Account

VPCS = {"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE"}
FARGATE = {"ServiceCode": "fargate", "QuotaCode": "L-3032A538"}


def test_a_default_is_no_applied_value(account: Account) -> None:
    """As on AWS, where an account has its own value only after somebody has asked for one."""
    quotas = account.client("service-quotas")
    assert quotas.get_aws_default_service_quota(**VPCS)["Quota"]["Value"] == 5
    with pytest.raises(ClientError, match="NoSuchResourceException"):
        quotas.get_service_quota(**VPCS)
    asked = quotas.request_service_quota_increase(**VPCS, DesiredValue=7)["RequestedQuota"]
    assert (asked["Status"], asked["DesiredValue"]) == ("APPROVED", 7)
    found = quotas.get_service_quota(**VPCS)["Quota"]
    assert (found["QuotaName"], found["Value"]) == ("VPCs per Region", 7)


def test_there_is_room_for_production(account: Account) -> None:
    """Fargate's quota is that of an account which has been granted more than AWS's default."""
    quotas = account.client("service-quotas")
    assert quotas.get_aws_default_service_quota(**FARGATE)["Quota"]["Value"] == 6
    assert quotas.get_service_quota(**FARGATE)["Quota"]["Value"] == 4000


def test_what_it_does_not_know(account: Account) -> None:
    """Neither other quotas nor other actions."""
    quotas = account.client("service-quotas")
    with pytest.raises(ClientError, match="NoSuchResourceException"):
        quotas.get_aws_default_service_quota(ServiceCode="vpc", QuotaCode="L-0")
    with pytest.raises(ClientError, match="UnknownOperationException"):
        quotas.list_services()
