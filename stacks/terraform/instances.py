"""One instance of a resource, as both forms of a state describe it, with no attribute that is not allowed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from stacks.terraform.addresses import is_module, is_name, provider_source, resource_address
from stacks.terraform.documents import cleaned, malformed
from stacks.terraform.state import Resource

Attributes = Collection[str] | Mapping[str, Callable[[Any], Any]]
"""Names of attributes; in a mapping, each with the function that makes of its value what may be held."""
Allowed = Mapping[str, Attributes] | Callable[[str], Attributes]
"""The attributes that may be held, by Terraform's type of the resource; none of a type that is not in it."""


@dataclass(frozen=True, kw_only=True)
class Instance:
    """A resource, and what Terraform is going to do with it."""

    resource: Resource
    is_tainted: bool
    """Whether it is going to be replaced."""
    is_deposed: bool
    """Whether it is what a replacement has left to be deleted: the resource of that address is another one."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What is read, by its name for messages, and what may be held of it."""

    source: str
    allowed: Allowed

    def instance(  # noqa: PLR0913 - what an address is made of
        self,
        where: str,
        *,
        described: Mapping[str, Any],
        module: object,
        key: object,
        provider: object,
        values: object,
        is_tainted: bool,
        is_deposed: bool,
    ) -> Instance:
        """Return an instance; `described` has its mode, type and name. Raises UserError where one of them is none."""
        mode, type_, name = (described.get(it) for it in ("mode", "type", "name"))
        source = provider_source(provider)
        wrong = {
            "mode": mode not in ("managed", "data"),
            "type": not is_name(type_),
            "name": not is_name(name),
            "provider": source is None,
        }
        if found := next((it for it, is_wrong in wrong.items() if is_wrong), None):
            raise self.malformed(f"{where}.{found}", "is missing" if described.get(found) is None else "is none")
        if module and not is_module(module):
            raise self.malformed(f"{where}.module", "is no address of a module")
        is_data, address_key = mode == "data", self._key(where, key)
        address = resource_address(
            module=str(module or ""), type=str(type_), name=str(name), key=address_key, is_data=is_data
        )
        resource = Resource(
            address=address,
            type=str(type_),
            name=str(name),
            module=str(module or ""),
            provider=str(source),
            is_data=is_data,
            attributes={} if is_deposed else self._picked(address, str(type_), values),
        )
        return Instance(resource=resource, is_tainted=is_tainted, is_deposed=is_deposed)

    def malformed(self, where: str, why: str) -> Exception:
        """Return the error for something wrong at a place of the state."""
        return malformed(self.source, where, why)

    def objects(self, where: str, value: object) -> list[dict[str, Any]]:
        """Return a list of objects; nothing is an empty one. Raises UserError."""
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(it, dict) for it in value):
            raise self.malformed(where, "is no list of objects")
        return value

    def _key(self, where: str, key: object) -> int | str | None:
        """Return an index or a key of `for_each`; a whole number may be written with a fraction."""
        if isinstance(key, float) and key.is_integer():
            key = int(key)
        if key is None or isinstance(key, str) or (isinstance(key, int) and not isinstance(key, bool)):
            return cleaned(key)  # type: ignore[no-any-return]  # of the same type
        raise self.malformed(f"{where}.index_key", "is neither a number nor text")

    def _picked(self, address: str, type_: str, values: object) -> dict[str, Any]:
        """Return the allowed attributes that an instance has, apart from null ones."""
        wanted = self.allowed(type_) if callable(self.allowed) else self.allowed.get(type_, ())
        if not wanted:
            return {}
        if not isinstance(values, dict):
            raise self.malformed(address, "has no attributes that can be read")
        found = {name: cleaned(values[name]) for name in sorted(wanted) if values.get(name) is not None}
        return {name: wanted[name](value) for name, value in found.items()} if isinstance(wanted, Mapping) else found
