"""The service service-quotas, which ministack lacks, for a few quotas.

Unlike on AWS the quotas are not enforced. An increase that is requested is granted at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region

from sandbox.extension import json_services
from sandbox.extension.errors import RefusedError

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record, Untyped

DEFAULTS = {
    ("vpc", "L-F678F1CE"): ("VPCs per Region", 5.0),
    ("ec2", "L-0263D0A3"): ("EC2-VPC Elastic IPs", 5.0),
    ("elasticloadbalancing", "L-53DA6B97"): ("Application Load Balancers per Region", 50.0),
    ("fargate", "L-3032A538"): ("Fargate On-Demand vCPU resource count", 6.0),
    ("fargate", "L-36FBB829"): ("Fargate Spot vCPU resource count", 6.0),
}
"""AWS's defaults (https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html)."""
GRANTED = {"L-3032A538": 4000.0, "L-36FBB829": 4000.0}
"""What each account here has been granted: Preto-2's production does not fit into AWS's default of 6 vCPUs."""

_APPLIED: Untyped = AccountRegionScopedDict()
"""The values that the account itself has asked for, by code."""


def install() -> None:
    """Add the service."""
    json_services.add_service(
        "service-quotas",
        actions={
            "GetServiceQuota": _applied,
            "GetAWSDefaultServiceQuota": lambda data: {"Quota": _quota(data)},
            "RequestServiceQuotaIncrease": _raise,
        },
        stores={"applied": _APPLIED},
        target_prefix="ServiceQuotasV20190624",
        host="servicequotas",
        iam_namespace="servicequotas",
    )


def _quota(data: Record, value: float | None = None) -> Record:
    """Return the quota that the request names, with this value or AWS's default. Raises RefusedError."""
    service, code = data.get("ServiceCode", ""), data.get("QuotaCode", "")
    if (service, code) not in DEFAULTS:
        raise _absent("The request failed because the specified service or quota does not exist.")
    name, default = DEFAULTS[service, code]
    return {
        "ServiceCode": service,
        "QuotaArn": f"arn:aws:servicequotas:{get_region()}:{get_account_id()}:{service}/{code}",
        "QuotaCode": code,
        "QuotaName": name,
        "Value": default if value is None else value,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }


def _absent(message: str) -> RefusedError:
    return RefusedError("NoSuchResourceException", message)


def _applied(data: Record) -> Record:
    """Refuse a quota that has AWS's default value."""
    code = data.get("QuotaCode", "")
    value = _APPLIED.get(code, GRANTED.get(code))
    found = _quota(data, value)
    if value is None:
        raise _absent("The account has no applied value of this quota.")
    return {"Quota": found}


def _raise(data: Record) -> Record:
    quota, wanted = _quota(data), float(data["DesiredValue"])
    _APPLIED[quota["QuotaCode"]] = wanted
    requested = {key: quota[key] for key in ("ServiceCode", "QuotaCode", "QuotaName", "QuotaArn")}
    return {"RequestedQuota": {**requested, "DesiredValue": wanted, "Status": "APPROVED"}}
