"""CloudTrail's event history: LookupEvents of what callers have changed through CloudFormation and ECS.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html. An event has who called, with what,
and a few texts of the request: no template, and no values of parameters. It is there at once; on AWS it takes minutes.
What CloudFormation calls for somebody is not among them.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl
from uuid import uuid4

from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region

from sandbox.extension import json_services
from sandbox.extension.authorisation.principal import principal_of_key
from sandbox.extension.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.extension.untyped import Record, Response, Untyped

_SERVICES = {"cloudformation": "cloudformation.amazonaws.com", "ecs": "ecs.amazonaws.com"}
_READING = ("Describe", "Get", "List", "Detect", "Estimate", "Validate", "Discover")
_TEXTS = frozenset({
    "changeSetName",
    "changeSetType",
    "clientRequestToken",
    "cluster",
    "forceNewDeployment",
    "roleARN",
    "service",
    "stackName",
    "taskDefinition",
})  # fmt: skip
"""What is kept of a request."""
_MOST, _KEPT = 50, 2_000
EVENTS: Untyped = AccountRegionScopedDict()
"""By id, in the order in which they came; the newest `_KEPT` of an account and region."""
_ATTRIBUTES = {"EventName", "EventSource", "Username", "EventId", "AccessKeyId", "ReadOnly", "ResourceName"}


def install() -> None:
    """Note the requests of these services, and answer for them."""
    for service in _SERVICES:
        app.SERVICE_HANDLERS[service] = _noted(service, app.SERVICE_HANDLERS[service])
    json_services.add_actions("cloudtrail", {"LookupEvents": _lookup})
    json_services.keep_stores("cloud_trail_events", events=EVENTS)


def _noted(service: str, stock: Callable[..., Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Untyped) -> Response:
        answer = await stock(method, path, headers, body, query)
        action = iam_actions.extract_iam_action(service, method, path, headers, body, query) or ""
        name = action.partition(":")[2]
        if name and not name.startswith(_READING):
            failed = "" if answer[0] < 400 else "ClientException"  # noqa: PLR2004 - HTTP: what is refused
            _note(service, name, router.extract_access_key_id(headers, query) or "", headers, body, failed)
        return answer

    return handle


def _note(service: str, name: str, key: str, headers: dict[str, str], body: bytes, failed: str) -> None:
    event_id, now = str(uuid4()), time.time()
    identity, parameters = _identity(key), _parameters(body)
    content: Record = {
        "eventVersion": "1.09",
        "userIdentity": identity,
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
        "eventSource": _SERVICES[service],
        "eventName": name,
        "awsRegion": get_region(),
        "sourceIPAddress": "127.0.0.1",
        "userAgent": headers.get("user-agent", ""),
        "requestParameters": parameters,
        "readOnly": False,
        "eventID": event_id,
        "eventType": "AwsApiCall",
        "recipientAccountId": get_account_id(),
        **({"errorCode": failed} if failed else {}),
    }
    stack = parameters.get("stackName")
    event: Record = {
        "EventId": event_id,
        "EventName": name,
        "ReadOnly": "false",
        "AccessKeyId": key,
        "EventTime": int(now),
        "EventSource": _SERVICES[service],
        "Username": identity["arn"].rpartition("/")[2].rpartition(":")[2],
        "Resources": [{"ResourceType": "AWS::CloudFormation::Stack", "ResourceName": stack}] if stack else [],
        "CloudTrailEvent": json.dumps(content),
    }
    EVENTS[event_id] = event
    for old in list(EVENTS)[:-_KEPT]:
        del EVENTS[old]


def _identity(key: str) -> Record:
    found = principal_of_key(key)
    arn = found.arn if found is not None else f"arn:aws:iam::{get_account_id()}:root"
    common = {"arn": arn, "accountId": get_account_id(), "accessKeyId": key}
    if ":assumed-role/" in arn:
        return {"type": "AssumedRole", **common}
    if ":user/" in arn:
        return {"type": "IAMUser", **common, "userName": arn.rpartition("/")[2]}
    return {"type": "Root", **common}


def _parameters(body: bytes) -> Record:
    try:
        given = json.loads(body)
    except ValueError:
        given = dict(parse_qsl(body.decode(errors="replace")))
    named = {name[:1].lower() + name[1:]: value for name, value in given.items()} if isinstance(given, dict) else {}
    return {name: value for name, value in named.items() if name in _TEXTS}


def _lookup(data: Record) -> Record:
    attributes = data.get("LookupAttributes") or []
    if len(attributes) > 1 or any(it["AttributeKey"] not in _ATTRIBUTES for it in attributes):
        raise RefusedError("InvalidLookupAttributesException", "One attribute can be looked up at a time.")
    if not 1 <= data.get("MaxResults", _MOST) <= _MOST:
        raise RefusedError("InvalidMaxResultsException", f"MaxResults is between 1 and {_MOST}.")
    start, end = data.get("StartTime", 0), data.get("EndTime", time.time() + 1)
    if start > end:
        raise RefusedError("InvalidTimeRangeException", "The start time is after the end time.")
    found = [
        event
        for event in reversed(list(EVENTS.values()))
        if start <= event["EventTime"] <= end
        and all(_has(event, it["AttributeKey"], it["AttributeValue"]) for it in attributes)
    ]
    begin, size = int(data.get("NextToken") or 0), data.get("MaxResults", _MOST)
    answer: Record = {"Events": found[begin : begin + size]}
    if begin + size < len(found):
        answer["NextToken"] = str(begin + size)
    return answer


def _has(event: Record, key: str, value: str) -> bool:
    if key == "ResourceName":
        return any(it["ResourceName"] == value for it in event["Resources"])
    return bool(event[key] == value)
