"""The update that follows an import: CloudFormation tags what it has imported with its stack.

It calls the update handler of the type, if the schema says that the type takes such tags. Most handlers then find that
nothing else differs from the template before, which is the same. That of a repository compares nothing: it deletes the
policies that the template leaves out (timdodgson/appliance-clinic, docs/migration/phase-5-import-semantics.md, and the
handler, aws-cloudformation/aws-cloudformation-resource-providers-ecr). The tags themselves are not kept here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core.responses import get_region
from ministack.services import ecr

from sandbox.extension.reading import registry
from stacks.cloudformation import schemas

if TYPE_CHECKING:
    from sandbox.extension.cloudformation.resource_handlers import Step

_REPOSITORY = "AWS::ECR::Repository"


def update_imported(step: Step, identifier: tuple[str, ...], physical_id: str) -> None:
    """Update a resource that was just imported. Raises ValueError if CloudFormation is not allowed to."""
    if not schemas.takes_system_tags(get_region(), step.resource_type):
        return
    own = {"Key": "aws:cloudformation:stack-name", "Value": step.operation.name}
    tagged = {**step.properties, "Tags": [*step.properties.get("Tags", []), own]}
    live = registry.read(step.resource_type, identifier) or {}
    step.authorise("update", tagged, physical_id, live)
    if step.resource_type == _REPOSITORY:
        _delete_policies(step, identifier[0])


def _delete_policies(step: Step, name: str) -> None:
    if not step.properties.get("RepositoryPolicyText"):
        ecr._repo_policies.pop(name, None)
    if not step.properties.get("LifecyclePolicy"):
        ecr._lifecycle_policies.pop(name, None)
