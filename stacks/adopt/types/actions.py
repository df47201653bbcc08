"""Actions of listeners and rules, in both of the provider's spellings; the secret of OpenID Connect is never held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.types.allowed import allowed

if TYPE_CHECKING:
    from stacks.adopt.types.attributes import Attributes
    from stacks.adopt.types.record import Properties

REDIRECT = "protocol port host path query status_code"
FIXED_RESPONSE = "content_type message_body status_code"
SESSION = "on_unauthenticated_request scope session_cookie_name"
OIDC = f"authorization_endpoint client_id issuer token_endpoint user_info_endpoint {SESSION}"
COGNITO = f"user_pool_arn user_pool_client_id user_pool_domain {SESSION}"
ALLOWED = allowed(
    "type order target_group_arn",
    forward=allowed(target_group=allowed("arn weight"), stickiness=allowed("enabled duration")),
    redirect=allowed(REDIRECT),
    fixed_response=allowed(FIXED_RESPONSE),
    authenticate_oidc=allowed(f"authentication_request_extra_params session_timeout {OIDC}"),
    authenticate_cognito=allowed(f"authentication_request_extra_params session_timeout {COGNITO}"),
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
        "RedirectConfig": it.block("redirect").properties(texts=REDIRECT),
        "FixedResponseConfig": it.block("fixed_response").properties(texts=FIXED_RESPONSE),
        "AuthenticateOidcConfig": _sign_in(it.block("authenticate_oidc"), OIDC),
        "AuthenticateCognitoConfig": _sign_in(it.block("authenticate_cognito"), COGNITO),
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


def _sign_in(it: Attributes, texts: str) -> Properties:
    return {
        **it.properties(texts=texts, numbers="session_timeout"),
        "AuthenticationRequestExtraParams": it.entries("authentication_request_extra_params"),
    }
