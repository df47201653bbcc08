"""Service-linked roles: they exist, as in every account that has been used, until they are deleted.

Afterwards the account is like a new one: ECS makes its role with a cluster, Application Auto Scaling with a scalable
target. ministack gives the roles names that AWS does not use. Lists have only roles that have been made or asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import ecs, iam

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Action, Record, Response

ECS = "ecs.amazonaws.com"
SCALING = "ecs.application-autoscaling.amazonaws.com"
_NAMES = {
    ECS: "AWSServiceRoleForECS",
    SCALING: "AWSServiceRoleForApplicationAutoScaling_ECSService",
    "elasticloadbalancing.amazonaws.com": "AWSServiceRoleForElasticLoadBalancing",
}


def install() -> None:
    """Answer GetRole, CreateServiceLinkedRole and DeleteServiceLinkedRole for them; a cluster makes the role of ECS."""
    for action in ("GetRole", "DeleteServiceLinkedRole"):
        iam._IAM_HANDLERS[action] = _knowing(iam._IAM_HANDLERS[action])
    iam._IAM_HANDLERS["CreateServiceLinkedRole"] = _create(iam._create_service_linked_role)
    put: Callable[[Record], Record] = ecs._put_cluster

    def put_cluster(data: Record) -> Record:
        ensure(ECS)
        return put(data)

    ecs._put_cluster = put_cluster


def ensure(service: str) -> None:
    """Make the role if it does not exist, as the service does on its first call in an account."""
    if not _is_there(_NAMES[service]):
        _make(service)


def _is_there(role: str) -> bool:
    deleted = {task["RoleName"] for task in iam._service_linked_role_deletion_tasks.values()}
    return role in iam._roles or role not in deleted


def _make(service: str) -> None:
    """Make ministack's role, and rename it to AWS's name."""
    iam._create_service_linked_role({"AWSServiceName": [service]})
    stock = f"AWSServiceRoleFor{service.split('.', maxsplit=1)[0].capitalize()}"
    record, name = iam._roles.pop(stock), _NAMES[service]
    iam._roles[name] = record | {"RoleName": name, "Arn": record["Arn"].replace(stock, name)}


def _knowing(stock: Action) -> Action:
    """Return the same action, but make the record of a role that exists when it is first asked for."""
    services = {role: service for service, role in _NAMES.items()}

    def answer(data: Record) -> Response:
        role = _first(data, "RoleName")
        if role in services and role not in iam._roles and _is_there(role):
            _make(services[role])
        return stock(data)

    return answer


def _create(stock: Action) -> Action:
    def answer(data: Record) -> Response:
        service = _first(data, "AWSServiceName")
        role = _NAMES.get(service)
        if role is None:
            return stock(data)
        if _is_there(role):
            text = f"Service role name {role} has been taken in this account, please try a different suffix."
            refused: Response = iam._error(400, "InvalidInput", text)
            return refused
        _make(service)
        inner = f"<CreateServiceLinkedRoleResult><Role>{iam._role_xml(role)}</Role></CreateServiceLinkedRoleResult>"
        made: Response = iam._xml(200, "CreateServiceLinkedRoleResponse", inner)
        return made

    return answer


def _first(data: Record, key: str) -> str:
    value = data.get(key, "")
    return str(value[0] if isinstance(value, list) else value)
