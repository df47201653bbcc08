"""States of version 4, which Terraform has written since 0.12, and OpenTofu always."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.terraform.instances import Instance, Reading


def instances(document: Mapping[str, Any], reading: Reading) -> Iterator[Instance]:
    """Return all instances in the order of the state. Raises UserError where the state is malformed.

    Where instances have different configurations of a provider, OpenTofu writes it with each of them (its
    internal/states/statefile/version4.go).
    """
    for number, described in enumerate(reading.objects("resources", document.get("resources"))):
        where = f"resources[{number}]"
        for index, it in enumerate(reading.objects(f"{where}.instances", described.get("instances"))):
            yield reading.instance(
                where if index == 0 else f"{where}.instances[{index}]",
                described=described,
                module=described.get("module"),
                key=it.get("index_key"),
                provider=described.get("provider") or it.get("provider") or it.get("instance_provider"),
                values=it.get("attributes"),
                is_tainted=it.get("status") == "tainted",
                is_deposed=bool(it.get("deposed")),
            )
