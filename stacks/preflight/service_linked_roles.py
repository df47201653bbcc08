"""The roles with which ECS and Application Auto Scaling act in the account: a first service needs them at once."""

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
    """Raise UserError, with the command that makes them, where they are not there; give what is not known, or "".

    Both services make their role at the first call and assume it at once, before IAM knows it everywhere, so that the
    first deployment in an account often fails with "Unable to assume", and the next one succeeds
    (https://github.com/aws/containers-roadmap/issues/2614, https://github.com/aws/aws-cdk/issues/4108). A role that
    is made a little before cannot be late. Of the load balancer's no such failure is known.

    `before` are the parameters of what is deployed. A service or a scalable target that runs has its role: only before
    the first one is asked.
    """
    is_new = not before.get(IMAGE_TAG)
    scales = settings.autoscaling.enabled and (is_new or before.get(AUTOSCALING_ENABLED) != "true")
    wanted = [*([ECS] if is_new else []), *([SCALING] if scales else [])]
    try:
        missing = [(service, role) for service, role in wanted if not _is_there(aws, role)]
    except ClientError as error:
        if not is_denied(error):
            raise
        names = " and ".join(role for _, role in wanted)
        return f"Service-linked roles: whether {names} are there is not known, because iam:GetRole is not allowed"
    if missing:
        names = " and ".join(role for _, role in missing)
        why = f"account {aws.account_id} has no {names}, and a first service often fails while AWS makes them"
        commands = [f"  aws iam create-service-linked-role --aws-service-name {service}" for service, _ in missing]
        raise UserError("service-linked roles", why, "\n".join(["Make them, and repeat in half a minute:", *commands]))
    return ""


def _is_there(aws: Aws, role: str) -> bool:
    try:
        aws.iam.get_role(RoleName=role)
    except ClientError as error:
        if error_code(error) == "NoSuchEntity":
            return False
        raise
    return True
