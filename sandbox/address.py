"""The address of a running sandbox, and the credentials that choose an account in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

DEFAULT_ACCOUNT = "123456789012"


@dataclass(frozen=True, kw_only=True)
class Address:
    """A running sandbox, seen as one account in one region.

    The access key id is the account id: each key id of 12 digits is an account with a state of its own.
    """

    endpoint_url: str
    region: str
    account_id: str = DEFAULT_ACCOUNT
    secret_access_key: str = "sandbox"  # noqa: S105 - nothing checks it: the sandbox listens on loopback only

    @property
    def access_key_id(self) -> str:
        """The key id that requests are signed with."""
        return self.account_id

    def as_account(self, account_id: str) -> Address:
        """Return the same sandbox as another account (12 digits)."""
        return replace(self, account_id=account_id)

    def environment(self) -> dict[str, str]:
        """Return the environment variables that point the AWS CLI and boto3 at this sandbox."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_DEFAULT_REGION": self.region,
        }
