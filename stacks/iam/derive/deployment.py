"""All that one environment needs, from its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.iam.derive import bootstrap_places
from stacks.iam.derive.deployer import deployer_needs
from stacks.iam.derive.drifting import drift_needs
from stacks.iam.derive.needs import Needs
from stacks.iam.derive.resources import derive_needs
from stacks.place import place
from templates import bootstrap

if TYPE_CHECKING:
    from stacks.place import Place
    from stacks.rendered.rendered import Rendered
    from stacks.settings import Settings

TAKES_BOUNDARY_OFF = "iam:DeleteRolePermissionsBoundary"


def deployment_needs(
    settings: Settings, rendered: Rendered, account_id: str | None = None, bucket: str | None = None
) -> Needs:
    """Derive them; nothing is asked of AWS: an account that is neither given nor in the settings is `*`.

    `bucket` is the name of the artifact bucket, where it is known; else it is a pattern. Where every role has to have
    the boundary of `[bootstrap]`, no role of the stacks ever loses one.
    """
    where = place(settings.aws.region, account_id or settings.aws.account_id)
    bucket = bucket or artifact_bucket(settings)
    artifacts = f"arn:{where.partition}:s3:::{bucket}/{rendered.stack_name}/*"
    derived = derive_needs(rendered, where, artifacts, execution_role_arn(settings, where))
    keeps = settings.bootstrap.execution_role and settings.bootstrap.permissions_boundary_arn
    commands = deployer_needs(settings, rendered, where, bucket)
    return Needs(
        environment=settings.environment,
        stack_name=rendered.stack_name,
        deployer=(*commands, *drift_needs(derived.needs)),
        cloudformation=tuple(it for it in derived.needs if not (keeps and it.action == TAKES_BOUNDARY_OFF)),
        unknown=derived.unknown,
        own_role=settings.bootstrap.execution_role,
    )


def execution_role_arn(settings: Settings, where: Place) -> str:
    """Return the ARN of the role with which CloudFormation deploys, "" where it does so with the caller's rights."""
    if not settings.bootstrap.execution_role:
        return ""
    name = bootstrap.execution_role_name(settings.project, settings.bootstrap, where.region)
    return f"arn:{where.partition}:iam::{where.account}:role/{name}"


def artifact_bucket(settings: Settings) -> str:
    """Return the name of the artifact bucket: the given one, or a pattern for the one that `bootstrap` makes.

    In the name of a fleet's bucket, it is not documented how much there is of the stack's name.
    """
    made = bootstrap_places.FLEET_BUCKETS if settings.fleet.is_set else own_artifact_bucket(settings)
    return settings.aws.artifact_bucket or made


def own_artifact_bucket(settings: Settings) -> str:
    """Return a pattern for the bucket that `bootstrap` makes in one account alone."""
    return f"{bootstrap.identity(settings.project).name}-{bootstrap.BUCKET}-*".lower()
