"""What CloudFormation creates the bootstrap stack with: the rights of the caller, as there is no role yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.iam.derive.resources import derive_needs
from stacks.place import place
from stacks.rendered.rendered import ROOT, Rendered
from templates import bootstrap

if TYPE_CHECKING:
    from stacks.iam.derive.needs import Need
    from stacks.settings import Settings


def bootstrap_needs(settings: Settings, account_id: str | None, bucket: str) -> tuple[Need, ...]:
    """Return what the resources of the bootstrap stack need, as the settings want it; `bucket` may be a pattern.

    With `execution_rights = "derived"` the policies of the execution role say something else, and are made alike.
    """
    where = place(settings.aws.region, account_id or settings.aws.account_id)
    stack = bootstrap.build(settings.project, settings.bootstrap, tags=settings.stack.tags)
    name = bootstrap.identity(settings.project).name
    rendered = Rendered(
        environment=settings.environment, stack_name=name, templates={ROOT: stack.body}, parameters={}, tags={}
    )
    return derive_needs(rendered, where, f"arn:{where.partition}:s3:::{bucket}/*").needs
