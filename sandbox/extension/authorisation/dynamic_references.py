"""A secret that a template names (`{{resolve:secretsmanager:...}}`) is read as who the operation acts as.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
One with a key of the account is decrypted as the same:
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
    """Look at each secret before it is read."""
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
