"""`[stack.tags]`: custom tags, with the limits that all services have in common.

Letters, digits, spaces and `_ . : / = + - @`; keys of 1 to 128 characters, values of up to 256; 50 tags for a resource
(Tag Editor, "Tag naming limits and requirements"). The value of a stack's tag cannot be empty (CloudFormation, `Tag`),
`aws:` is reserved in upper and lower case, and for IAM keys that differ in case alone are the same (IAM, "Tags for AWS
Identity and Access Management resources").
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from templates.identity import APPLICATION, OWNERSHIP_TAGS
from templates.section import Allowed, Map

RESERVED = (*OWNERSHIP_TAGS, "Name")
"""Keys of the tags that the templates set; the EC2 console shows `Name`."""
MAX_OWN_TAGS = 50 - len((*RESERVED, APPLICATION))
_TEXT = re.compile(r"[\w .:/=+@-]*")
_LETTERS = "letters, digits, spaces and any of _ . : / = + - @"


def _text(text: str) -> str:
    if not _TEXT.fullmatch(text):
        raise PydanticCustomError("tag", "a tag has {letters}", {"letters": _LETTERS})
    return text


def _key(key: str) -> str:
    if key.lower().startswith("aws:"):
        raise PydanticCustomError("tag", "aws: at the beginning is AWS's own")
    if key.casefold() in {it.casefold() for it in RESERVED}:
        raise PydanticCustomError("tag", "is set by the templates")
    return _text(key)


def _keys_differ(tags: Map[str, str]) -> Map[str, str]:
    known: dict[str, str] = {}
    for key in tags:
        other = known.setdefault(key.casefold(), key)
        if other != key:
            raise PydanticCustomError(
                "tags",
                "{key} and {other} are one key for IAM, which does not tell upper from lower case",
                {"key": key, "other": other},
            )
    return tags


TagKey = Annotated[
    str,
    Field(min_length=1, max_length=128),
    AfterValidator(_key),
    Allowed(f"1 to 128 {_LETTERS}"),
]
TagValue = Annotated[
    str,
    Field(min_length=1, max_length=256),
    AfterValidator(_text),
    Allowed(f"1 to 256 {_LETTERS} in quotes"),
]
TagMap = Annotated[Map[TagKey, TagValue], AfterValidator(_keys_differ)]
