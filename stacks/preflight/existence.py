"""Whether a resource of a name exists, by the lookup in the record of its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stacks.aws.session import Aws
    from templates.resource_types.record import Lookup


def exists(aws: Aws, lookup: Lookup, values: Sequence[str]) -> bool:
    """Return whether a resource has the name; `values` are those of the properties that form it.

    Raises ClientError, also with a code that means that it does not exist.
    """
    place = {"partition": aws.partition, "region": aws.region, "account": aws.account_id}
    known = place | dict(zip(lookup.properties, values, strict=True))
    plain = _domain if lookup.is_domain else str
    expected = {key: {plain(text.format_map(known)) for text in texts} for key, texts in lookup.matching.items()}
    return any(
        all(plain(item[key]) in texts for key, texts in expected.items())
        and not any(item[key] == value for key, value in lookup.ended.items())
        for item in _items(aws, lookup, known)
    )


def _items(aws: Aws, lookup: Lookup, known: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """Yield the items of all pages; an answer without lists is one item."""
    call = getattr(getattr(aws, lookup.client), lookup.operation)
    arguments = {name: _filled(value, known) for name, value in lookup.parameters.items()}
    while True:
        answer = call(**arguments)
        items = [item for key in lookup.items for item in answer.get(key, ())] if lookup.items else [answer]
        yield from items
        if not items or lookup.pages is None or not (token := answer.get(lookup.pages[0])):
            return
        arguments[lookup.pages[1]] = token


def _filled(value: Any, known: Mapping[str, str]) -> Any:  # noqa: ANN401 - a parameter of any operation
    if isinstance(value, list):
        return [_filled(it, known) for it in value]
    return value.format_map(known) if isinstance(value, str) else value


def _domain(name: str) -> str:
    r"""Return a name for comparison: Route 53 appends a dot, and escapes `*` as `\052`.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
    """
    return name.rstrip(".").replace(r"\052", "*").lower()
