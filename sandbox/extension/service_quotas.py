"""The service service-quotas, which ministack lacks: what the account may have of a few things.

Nothing is refused by it here, unlike on AWS: it is only told. An increase that is requested is granted at once.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region

from sandbox.extension import actions
from sandbox.extension.refusal import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record, Response, Untyped

DEFAULTS = {
    ("vpc", "L-F678F1CE"): ("VPCs per Region", 5.0),
    ("ec2", "L-0263D0A3"): ("EC2-VPC Elastic IPs", 5.0),
    ("elasticloadbalancing", "L-53DA6B97"): ("Application Load Balancers per Region", 50.0),
    ("fargate", "L-3032A538"): ("Fargate On-Demand vCPU resource count", 6.0),
    ("fargate", "L-36FBB829"): ("Fargate Spot vCPU resource count", 6.0),
}
"""AWS's defaults (https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html)."""
GRANTED = {"L-3032A538": 4000.0, "L-36FBB829": 4000.0}
"""What each account here has been granted: with AWS's default of 6 vCPUs, Preto-2's production would not fit in."""

_NAME = "service-quotas"
_APPLIED: Untyped = AccountRegionScopedDict()
"""By code, what was asked for by the account itself."""


def install() -> None:
    """Register the service: where requests are routed, how rights are called, and where state is saved."""
    app.SERVICE_REGISTRY[_NAME] = {"module": "service_quotas"}
    app.SERVICE_HANDLERS[_NAME] = handle_request
    iam_actions.SERVICE_TO_IAM_NAMESPACE[_NAME] = "servicequotas"
    patterns = {"target_prefixes": ["ServiceQuotasV20190624"], "host_patterns": [r"servicequotas\."]}
    router.SERVICE_PATTERNS = {_NAME: patterns, **router.SERVICE_PATTERNS}
    actions.keep("service_quotas", applied=_APPLIED)


async def handle_request(_: str, __: str, headers: dict[str, str], body: bytes, ___: object) -> Response:
    """Answer one request."""
    action = headers.get("x-amz-target", "").rpartition(".")[2]
    answers = {"Content-Type": "application/x-amz-json-1.1"}
    try:
        return 200, answers, json.dumps(_ACTIONS.get(action, _unknown)(json.loads(body or b"{}"))).encode()
    except RefusedError as error:
        return 400, answers, json.dumps({"__type": error.code, "Message": error.message}).encode()


def _unknown(_: Record) -> Record:
    raise RefusedError("UnknownOperationException", "Unknown operation")


def _quota(data: Record, value: float | None = None) -> Record:
    """The quota that is asked for, with this value or AWS's default. Raises RefusedError where there is none."""
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
    """Only where there is another value than AWS's default."""
    code = data.get("QuotaCode", "")
    value = _APPLIED.get(code, GRANTED.get(code))
    found = _quota(data, value)
    if value is None:
        raise _absent("The account has no applied value of this quota.")
    return {"Quota": found}


def _default(data: Record) -> Record:
    return {"Quota": _quota(data)}


def _raise(data: Record) -> Record:
    quota, wanted = _quota(data), float(data["DesiredValue"])
    _APPLIED[quota["QuotaCode"]] = wanted
    requested = {key: quota[key] for key in ("ServiceCode", "QuotaCode", "QuotaName", "QuotaArn")}
    return {"RequestedQuota": {**requested, "DesiredValue": wanted, "Status": "APPROVED"}}


_ACTIONS: dict[str, Callable[[Record], Record]] = {
    "GetServiceQuota": _applied,
    "GetAWSDefaultServiceQuota": _default,
    "RequestServiceQuotaIncrease": _raise,
}
