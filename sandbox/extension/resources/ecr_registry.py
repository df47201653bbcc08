"""What belongs to the whole registry: AWS::ECR::RegistryScanningConfiguration and AWS::ECR::PullThroughCacheRule.

ECR's actions that read and write them are here as well. Nothing is scanned, and no image is pulled through.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ministack.core.responses import AccountRegionScopedDict, get_account_id

from sandbox.extension import json_services
from sandbox.extension.errors import RefusedError, handler_error
from sandbox.extension.resources.provisioners import register

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Properties, Record, Untyped

SCANNING: Untyped = AccountRegionScopedDict()
"""The registry's configuration, under the key "configuration"; without it ECR's default applies."""
RULES: Untyped = AccountRegionScopedDict()
"""Pull-through cache rules by their prefix."""
DEFAULT: Record = {"scanType": "BASIC", "rules": []}


def install() -> None:
    """Register the types and the actions, and keep their stores with the state."""
    scanning, rule = "AWS::ECR::RegistryScanningConfiguration", "AWS::ECR::PullThroughCacheRule"
    register(scanning, create=_create_scanning, update=_update_scanning, delete=_delete_scanning)
    register(rule, create=_create_rule, update=_update_rule, delete=_delete_rule)
    json_services.add_actions(
        "ecr",
        {
            "GetRegistryScanningConfiguration": _get_scanning,
            "PutRegistryScanningConfiguration": _put_scanning,
            "CreatePullThroughCacheRule": _put_rule,
            "DescribePullThroughCacheRules": _describe_rules,
            "DeletePullThroughCacheRule": _remove_rule,
        },
    )
    json_services.keep_stores("ecr_registry", scanning=SCANNING, rules=RULES)


def _create_scanning(_: str, props: Properties, __: str) -> Made:
    rules = [
        {
            "scanFrequency": rule["ScanFrequency"],
            "repositoryFilters": [
                {"filter": it["Filter"], "filterType": it["FilterType"]} for it in rule["RepositoryFilters"]
            ],
        }
        for rule in props["Rules"]
    ]
    _put_scanning({"scanType": props["ScanType"], "rules": rules})
    return get_account_id(), {"RegistryId": get_account_id()}


def _update_scanning(_: str, __: Properties, new: Properties, stack_name: str) -> Made:
    return _create_scanning("", new, stack_name)


def _delete_scanning(_: str, __: Properties) -> None:
    SCANNING.pop("configuration", None)


def _get_scanning(_: Record) -> Record:
    return {
        "registryId": get_account_id(),
        "scanningConfiguration": SCANNING.get("configuration") or DEFAULT,
    }


def _put_scanning(data: Record) -> Record:
    configuration = {"scanType": data.get("scanType", "BASIC"), "rules": data.get("rules", [])}
    SCANNING["configuration"] = configuration
    return {"registryScanningConfiguration": configuration}


def _create_rule(_: str, props: Properties, __: str) -> Made:
    request = {f"{key[0].lower()}{key[1:]}": value for key, value in props.items()}
    try:
        return _put_rule(request)["ecrRepositoryPrefix"], {}
    except RefusedError as error:
        raise handler_error(error.message, "AlreadyExists") from error


def _update_rule(physical_id: str, _: Properties, __: Properties, ___: str) -> Made:
    """Change nothing: each property replaces the rule."""
    return physical_id, {}


def _delete_rule(physical_id: str, _: Properties) -> None:
    RULES.pop(physical_id, None)


def _put_rule(data: Record) -> Record:
    prefix = data.get("ecrRepositoryPrefix", "")
    if prefix in RULES:
        raise RefusedError(
            "PullThroughCacheRuleAlreadyExistsException",
            f"A pull through cache rule with the Amazon ECR repository prefix {prefix} already exists in the registry "
            f"with id '{get_account_id()}'",
        )
    now = int(time.time())
    RULES[prefix] = {**data, "registryId": get_account_id(), "createdAt": now, "updatedAt": now}
    made: Record = RULES[prefix]
    return made


def _describe_rules(data: Record) -> Record:
    prefixes = data.get("ecrRepositoryPrefixes") or list(RULES)
    return {"pullThroughCacheRules": [_rule(prefix) for prefix in prefixes]}


def _remove_rule(data: Record) -> Record:
    found = _rule(data.get("ecrRepositoryPrefix", ""))
    RULES.pop(found["ecrRepositoryPrefix"])
    return found


def _rule(prefix: str) -> Record:
    found: Record | None = RULES.get(prefix)
    if found is None:
        raise RefusedError(
            "PullThroughCacheRuleNotFoundException",
            f"The pull through cache rule with the prefix {prefix} does not exist in the registry",
        )
    return found
