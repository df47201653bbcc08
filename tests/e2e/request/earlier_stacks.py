"""Stacks as earlier versions of the templates have left them: deployed by CloudFormation alone."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from stacks.build.render import render
from stacks.cloudformation.bootstrapped import read_bootstrap
from stacks.plan import publish
from templates.model import template_text
from tests.support.world import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.world import World

Templates = dict[str, Any]
"""Parsed templates by their files."""


def deploy(world: World, change: Callable[[Templates], None], *, values: dict[str, str], **changed: Any) -> str:
    """Create or update the stack with what `change` makes of today's templates; give the state that it ends in.

    `values` are parameters beside those that the settings say.
    """
    wanted = settings(**changed)
    rendered = render(wanted)
    templates = {file: json.loads(body) for file, body in rendered.templates.items()}
    change(templates)
    texts = {file: template_text(it) for file, it in templates.items()}
    bucket = read_bootstrap(world.aws, wanted).artifact_bucket
    url = publish.publish(world.aws, dataclasses.replace(rendered, templates=texts), bucket).template_url
    cloudformation = world.account.client("cloudformation")
    parameters = {**rendered.parameters, **values}
    request: dict[str, Any] = {
        "StackName": rendered.stack_name,
        "TemplateURL": url,
        "Parameters": [{"ParameterKey": name, "ParameterValue": it} for name, it in parameters.items()],
        "Capabilities": ["CAPABILITY_IAM"],
    }
    is_new = rendered.stack_name not in world.states()
    (cloudformation.create_stack if is_new else cloudformation.update_stack)(**request)
    waiter = cloudformation.get_waiter("stack_create_complete" if is_new else "stack_update_complete")
    waiter.wait(StackName=rendered.stack_name, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    return world.states()[rendered.stack_name]
