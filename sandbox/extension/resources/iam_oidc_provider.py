"""AWS::IAM::OIDCProvider: an identity provider, one for each URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import iam

from sandbox.extension.errors import handler_error
from sandbox.extension.resources.provisioners import register

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties


def install() -> None:
    """Register the type."""
    register("AWS::IAM::OIDCProvider", create=_create, update=_update, delete=_delete, tagged=True)


def _create(_: str, props: Properties, __: str) -> Made:
    """Create it, unless the account has a provider with this URL."""
    url = props.get("Url", "")
    if not url.startswith("https://"):
        raise handler_error(f"Invalid Open ID Connect Provider URL: {url}", "InvalidRequest", service="Iam", status=400)
    arn = f"arn:aws:iam::{iam.get_account_id()}:oidc-provider/{url.removeprefix('https://').rstrip('/')}"
    if arn in iam._oidc_providers:
        raise handler_error(f"Provider with url {url} already exists.", "AlreadyExists", service="Iam", status=409)
    iam._oidc_providers[arn] = {"Url": url.removeprefix("https://"), "Arn": arn, "CreateDate": iam._now()}
    return _put(arn, props)


def _update(physical_id: str, _: Properties, new: Properties, __: str) -> Made:
    """Update it in place; another URL makes a new provider."""
    if physical_id not in iam._oidc_providers:
        raise handler_error(
            f"OpenIDConnect Provider not found for arn {physical_id}", "NotFound", service="Iam", status=404
        )
    return _put(physical_id, new)


def _put(arn: str, props: Properties) -> Made:
    iam._oidc_providers[arn] |= {
        "ClientIDList": list(props.get("ClientIdList", [])),
        "ThumbprintList": list(props.get("ThumbprintList", [])),
        # The schema says `cloudFormationSystemTags: false`.
        "Tags": [tag for tag in props.get("Tags", []) if not tag["Key"].startswith("aws:")],
    }
    return arn, {"Arn": arn}


def _delete(physical_id: str, _: Properties) -> None:
    iam._oidc_providers.pop(physical_id, None)
