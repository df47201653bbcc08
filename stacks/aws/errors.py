"""botocore's errors: what they say, and UserErrors in their place."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore import exceptions
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "DENIED",
    "ClientError",
    "error_code",
    "error_message",
    "is_denied",
    "is_missing_stack",
    "is_throttled",
    "is_unsupported",
    "translate_aws_errors",
]

EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
INVALID = frozenset({
    "AuthFailure",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
})  # fmt: skip
DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation", "403"})
UNSUPPORTED = frozenset({"400", "404", "501", "InvalidAction", "UnknownOperationException"})
"""Codes, or HTTP's where an answer has no body, of an endpoint that is not AWS's and has no such service."""
THROTTLED = frozenset({
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
})  # fmt: skip
LOG_IN = (
    "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; "
    "`aws sts get-caller-identity` shows who you are then."
)


def error_code(error: ClientError) -> str:
    """AWS's code of the error, such as `ValidationError`; an HTTP status where the answer has no body."""
    return str(error.response.get("Error", {}).get("Code", ""))


def error_message(error: ClientError) -> str:
    """AWS's own words."""
    return str(error.response.get("Error", {}).get("Message", "")) or str(error)


def is_missing_stack(error: ClientError) -> bool:
    """Whether the error says that a stack, or a resource of one, does not exist."""
    absent = error_code(error) in {"ValidationError", "StackNotFoundException"}
    return absent and "does not exist" in error_message(error)


def is_unsupported(error: ClientError) -> bool:
    """Whether the endpoint is an emulator without this service or action."""
    return error_code(error) in UNSUPPORTED


def is_denied(error: ClientError) -> bool:
    """Whether the caller lacks the right to make the call."""
    return error_code(error) in DENIED


def is_throttled(error: ClientError) -> bool:
    """Whether the call came too soon after others."""
    return error_code(error) in THROTTLED


@contextmanager
def translate_aws_errors() -> Iterator[None]:
    """Turn botocore's errors into UserError, for the time of the block or of the function that it decorates."""
    try:
        yield
    except ClientError as error:
        raise _refusal(error) from error
    except ResponseParserError as error:
        raise UserError(
            "AWS endpoint", f"it does not answer as AWS does: {_short(error)}", "Is the URL right?", code=Code.ENDPOINT
        ) from error
    except exceptions.BotoCoreError as error:
        raise _failure(error) from error


def _refusal(error: ClientError) -> UserError:
    """Return the UserError for an error with which AWS has answered."""
    called, said, name = error.operation_name, error_message(error), error_code(error)
    if name in EXPIRED:
        return UserError(
            "AWS credentials",
            f"they have expired ({said})",
            "Log in again, then repeat the command.",
            code=Code.CREDENTIALS,
        )
    if name in INVALID:
        return UserError("AWS credentials", f"AWS does not accept them: {said}", LOG_IN, code=Code.CREDENTIALS)
    if name in DENIED:
        action = re.search(r"not authorized to perform: ([\w-]+:\w+)", said)
        allowed = action[1] if action else called
        return UserError(
            f"AWS {called}", f"access denied: {said}", f"The caller must be allowed to {allowed}.", code=Code.DENIED
        )
    if name in THROTTLED:
        why = f"AWS still says that there are too many requests, after several attempts ({name})"
        return UserError(f"AWS {called}", why, "Repeat the command later.", code=Code.THROTTLED)
    if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:  # noqa: PLR2004 - HTTP: server error
        return UserError(
            f"AWS {called}", f"the service itself fails: {said}", "Repeat the command later.", code=Code.AWS
        )
    return UserError(f"AWS {called}", f"{said} ({name})", code=Code.AWS)


def _failure(error: exceptions.BotoCoreError) -> UserError:
    """Return the UserError for a call without an answer, or without credentials."""
    match error:
        case exceptions.NoCredentialsError() | exceptions.PartialCredentialsError():
            return UserError("AWS credentials", _short(error), LOG_IN, code=Code.CREDENTIALS)
        case exceptions.SSOError() | exceptions.TokenRetrievalError() | exceptions.LoginError():
            return UserError("AWS credentials", _short(error), "Log in again: aws sso login", code=Code.CREDENTIALS)
        case exceptions.CredentialRetrievalError() | exceptions.MetadataRetrievalError():
            return UserError("AWS credentials", _short(error), LOG_IN, code=Code.CREDENTIALS)
        case exceptions.ProfileNotFound() | exceptions.ConfigParseError() | exceptions.ConfigNotFound():
            return UserError(
                "AWS configuration",
                _short(error),
                "`aws configure list-profiles` lists the profiles.",
                code=Code.CREDENTIALS,
            )
        case exceptions.HTTPClientError() | exceptions.ConnectionError():
            return UserError(
                "AWS endpoint",
                _short(error),
                "Look at the network, AWS_ENDPOINT_URL and [aws] endpoint.",
                code=Code.ENDPOINT,
            )
        case _:
            return UserError("AWS", _short(error), code=Code.AWS)


def _short(error: Exception) -> str:
    """Return the error on one line."""
    return " ".join(str(error).split())[:300]
