"""Actions of listeners and rules, in both of the provider's spellings; the secret of OpenID Connect is never held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.types.allowed import allowed

if TYPE_CHECKING:
    from stacks.adopt.types.attributes import Attributes
    from stacks.adopt.types.record import Properties

ALLOWED = allowed(
    "type order target_group_arn",
    forward=allowed(target_group=allowed("arn weight"), stickiness=allowed("enabled duration")),
    redirect=allowed("host path port protocol query status_code"),
    fixed_response=allowed("content_type message_body status_code"),
    authenticate_oidc=allowed(
        "authorization_endpoint authentication_request_extra_params client_id issuer on_unauthenticated_request scope "
        "session_cookie_name session_timeout token_endpoint user_info_endpoint"
    ),
    authenticate_cognito=allowed(
        "authentication_request_extra_params on_unauthenticated_request scope session_cookie_name session_timeout "
        "user_pool_arn user_pool_client_id user_pool_domain"
    ),
)


def actions(blocks: list[Attributes]) -> list[Properties]:
    """Return actions as CloudFormation writes them, with their order only where there are several."""
    return [_action(it, has_order=len(blocks) > 1) for it in blocks]


def _action(it: Attributes, *, has_order: bool) -> Properties:
    return {
        "Type": it.text("type"),
        "Order": it.number("order") if has_order else None,
        "TargetGroupArn": it.text("target_group_arn"),
        "ForwardConfig": None if it.text("target_group_arn") else _forward(it.block("forward")),
        "RedirectConfig": _redirect(it.block("redirect")),
        "FixedResponseConfig": {
            "ContentType": it.block("fixed_response").text("content_type"),
            "MessageBody": it.block("fixed_response").text("message_body"),
            "StatusCode": it.block("fixed_response").text("status_code"),
        },
        "AuthenticateOidcConfig": _oidc(it.block("authenticate_oidc")),
        "AuthenticateCognitoConfig": _cognito(it.block("authenticate_cognito")),
    }


def _forward(it: Attributes) -> Properties:
    stickiness = it.block("stickiness")
    return {
        "TargetGroups": [
            {"TargetGroupArn": each.text("arn"), "Weight": each.number("weight")} for each in it.blocks("target_group")
        ],
        "TargetGroupStickinessConfig": {
            "Enabled": stickiness.flag("enabled"),
            "DurationSeconds": stickiness.number("duration") or None,
        },
    }


def _redirect(it: Attributes) -> Properties:
    return {
        "Protocol": it.text("protocol"),
        "Port": it.text("port"),
        "Host": it.text("host"),
        "Path": it.text("path"),
        "Query": it.text("query"),
        "StatusCode": it.text("status_code"),
    }


def _session(it: Attributes) -> Properties:
    return {
        "AuthenticationRequestExtraParams": it.entries("authentication_request_extra_params"),
        "OnUnauthenticatedRequest": it.text("on_unauthenticated_request"),
        "Scope": it.text("scope"),
        "SessionCookieName": it.text("session_cookie_name"),
        "SessionTimeout": it.number("session_timeout"),
    }


def _oidc(it: Attributes) -> Properties:
    return {
        "AuthorizationEndpoint": it.text("authorization_endpoint"),
        "ClientId": it.text("client_id"),
        "Issuer": it.text("issuer"),
        "TokenEndpoint": it.text("token_endpoint"),
        "UserInfoEndpoint": it.text("user_info_endpoint"),
        **_session(it),
    }


def _cognito(it: Attributes) -> Properties:
    return {
        "UserPoolArn": it.text("user_pool_arn"),
        "UserPoolClientId": it.text("user_pool_client_id"),
        "UserPoolDomain": it.text("user_pool_domain"),
        **_session(it),
    }
