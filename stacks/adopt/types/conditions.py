"""Conditions of listener rules, in the spelling of now and in that of provider 2 and earlier (`field`, `values`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.types.allowed import allowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.adopt.types.attributes import Attributes
    from stacks.adopt.types.record import Properties

ALLOWED = allowed(
    "field values",
    host_header=allowed("values regex_values"),
    path_pattern=allowed("values regex_values"),
    http_header=allowed("http_header_name values regex_values"),
    http_request_method=allowed("values"),
    source_ip=allowed("values"),
    query_string=allowed("key value"),
)
FIELDS: Mapping[str, tuple[str, str]] = {
    "host_header": ("host-header", "HostHeaderConfig"),
    "path_pattern": ("path-pattern", "PathPatternConfig"),
    "http_request_method": ("http-request-method", "HttpRequestMethodConfig"),
    "source_ip": ("source-ip", "SourceIpConfig"),
}
"""Fields whose configuration is a list of values: ELB's name, and CloudFormation's of the configuration."""
CONFIGURATIONS: Mapping[str, str] = dict(FIELDS.values())
"""The configuration of each such field."""
EVERY_PATH = frozenset({"*", "/*"})
"""Patterns of all paths."""


def conditions(blocks: list[Attributes]) -> list[Properties]:
    """Return conditions as CloudFormation writes them."""
    return [found for it in blocks for found in _condition(it)]


def _condition(it: Attributes) -> list[Properties]:
    """Return the conditions of one block, which has one field; in older states a field by name."""
    found: list[Properties] = []
    for name, (field, config) in FIELDS.items():
        found += [
            {"Field": field, config: {"Values": each.texts("values"), "RegexValues": each.texts("regex_values")}}
            for each in it.blocks(name)
        ]
        if it.text("field") == field:
            found.append({"Field": field, config: {"Values": it.texts("values")}})
    for each in it.blocks("http_header"):
        config_of = {"HttpHeaderName": each.text("http_header_name"), "Values": each.texts("values")}
        found.append({"Field": "http-header", "HttpHeaderConfig": config_of})
    if pairs := it.blocks("query_string"):
        values = [{"Key": each.text("key"), "Value": each.text("value")} for each in pairs]
        found.append({"Field": "query-string", "QueryStringConfig": {"Values": values}})
    return found
