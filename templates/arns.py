"""ARNs that settings name: of secrets, of parameters of Systems Manager, of KMS keys and of IAM policies.

An ARN of Secrets Manager ends in a hyphen and six characters, which it adds to the name. Without them a call finds the
secret, and the statement of a policy does not: it allows to read nothing
(https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from templates.section import Allowed

LETTERS = "[A-Za-z0-9/_+=.@!-]"
"""Of a secret's name; AWS's services put a ! into the names of those that they manage (`rds!db-...`)."""
_ARN = r"arn:aws[a-z-]*"
_PLACE = r"[a-z0-9-]+:[0-9]{12}"
_SECRET = rf"{_PLACE}:secret:{LETTERS}{{1,512}}-[A-Za-z0-9]{{6}}"
_PART = r"(?::[!-9;-~]*:(?:[!-9;-~]*:|:[!-9;-~]*))?"
"""A key of its JSON, and a stage or a version: never both."""
_PARAMETER = rf"{_PLACE}:parameter(?:/[A-Za-z0-9_.-]+){{1,15}}"
"""Of a parameter `/team/db` the ARN has one slash there, as of `team/db`."""
KEY_ARN = rf"{_ARN}:kms:{_PLACE}:key/[A-Za-z0-9-]{{1,64}}"
WORDS = (
    "the whole ARN of a secret in Secrets Manager, as `aws secretsmanager describe-secret` prints it: with the hyphen "
    "and the six characters that are added to its name"
)

SecretArn = Annotated[
    str,
    Field(max_length=2048, pattern=rf"^{_ARN}:secretsmanager:{_SECRET}$"),
    Allowed(WORDS),
]
"""A secret as a whole."""
SecretReference = Annotated[
    str,
    Field(max_length=2048, pattern=rf"^{_ARN}:(?:secretsmanager:{_SECRET}{_PART}|ssm:{_PARAMETER})$"),
    Allowed(f"{WORDS}; with :JSON-KEY:STAGE: or :JSON-KEY::VERSION after it or not; or the ARN of a parameter of SSM"),
]
"""A secret, or a part of it (`:password::`), or a parameter of Systems Manager, which is read as a whole.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
"""
KeyArn = Annotated[str, Field(pattern=rf"^{KEY_ARN}$"), Allowed("the ARN of a KMS key")]
PolicyArn = Annotated[
    str,
    Field(max_length=2048, pattern=r"^arn:aws[a-z-]*:iam::(?:aws|[0-9]{12}):policy/[A-Za-z0-9+=,.@_/-]{1,512}$"),
    Allowed('the ARN of a policy in quotes, such as "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"'),
]


def is_parameter(reference: str) -> bool:
    """Whether this is a parameter of Systems Manager, and not a secret."""
    return reference.split(":")[2] == "ssm"


def reference_arn(reference: str) -> str:
    """Return the ARN of the secret or parameter, without the key, stage or version that is read."""
    return ":".join(reference.split(":")[:7])
