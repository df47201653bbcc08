"""The service-linked roles of ECS and Application Auto Scaling, which the first service needs at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_denied
from stacks.errors import UserError
from stacks.request.parameters import AUTOSCALING_ENABLED, IMAGE_TAG

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.aws.session import Aws
    from stacks.settings import Settings

ECS = ("ecs.amazonaws.com", "AWSServiceRoleForECS")
SCALING = ("ecs.application-autoscaling.amazonaws.com", "AWSServiceRoleForApplicationAutoScaling_ECSService")
"""Service principal and role.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html
https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html"""


def check_service_linked_roles(aws: Aws, settings: Settings, before: Mapping[str, str]) -> str:
    """Raise UserError, with the commands to create them, if roles are missing; return what is not known, or "".

    Both services create their role at the first call and assume it at once, before it has propagated in IAM, so that
    the first deployment in an account often fails with "Unable to assume", and the next one succeeds
    (https://github.com/aws/containers-roadmap/issues/2614, https://github.com/aws/aws-cdk/issues/4108). No such
    failure is known of the load balancer's role.

    `before` are the deployed parameters. A running service or scalable target has its role, so only a first one is
    checked.
    """
    is_new = not before.get(IMAGE_TAG)
    scales = settings.autoscaling.enabled and (is_new or before.get(AUTOSCALING_ENABLED) != "true")
    needed = [*([ECS] if is_new else []), *([SCALING] if scales else [])]
    try:
        missing = [(service, role) for service, role in needed if not _exists(aws, role)]
    except ClientError as error:
        if not is_denied(error):
            raise
        names = " and ".join(role for _, role in needed)
        return f"Service-linked roles: whether {names} are there is not known, because iam:GetRole is not allowed"
    if missing:
        names = " and ".join(role for _, role in missing)
        why = f"account {aws.account_id} has no {names}, and a first service often fails while AWS creates them"
        commands = [f"  aws iam create-service-linked-role --aws-service-name {service}" for service, _ in missing]
        raise UserError(
            "service-linked roles", why, "\n".join(["Create them, and repeat in half a minute:", *commands])
        )
    return ""


def _exists(aws: Aws, role: str) -> bool:
    try:
        aws.iam.get_role(RoleName=role)
    except ClientError as error:
        if error_code(error) == "NoSuchEntity":
            return False
        raise
    return True
