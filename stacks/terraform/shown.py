"""The output of `terraform show -json`: https://developer.hashicorp.com/terraform/internals/json-format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.terraform.instances import Instance, Reading


def instances(document: Mapping[str, Any], reading: Reading) -> Iterator[Instance]:
    """Return all instances, those of a module before those of its modules. Raises UserError."""
    values = document.get("values")
    root = values.get("root_module") if isinstance(values, dict) else None
    if values is not None and not isinstance(root, dict):
        raise reading.malformed("values.root_module", "is no object")
    if root:
        yield from _within(root, "values.root_module", reading)


def _within(module: Mapping[str, Any], where: str, reading: Reading) -> Iterator[Instance]:
    for number, described in enumerate(reading.objects(f"{where}.resources", module.get("resources"))):
        yield reading.instance(
            f"{where}.resources[{number}]",
            described={**described, "provider": described.get("provider_name")},
            module=module.get("address"),
            key=described.get("index"),
            provider=described.get("provider_name"),
            values=described.get("values"),
            is_tainted=described.get("tainted") is True,
            is_deposed=bool(described.get("deposed_key")),
        )
    for number, child in enumerate(reading.objects(f"{where}.child_modules", module.get("child_modules"))):
        inside = f"{where}.child_modules[{number}]"
        if not child.get("address"):
            raise reading.malformed(f"{inside}.address", "is missing")
        yield from _within(child, inside, reading)
