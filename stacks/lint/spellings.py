"""What a string in a template can be, by its template alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.rendered.expressions import plain, texts
from stacks.rendered.names import NO_VALUE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.rendered.expressions import Json, Reference

UNKNOWN = "${}"
"""Stands for what only a deployment knows."""


def spellings(value: Json, parameters: Mapping[str, Json]) -> frozenset[str]:
    """Return every string that a value can become: of a list each item's, of a condition both branches'.

    A parameter is its default; the partition is `aws`; what cannot be known is `UNKNOWN`, also as a part of a string.
    """

    def known(reference: Reference) -> Iterator[str]:
        match reference.name, parameters.get(reference.name):
            case "AWS::Partition", _:
                yield "aws"
            case _, {"Default": default} if not reference.attribute:
                yield plain(default)
            case name, _ if name != NO_VALUE:
                yield UNKNOWN

    return frozenset(texts(value, known, UNKNOWN))
