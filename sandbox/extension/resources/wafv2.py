"""AWS::WAFv2::WebACLAssociation and LoggingConfiguration, and the API's calls about logging, which ministack lacks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ministack import app
from ministack.services import cloudwatch_logs, waf

from sandbox.extension.resources.registry import register

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.extension.untyped import Made, Properties, Record, Response, Untyped

_LOGGING = "LoggingConfiguration"
_GROUPS = "aws-waf-logs-"


def install() -> None:
    """Register the types, and answer what is asked about logging."""
    register("AWS::WAFv2::WebACLAssociation", create=_associate, update=_reassociate, delete=_dissociate)
    register("AWS::WAFv2::LoggingConfiguration", create=_log, update=_relog, delete=_unlog)
    stock: Callable[..., Awaitable[Response]] = app.SERVICE_HANDLERS["wafv2"]

    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Untyped) -> Response:
        if headers.get("x-amz-target", "").endswith(".GetLoggingConfiguration"):
            return _answer(json.loads(body))
        return await stock(method, path, headers, body, query)

    app.SERVICE_HANDLERS["wafv2"] = handle


def _associate(_: str, props: Properties, __: str) -> Made:
    _acl(props["WebACLArn"])
    waf._associations[props["ResourceArn"]] = props["WebACLArn"]
    return f"{props['ResourceArn']}|{props['WebACLArn']}", {}


def _reassociate(_: str, __: Properties, new: Properties, stack_name: str) -> Made:
    return _associate("", new, stack_name)


def _dissociate(_: str, props: Properties) -> None:
    if waf._associations.get(props["ResourceArn"]) == props["WebACLArn"]:
        waf._associations.pop(props["ResourceArn"])


def _log(_: str, props: Properties, __: str) -> Made:
    acl = _acl(props["ResourceArn"])
    for destination in props["LogDestinationConfigs"]:
        name = destination.rpartition(":log-group:")[2]
        if not name.startswith(_GROUPS) or name not in cloudwatch_logs._log_groups:
            raise _failed("WAFInvalidParameterException", f"The ARN isn't valid: {destination}")
    acl[_LOGGING] = {key: value for key, value in props.items() if key != "Tags"}
    return acl["ARN"], {}


def _relog(_: str, __: Properties, new: Properties, stack_name: str) -> Made:
    return _log("", new, stack_name)


def _unlog(physical_id: str, _: Properties) -> None:
    acl, error = waf._resolve_local_web_acl(physical_id)
    if error is None:
        acl.pop(_LOGGING, None)


def _acl(arn: str) -> Record:
    found, error = waf._resolve_local_web_acl(arn)
    if error is not None:
        raise _failed("WAFNonexistentItemException", f"AWS WAF couldn't find {arn}")
    acl: Record = found
    return acl


def _answer(request: Record) -> Response:
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    acl, error = waf._resolve_local_web_acl(request.get("ResourceArn", ""))
    if error is None and _LOGGING in acl:
        return 200, headers, json.dumps({_LOGGING: acl[_LOGGING]}).encode()
    refusal = {"__type": "WAFNonexistentItemException", "message": "AWS WAF couldn't find your logging configuration"}
    return 400, headers, json.dumps(refusal).encode()


def _failed(code: str, text: str) -> ValueError:
    return ValueError(f'Resource handler returned message: "{text}" (HandlerErrorCode: InvalidRequest, {code})')
