"""Whether AWS has something under a name, asked as the record of its type says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stacks.aws.session import Aws
    from templates.resource_types.record import Lookup


def exists(aws: Aws, lookup: Lookup, values: Sequence[str]) -> bool:
    """Return whether something has a name; `values` are those of the properties that make it up.

    Raises ClientError, also with one of the codes that mean that there is none.
    """
    place = {"partition": aws.partition, "region": aws.region, "account": aws.account_id}
    known = place | dict(zip(lookup.properties, values, strict=True))
    plain = _domain if lookup.is_domain else str
    wanted = {key: {plain(text.format_map(known)) for text in texts} for key, texts in lookup.matching.items()}
    return any(
        all(plain(item[key]) in texts for key, texts in wanted.items())
        and not any(item[key] == value for key, value in lookup.ended.items())
        for item in _items(aws, lookup, known)
    )


def _items(aws: Aws, lookup: Lookup, known: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """Yield what the answers list, page by page; an answer without lists is listed itself."""
    ask = getattr(getattr(aws, lookup.client), lookup.operation)
    wanted = {name: _filled(value, known) for name, value in lookup.parameters.items()}
    while True:
        answer = ask(**wanted)
        items = [item for key in lookup.items for item in answer.get(key, ())] if lookup.items else [answer]
        yield from items
        if not items or lookup.pages is None or not (token := answer.get(lookup.pages[0])):
            return
        wanted[lookup.pages[1]] = token


def _filled(value: Any, known: Mapping[str, str]) -> Any:  # noqa: ANN401 - a parameter of any operation
    if isinstance(value, list):
        return [_filled(it, known) for it in value]
    return value.format_map(known) if isinstance(value, str) else value


def _domain(name: str) -> str:
    r"""Return a name as it compares: Route 53 ends it with a dot, and writes a wildcard's star `\052`.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
    """
    return name.rstrip(".").replace(r"\052", "*").lower()
