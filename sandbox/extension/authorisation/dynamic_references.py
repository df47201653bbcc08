"""Secrets in templates (`{{resolve:secretsmanager:...}}`) are read with the rights of the operation.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
So are they decrypted, if they have a customer-managed key:
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ministack.services import secretsmanager
from ministack.services.cloudformation import engine

from sandbox.extension.authorisation.principal import ACTING

if TYPE_CHECKING:
    from collections.abc import Callable

_SECRET = re.compile(r"\{\{resolve:secretsmanager:(?P<id>arn:(?:[^:}]*:){5}[^:}]+|[^:}]+)")


def install() -> None:
    """Check the rights before each secret is read."""
    stock: Callable[[str], str] = engine._resolve_dynamic_reference

    def resolve(literal: str) -> str:
        found = _SECRET.match(literal)
        acting = ACTING.get()
        if found and acting:
            _, secret = secretsmanager._resolve(found["id"])
            if secret:
                acting.require("secretsmanager:GetSecretValue", secret["ARN"])
                if key := secret.get("KmsKeyId"):
                    acting.require("kms:Decrypt", key)
        return stock(literal)

    engine._resolve_dynamic_reference = resolve
