"""The resources on which AWS decides: each call's pattern, filled with the properties of a resource."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from sandbox.extension import template_urls
from sandbox.extension.authorisation.calls import CALLS
from sandbox.extension.untyped import Properties, Untyped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.authorisation.calls import Calls

_GLOBAL = ("iam",)
_BRACES = re.compile(r"\{([\w.]+)\}")
_NOTHING: tuple[Untyped, ...] = (None, "", False, "false", [], {})
_NAMED_BY = ("Key", "PolicyName", "ScheduledActionName", "Endpoint")
_ID = "0a1b"
"""Stands in an ARN for an id that the service assigns to a new resource."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A resource before one of its steps; `before` are its properties before an update."""

    resource_type: str
    properties: Properties
    stack_name: str
    logical_id: str
    physical_id: str = ""
    before: Properties | None = None

    @property
    def calls(self) -> Calls | None:
        """The list's entry for its type; None if it has none."""
        return CALLS.get(self.resource_type)

    @property
    def name(self) -> str:
        """The physical id, else the name in its properties, else the name that CloudFormation will generate."""
        calls = self.calls
        if self.physical_id or calls is None:
            return self.physical_id
        if calls.name and (named := self.properties.get(calls.name)):
            return str(named)
        made: str = provisioners._physical_name(
            self.stack_name, self.logical_id, lowercase=calls.lower, max_len=calls.longest
        )
        return f"{self.logical_id}-{made.rpartition('-')[2]}" if calls.short else made

    @property
    def tags(self) -> dict[str, str]:
        """The tags of the resource, or those with which it will be created."""
        found: dict[str, str] = provisioners._tag_map((self.before or self.properties).get("Tags"))
        return found

    def concerns(self, where: str) -> bool:
        """Whether the list's condition holds: `P`, `P.Q`, `P~TEXT`, or `-P` for what an update removes."""
        if where.startswith("-"):
            return self.before is not None and bool(
                _parts(self.before.get(where[1:])) - _parts(self.properties.get(where[1:]))
            )
        path, _, text = where.partition("~")
        found = [value for value in values(self.properties, path) if value not in _NOTHING]
        return any(text in str(value) for value in found)

    def arns(self, service: str, on: str) -> Iterator[str]:
        """Yield the ARNs on which AWS decides."""
        if on == "*":
            yield on
            return
        words = _BRACES.findall(on)
        for chosen in product(*(self._texts(word) for word in words)):
            yield _arn(service, on, words, chosen)

    def _texts(self, word: str) -> list[str]:
        match word:
            case "id":
                text = self.name
            case "account":
                text = str(get_account_id())
            case "scaled":
                text = str(self.properties.get("ScalingTargetId", "")).partition("|")[0]
            case "listener":
                text = self.physical_id or self._below("LoadBalancerArn", ":loadbalancer/", ":listener/")
            case "rule":
                text = self.physical_id or self._below("ListenerArn", ":listener/", ":listener-rule/")
            case "filter":
                name, _, rest = self.name.partition("|")
                text = f"regional/webacl/{name}/{rest.partition('|')[0] or _ID}"
            case "template":
                text = template_arn(self.properties["TemplateURL"])
            case "key":
                text = str(self.properties.get("TargetKeyId", _ID))
            case _:
                found = [str(value) for value in values(self.properties, word) if value not in _NOTHING]
                return found or [_ID]
        return [text]

    def _below(self, name: str, kind: str, own: str) -> str:
        return f"{str(self.properties.get(name, '')).replace(kind, own)}/{_ID}"


def template_arn(url: str) -> str:
    """Return the ARN of the object that a TemplateURL names."""
    return f"arn:aws:s3:::{template_urls.path_style(url).split('/', 3)[3]}"


def values(properties: Untyped, path: str) -> Iterator[Any]:
    """Yield the values at a path such as `Rules.Statement`, from each element of a list."""
    if isinstance(properties, list):
        for element in properties:
            yield from values(element, path)
    elif not path:
        yield properties
    elif isinstance(properties, dict):
        name, _, rest = path.partition(".")
        if name in properties:
            yield from values(properties[name], rest)


def _parts(value: Untyped) -> set[str]:
    """Return the parts of a property: the keys of tags, the names of inline policies, or one for the whole."""
    if value in _NOTHING:
        return set()
    if not isinstance(value, list):
        return {"it"}
    return {_identity(it) for it in value}


def _identity(element: Untyped) -> str:
    if isinstance(element, dict):
        return next((str(element[name]) for name in _NAMED_BY if name in element), json.dumps(element, sort_keys=True))
    return str(element)


def _arn(service: str, on: str, words: list[str], chosen: tuple[str, ...]) -> str:
    """Return the ARN for a pattern. A value that is an ARN is the result if it is the id or the whole pattern.

    Of other ARNs, and of an id that is a URL, such as a queue's, the last part stands in the pattern.
    """
    if on.startswith("{") and len(words) == 1 and chosen[0].startswith("arn:"):
        return chosen[0]
    for word, text in zip(words, chosen, strict=True):
        if word == "id" and text.startswith("arn:"):
            return text
    texts = iter(text.rpartition("/")[2] if text.startswith(("arn:", "http")) else text for text in chosen)
    filled = _BRACES.sub(lambda _: next(texts), on)
    if filled.startswith("arn:"):
        return filled
    region = "" if service in _GLOBAL else get_region()
    kind = "key/" if service == "kms" and "/" not in filled else ""
    return f"arn:aws:{service}:{region}:{get_account_id()}:{kind}{filled}"
