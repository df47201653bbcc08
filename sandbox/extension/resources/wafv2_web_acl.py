"""What belongs to a web ACL: AWS::WAFv2::WebACLAssociation, and AWS::WAFv2::LoggingConfiguration with its action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import cloudwatch_logs, waf

from sandbox.extension import json_services
from sandbox.extension.errors import RefusedError, handler_error
from sandbox.extension.resources.provisioners import register

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties, Record

_LOGGING = "LoggingConfiguration"
_GROUPS = "aws-waf-logs-"


def install() -> None:
    """Register the types, and add the action that ministack lacks."""
    register("AWS::WAFv2::WebACLAssociation", create=_associate, update=_reassociate, delete=_dissociate)
    register("AWS::WAFv2::LoggingConfiguration", create=_log, update=_log_again, delete=_stop_logging)
    json_services.add_actions("wafv2", {"GetLoggingConfiguration": _get_logging})


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


def _log_again(_: str, __: Properties, new: Properties, stack_name: str) -> Made:
    return _log("", new, stack_name)


def _stop_logging(physical_id: str, _: Properties) -> None:
    acl, error = waf._resolve_local_web_acl(physical_id)
    if error is None:
        acl.pop(_LOGGING, None)


def _acl(arn: str) -> Record:
    found, error = waf._resolve_local_web_acl(arn)
    if error is not None:
        raise _failed("WAFNonexistentItemException", f"AWS WAF couldn't find {arn}")
    acl: Record = found
    return acl


def _get_logging(data: Record) -> Record:
    acl, error = waf._resolve_local_web_acl(data.get("ResourceArn", ""))
    if error is not None or _LOGGING not in acl:
        raise RefusedError("WAFNonexistentItemException", "AWS WAF couldn't find your logging configuration")
    return {_LOGGING: acl[_LOGGING]}


def _failed(code: str, text: str) -> ValueError:
    return handler_error(text, f"InvalidRequest, {code}")
