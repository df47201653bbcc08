"""What the roles of the task need to access, according to the settings of the containers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates import arns
from templates.ecs import image
from templates.ecs.storage import Volume

if TYPE_CHECKING:
    from templates.ecs.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Access:
    """What IAM needs to know of the containers, without waiting for their stack.

    ECS reads the secrets of `secret_arns` and the parameters of `parameter_arns`, encrypted with `key_arns`.
    `own_repository`: the image is in the tree's own repository. `repository_arns` are others in ECR, for `Fn::Sub`.
    `volumes` are on EFS. `exec`: ECS Exec is on. `two_target_groups`: ECS moves requests between them.
    """

    own_repository: bool
    repository_arns: tuple[str, ...]
    secret_arns: tuple[str, ...]
    parameter_arns: tuple[str, ...]
    key_arns: tuple[str, ...]
    volumes: tuple[Volume, ...]
    exec: bool
    two_target_groups: bool


def needed_access(settings: Settings, former_image: str = "") -> Access:
    """Return what these settings need. `former_image` is a repository from which the image still comes."""
    containers = [settings.secrets, *(it.secrets for it in settings.sidecars)]
    references = sorted({reference for secrets in containers for reference in secrets.values()})
    secrets = {arns.reference_arn(it) for it in references if not arns.is_parameter(it)}
    if settings.registry_credentials_arn:
        secrets.add(settings.registry_credentials_arn)
    in_ecr = [image.ecr_repository(it) for it in (*settings.images.values(), *([former_image] if former_image else []))]
    return Access(
        own_repository=not settings.image,
        repository_arns=tuple(sorted({image.ecr_repository_arn(it) for it in in_ecr if it})),
        secret_arns=tuple(sorted(secrets)),
        parameter_arns=tuple(it for it in references if arns.is_parameter(it)),
        key_arns=settings.secret_key_arns,
        volumes=settings.volumes,
        exec=settings.exec,
        two_target_groups=settings.deployment.two_target_groups,
    )
