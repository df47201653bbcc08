"""Saved queries of CloudWatch Logs Insights: found by their names, and run to their end."""

from __future__ import annotations

import difflib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code, error_message, is_denied
from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from types_boto3_logs.type_defs import GetQueryResultsResponseTypeDef

    from stacks.aws.session import Aws
    from stacks.logs.source import Source
    from stacks.settings import Settings

TYPE = "AWS::Logs::QueryDefinition"
ENDED_WELL, UNDER_WAY = "Complete", frozenset({"Scheduled", "Running", "Unknown"})
"""Statuses of a query; the others are Failed, Timeout and Cancelled:
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html"""
FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.2, 3.0, 1.6
"""Seconds between two looks at a query: the first, the longest, and the factor."""
POINTER = "@ptr"
"""The field that each event of a result has besides those that were asked for."""
MANY = 1000
"""Definitions that DescribeQueryDefinitions returns at most in a page."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """A saved query; `name` is its name in the environment, such as `latest errors`."""

    name: str
    text: str
    groups: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a query has found: the fields of each row, by their names, in the order in which they were asked for."""

    query: Query
    rows: tuple[Mapping[str, str], ...] = ()
    scanned: int = 0
    matched: int = 0
    scanned_bytes: int = 0
    columns: tuple[str, ...] = field(default=())


def find_query(aws: Aws, settings: Settings, source: Source, name: str) -> Query:
    """Return the query of this name: the one that is deployed, else that of the application's profile.

    Names are compared without capitals, `-` and `_`. Raises UserError, with all names, where there is none.
    """
    own = [Query(name=it.name, text=it.text, groups=(source.group,)) for it in settings.identity.profile.queries]
    known = list({it.name: it for it in (*own, *_deployed(aws, settings, source))}.values())
    wanted = _plain(name)
    for it in known:
        if _plain(it.name) == wanted:
            return it
    names = [it.name for it in known]
    close = difflib.get_close_matches(wanted, [_plain(it) for it in names], n=1)
    hint = next((f'; did you mean "{it}"?' for it in names if close and _plain(it) == close[0]), "")
    there = ", ".join(f'"{it}"' for it in names)
    raise UserError(f"--query {name}", f"there is no saved query of this name{hint}", f"There are {there}.")


def run_query(
    aws: Aws, query: Query, start: int, end: int, *, limit: int | None = None, on_progress: Callable[[str], None]
) -> Result:
    """Run a query over a time, in milliseconds since 1970, and return what it finds.

    It is stopped at AWS where this is interrupted. Raises UserError where it fails, botocore's ClientError for others.
    """
    request: dict[str, Any] = {
        "logGroupNames": list(query.groups),
        "startTime": start // 1000,
        "endTime": end // 1000,
        "queryString": query.text,
    }
    if limit is not None:
        request["limit"] = limit
    try:
        query_id = aws.logs.start_query(**request)["queryId"]
    except ClientError as error:
        if error_code(error) in {"MalformedQueryException", "LimitExceededException", "InvalidParameterException"}:
            raise UserError(f"query {query.name}", error_message(error), code=Code.AWS) from error
        raise
    is_over = False
    try:
        answer = _await(aws, query, query_id, on_progress)
        is_over = True
    finally:
        if not is_over:
            _stop(aws, query_id)
    return _result(query, _pages(aws, query_id, answer))


def _await(aws: Aws, query: Query, query_id: str, on_progress: Callable[[str], None]) -> GetQueryResultsResponseTypeDef:
    pause, said = FIRST_PAUSE, ""
    while True:
        answer = aws.logs.get_query_results(queryId=query_id)
        status = answer["status"]
        if status == ENDED_WELL:
            return answer
        if status not in UNDER_WAY:
            then = {"Timeout": "Queries end after 60 minutes: ask for a shorter time, with --since and --until."}
            why = f"CloudWatch Logs says {status}"
            raise UserError(f"query {query.name}", why, then.get(status, "Repeat the command."), code=Code.AWS)
        scanned = int(answer.get("statistics", {}).get("recordsScanned", 0))
        now = f"{query.name}: {status.lower()}, {scanned:,} events scanned"
        if now != said and pause > FIRST_PAUSE:
            on_progress(now)
            said = now
        time.sleep(pause)
        pause = min(pause * GROWTH, LONGEST_PAUSE)


def _pages(aws: Aws, query_id: str, answer: GetQueryResultsResponseTypeDef) -> Iterator[GetQueryResultsResponseTypeDef]:
    """Yield all pages of a result, of 10,000 rows each."""
    yield answer
    while token := answer.get("nextToken"):
        answer = aws.logs.get_query_results(queryId=query_id, nextToken=token)
        yield answer


def _result(query: Query, pages: Iterator[GetQueryResultsResponseTypeDef]) -> Result:
    answers = list(pages)
    rows = tuple(
        {it["field"]: it.get("value", "") for it in row if it["field"] != POINTER}
        for answer in answers
        for row in answer["results"]
    )
    statistics = answers[0].get("statistics", {})
    return Result(
        query=query,
        rows=rows,
        scanned=int(statistics.get("recordsScanned", 0)),
        matched=int(statistics.get("recordsMatched", 0)),
        scanned_bytes=int(statistics.get("bytesScanned", 0)),
        columns=tuple(dict.fromkeys(name for row in rows for name in row)),
    )


def _stop(aws: Aws, query_id: str) -> None:
    """Stop a query that nobody waits for; one that has ended meanwhile stays as it is."""
    try:
        aws.logs.stop_query(queryId=query_id)
    except ClientError as error:
        if error_code(error) != "InvalidParameterException" and not is_denied(error):
            raise


def _deployed(aws: Aws, settings: Settings, source: Source) -> tuple[Query, ...]:
    """Return the queries in the environment's folder; none where the caller may not list them."""
    folder = f"{settings.identity.stem}/"
    try:
        found = aws.logs.describe_query_definitions(queryDefinitionNamePrefix=folder, maxResults=MANY)
    except ClientError as error:
        if is_denied(error):
            return ()
        raise
    return tuple(
        Query(
            name=it["name"].removeprefix(folder),
            text=it["queryString"],
            groups=tuple(it.get("logGroupNames", ())) or (source.group,),
        )
        for it in found["queryDefinitions"]
    )


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name).strip().casefold()
