"""Who has started what, by CloudTrail's event history: 90 days of a Region, some minutes late.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_message, is_denied, is_throttled, is_unsupported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stacks.aws.session import Aws

KEPT = dt.timedelta(days=90)
"""How long CloudTrail keeps its event history."""
OF_EXECUTION = frozenset({"ExecuteChangeSet"})
OF_STACKS = OF_EXECUTION | frozenset({"UpdateStack", "CreateStack", "ContinueUpdateRollback", "RollbackStack"})
OF_DELETIONS, OF_SERVICES = frozenset({"DeleteStack"}), frozenset({"UpdateService"})
"""What begins an operation on a stack, deletes one, or begins a deployment of a service without a stack."""
NAMES = (*OF_EXECUTION, "DeleteStack", "UpdateService", *sorted(OF_STACKS - OF_EXECUTION))
"""All of them, most frequent first: each is a look-up of its own."""
PAUSE = 0.5
"""Seconds between two look-ups: two a second are allowed in an account and Region."""
PAGES = 6
"""Pages of 50 events that are read for one name at most."""
EARLY, LATE = dt.timedelta(minutes=2), dt.timedelta(seconds=30)
"""How long before an operation's first event its call may be, and how long after: clocks differ, and CloudTrail counts
whole seconds."""
SINGLE_SIGN_ON = "AWSReservedSSO_"
"""How the roles of IAM Identity Center begin:
https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html"""
TOOLS = (
    ("aws-cli/", "AWS CLI"),
    ("aws-sdk-", "an AWS SDK"),
    ("terraform", "Terraform"),
    ("cloudformation.amazonaws.com", "CloudFormation"),
    ("signin.amazonaws.com", "the console"),
    ("mozilla/", "the console"),
    ("boto3/", "boto3"),
)
"""How user agents begin, or what is in them, and what they belong to."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call that has begun something; `stack` is the name or the id of the stack, or the name of the service."""

    at: dt.datetime
    name: str
    stack: str
    token: str
    who: str
    tool: str


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Something that began: on the stack or the service of this name, by one of these calls, marked with a token."""

    at: dt.datetime
    name: str
    names: frozenset[str]
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class Calls:
    """Calls that were found; `note` says why some are missing, or is ""."""

    found: tuple[Call, ...] = ()
    note: str = ""

    def began(self, it: Begun) -> Call | None:
        """Return the call that has begun it; None where it is not among these."""
        return _began(it, self.found)


def read_calls(aws: Aws, begun: Sequence[Begun]) -> Calls:
    """Return who has begun these; the look-up ends where all have been found, and leaves out what is too old."""
    now = dt.datetime.now(dt.UTC)
    recent = [it for it in begun if it.at > now - KEPT]
    if not recent:
        return Calls()
    start = min(it.at for it in recent) - EARLY
    found: list[Call] = []
    try:
        for number, name in enumerate(NAMES):
            if any(name in it.names and _began(it, found) is None for it in recent):
                found += _look_up(aws, name, start, pause=number > 0)
    except ClientError as error:
        if is_denied(error):
            return Calls(note=f"Who deployed is not known, because CloudTrail may not be read: {error_message(error)}")
        if is_throttled(error) or is_unsupported(error):
            return Calls(found=tuple(found), note=f"Not everybody is known: CloudTrail: {error_message(error)}")
        raise
    return Calls(found=tuple(found))


def _began(it: Begun, calls: Iterable[Call]) -> Call | None:
    """Return the call with its token, else the nearest one that fits."""
    fitting = [call for call in calls if call.name in it.names]
    marked = next((call for call in fitting if it.token and call.token == it.token), None)
    near = [call for call in fitting if _is_of(call.stack, it.name) and it.at - EARLY <= call.at <= it.at + LATE]
    return marked or min(near, key=lambda call: abs(call.at - it.at), default=None)


def _look_up(aws: Aws, name: str, start: dt.datetime, *, pause: bool) -> Iterator[Call]:
    request: dict[str, Any] = {
        "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": name}],
        "StartTime": start,
    }
    for page in range(PAGES):
        if (page or pause) and not _is_local(aws):
            time.sleep(PAUSE)
        answer = aws.cloudtrail.lookup_events(**request)
        for event in answer["Events"]:
            if (call := read_call(event)) is not None:
                yield call
        if not (token := answer.get("NextToken")):
            return
        request["NextToken"] = token


def _is_local(aws: Aws) -> bool:
    """Whether it is an emulator, without AWS's limits."""
    return aws.endpoint_url is not None and "://127.0.0.1" in aws.endpoint_url


def read_call(event: Any) -> Call | None:  # noqa: ANN401 - the types of CloudTrail are no dependency
    """Return the call that an event of LookupEvents records; None where it was refused, or cannot be read."""
    try:
        content: dict[str, Any] = json.loads(event["CloudTrailEvent"])
    except (KeyError, ValueError):
        return None
    if content.get("errorCode"):
        return None
    asked = content.get("requestParameters") or {}
    return Call(
        at=event["EventTime"],
        name=event["EventName"],
        stack=str(asked.get("stackName") or asked.get("service") or asked.get("changeSetName") or ""),
        token=str(asked.get("clientRequestToken") or ""),
        who=_who(content.get("userIdentity") or {}) or event.get("Username", ""),
        tool=_tool(str(content.get("userAgent") or "")),
    )


def _who(identity: dict[str, Any]) -> str:
    """Return `alice` for a user, `role/session` for a role, `root` for the account's own.

    The session of IAM Identity Center alone says who it is; its role is a permission set.
    """
    arn = str(identity.get("arn", ""))
    match identity.get("type"):
        case "Root":
            return "root"
        case "AssumedRole" if "/" in arn:
            role, _, name = arn.partition("/")[2].partition("/")
            return name if role.startswith(SINGLE_SIGN_ON) and name else f"{role}/{name}".rstrip("/")
        case _:
            return str(identity.get("userName") or arn.rpartition("/")[2] or identity.get("invokedBy", ""))


def _tool(agent: str) -> str:
    text = agent.lower()
    return next((name for sign, name in TOOLS if sign in text), "")


def _is_of(stack: str, name: str) -> bool:
    """Whether a stack's name, id, or that of one of its change sets, is of the stack of this name."""
    return stack == name or f"/{name}/" in stack
