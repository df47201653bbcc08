"""AWS::Logs::QueryDefinition, and the actions of CloudWatch Logs for saved queries."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import uuid4

from ministack.core.responses import AccountRegionScopedDict

from sandbox.extension import json_services
from sandbox.extension.errors import RefusedError
from sandbox.extension.resources.provisioners import register

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties, Record, Untyped

QUERIES: Untyped = AccountRegionScopedDict()


def install() -> None:
    """Register the type, the actions, and what they keep."""
    register("AWS::Logs::QueryDefinition", create=_create, update=_update, delete=_delete)
    json_services.add_actions(
        "logs", {"PutQueryDefinition": _put, "DescribeQueryDefinitions": _describe, "DeleteQueryDefinition": _remove}
    )
    json_services.keep_stores("logs_query_definitions", queries=QUERIES)


def _create(_: str, props: Properties, __: str) -> Made:
    return _made(_request(props))


def _update(physical_id: str, _: Properties, new: Properties, __: str) -> Made:
    return _made({**_request(new), "queryDefinitionId": physical_id})


def _delete(physical_id: str, _: Properties) -> None:
    QUERIES.pop(physical_id, None)


def _request(props: Properties) -> Record:
    names = {"logGroupNames": props["LogGroupNames"]} if props.get("LogGroupNames") else {}
    return {"name": props["Name"], "queryString": props["QueryString"], **names}


def _made(request: Record) -> Made:
    made = _put(request)["queryDefinitionId"]
    return made, {"QueryDefinitionId": made}


def _put(data: Record) -> Record:
    """Replace the query with the given id, or make a new one without an id, for PutQueryDefinition."""
    key = data.get("queryDefinitionId") or str(uuid4())
    if data.get("queryDefinitionId") and key not in QUERIES:
        raise RefusedError("ResourceNotFoundException", f"Query definition {key} does not exist")
    kept: Record = {name: data[name] for name in ("name", "queryString", "logGroupNames") if name in data}
    QUERIES[key] = {**kept, "queryDefinitionId": key, "lastModified": int(time.time() * 1000)}
    return {"queryDefinitionId": key}


def _describe(data: Record) -> Record:
    prefix = data.get("queryDefinitionNamePrefix", "")
    found = sorted(QUERIES.values(), key=lambda it: it["name"])
    return {"queryDefinitions": [it for it in found if it["name"].startswith(prefix)]}


def _remove(data: Record) -> Record:
    if QUERIES.pop(data.get("queryDefinitionId", ""), None) is None:
        raise RefusedError("ResourceNotFoundException", "The query definition does not exist")
    return {"success": True}
