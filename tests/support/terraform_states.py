"""States as Terraform writes them, built from resources; `terraform_preto2.Preto2` is that of a whole project."""

from __future__ import annotations

import json
from typing import Any

AWS = 'provider["registry.terraform.io/hashicorp/aws"]'
OPENTOFU_AWS = 'provider["registry.opentofu.org/hashicorp/aws"]'
LINEAGE = "3f1c2b74-5a0e-4d6b-9b21-0c8a5f7e6d10"


def resource(
    address: str,
    attributes: dict[str, Any] | None = None,
    *,
    provider: str = AWS,
    key: float | str | None = None,
    status: str = "",
    schema_version: int = 0,
) -> dict[str, Any]:
    """Return a resource with one instance; `address` is without its key: `module.ecs.aws_ecs_service.this`.

    `add_instance` makes more of it.
    """
    parts = address.split(".")
    type_, name = parts[-2:]
    is_data = len(parts) > 2 and parts[-3] == "data"
    module = ".".join(parts[: -3 if is_data else -2])
    described: dict[str, Any] = {"module": module} if module else {}
    described |= {"mode": "data" if is_data else "managed", "type": type_, "name": name, "provider": provider}
    described["instances"] = []
    return add_instance(described, attributes, key=key, status=status, schema_version=schema_version)


def address_of(described: dict[str, Any]) -> str:
    """Return the address of a resource, without a key."""
    kind = "data." if described["mode"] == "data" else ""
    return ".".join(
        part for part in (described.get("module"), f"{kind}{described['type']}.{described['name']}") if part
    )


def add_instance(
    described: dict[str, Any],
    attributes: dict[str, Any] | None = None,
    *,
    key: float | str | None = None,
    status: str = "",
    deposed: str = "",
    schema_version: int = 0,
) -> dict[str, Any]:
    """Add an instance to a resource, and return the resource."""
    it: dict[str, Any] = {} if key is None else {"index_key": key}
    it |= {"status": status} if status else {}
    it |= {"deposed": deposed} if deposed else {}
    it |= {"schema_version": schema_version, "attributes": attributes or {}, "sensitive_attributes": []}
    described["instances"].append(it)
    return described


def state(*resources: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return a state of version 4 with these resources; `changed` are other values of its outermost object."""
    return {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 7,
        "lineage": LINEAGE,
        "outputs": {},
        "resources": list(resources),
        "check_results": None,
    } | changed


def written(document: dict[str, Any]) -> bytes:
    """Return its text, as Terraform writes it."""
    return json.dumps(document, indent=2).encode() + b"\n"
