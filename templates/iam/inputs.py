"""Inputs of the roles' stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from templates.values import KeyArn, SecretArn


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What the roles may read. They know repository and log group by name, without waiting for their stacks."""

    cookie_secret_arn: Annotated[SecretArn | None, "Secret with which {program} signs cookies"]
    kms_key_arn: Annotated[KeyArn | None, "Key that encrypts the secrets"]
