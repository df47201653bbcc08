"""Actions of listeners and rules: weighted target groups and sign-in, which ministack drops."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from ministack.services import alb
from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Properties, Record, Untyped

_SIGN_IN = ("AuthenticateCognitoConfig", "AuthenticateOidcConfig")
_NEVER_TOLD = "ClientSecret"
_TWO = 2


def install() -> None:
    """Complete the actions that ministack makes of a template's, and those in answers."""
    stock: Callable[..., list[Record]] = provisioners._elbv2_listener_actions
    stock_xml: Callable[[Record], str] = alb._action_xml

    def actions(props: Properties, balancer: str | None, prop: str = "DefaultActions") -> list[Record]:
        given = [action for action in props.get(prop) or [] if isinstance(action, dict)]
        return [_completed(made, action) for made, action in zip(stock(props, balancer, prop), given, strict=True)]

    def action_xml(action: Record) -> str:
        more = {key: action[key] for key in ("ForwardConfig", *_SIGN_IN) if key in action}
        left_out = {*_SIGN_IN, *(("TargetGroupArn",) if "ForwardConfig" in action else ())}
        plain = stock_xml({key: value for key, value in action.items() if key not in left_out})
        return plain.removesuffix("</member>") + _xml(more) + "</member>"

    stock_parse: Callable[..., list[Record]] = alb._parse_actions

    def parse(params: Record, prefix: str = "DefaultActions") -> list[Record]:
        parsed = stock_parse(params, prefix)
        return [
            _completed(action, _weighted(params, f"{prefix}.member.{number}.ForwardConfig."))
            for number, action in enumerate(parsed, 1)
        ]

    alb._parse_actions = parse
    provisioners._elbv2_listener_actions = actions
    alb._action_xml = action_xml


def _weighted(params: Record, prefix: str) -> Record:
    """Return the target groups of a forward in a request, with their weights and stickiness; {} if it has none."""
    groups: list[Record] = []
    while arn := alb._p(params, f"{prefix}TargetGroups.member.{len(groups) + 1}.TargetGroupArn"):
        weight = alb._p(params, f"{prefix}TargetGroups.member.{len(groups) + 1}.Weight", "1")
        groups.append({"TargetGroupArn": arn, "Weight": int(weight)})
    if not groups:
        return {}
    sticky = {"Enabled": alb._p(params, f"{prefix}TargetGroupStickinessConfig.Enabled", "false") == "true"}
    if seconds := alb._p(params, f"{prefix}TargetGroupStickinessConfig.DurationSeconds"):
        sticky |= {"DurationSeconds": int(seconds)}
    return {"ForwardConfig": {"TargetGroups": groups, "TargetGroupStickinessConfig": sticky}}


def _completed(made: Record, action: Record) -> Record:
    for key in _SIGN_IN:
        if key in action:
            made[key] = {name: str(value) for name, value in action[key].items()}
    groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
    if len(groups) >= _TWO:
        sticky = action["ForwardConfig"].get("TargetGroupStickinessConfig") or {"Enabled": False}
        made["ForwardConfig"] = {"TargetGroups": groups, "TargetGroupStickinessConfig": sticky}
    if groups:
        # Elsewhere ministack knows one group of an action: the one that gets most of the requests.
        made["TargetGroupArn"] = max(groups, key=lambda group: int(group.get("Weight", 1)))["TargetGroupArn"]
    return made


def _xml(value: Untyped) -> str:
    if isinstance(value, dict):
        return "".join(f"<{key}>{_xml(inner)}</{key}>" for key, inner in value.items() if key != _NEVER_TOLD)
    if isinstance(value, list):
        return "".join(f"<member>{_xml(inner)}</member>" for inner in value)
    return escape(str(value).lower() if isinstance(value, bool) else str(value))
