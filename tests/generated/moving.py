"""From what is deployed to other settings: it either deploys, or is refused before anything is changed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from stacks import plan
from stacks.build.render import render
from stacks.errors import UserError
from stacks.operations.deploy import execute_plan
from stacks.operations.protection import (
    Lifted,
    apply_protection,
    lift_protection,
    protection_of,
    remove_stack_policy,
    restore_protection,
)
from stacks.settings import Settings
from tests.generated.furniture import TAGS
from tests.support.world import MANIFEST, World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.operations.deploy import Deployment
    from stacks.plan import Plan

Outcome = Literal["deployed", "unchanged", "refused"]


@dataclass
class Mover:
    """An account, and the settings that are deployed in it."""

    world: World
    settings: Settings | None = None
    refusals: list[UserError] = field(default_factory=list)

    def move(self, wanted: Settings) -> Outcome:
        """Deploy other settings as `deploy` does, with every replacement allowed; fails where that ends half way."""
        before = self._seen()
        try:
            planned = self._plan(wanted)
        except UserError as error:
            self.refusals.append(error)
            self._check_refusal(before)
            return "refused"
        done = self._execute(wanted, planned)
        assert done.succeeded, f"{done.state}: {done.failure}"
        assert not self._troubled(), self._troubled()
        self.settings = wanted
        self._push()
        if planned.former is not None:  # The image is in the new repository now, and the service moves to it.
            return self.move(wanted)
        return "deployed" if planned.change_set else "unchanged"

    def _check_refusal(self, before: Mapping[str, Any]) -> None:
        refusal = self.refusals[-1]
        assert refusal.then.strip(), f"it is not said what to do: {refusal}"
        assert self._seen() == before, f"something was changed, and then: {refusal}"

    def left_to_do(self) -> list[str]:
        """What a plan with the settings that are deployed would change."""
        assert self.settings is not None
        planned = self._plan(self.settings)
        plan.discard(self.world.aws, planned)
        told = [f"{path}: {it.properties}" for path, it in planned.changes.paths() if it.certainty != "none"]
        return told or (["outputs, parameters or tags"] if planned.change_set else [])

    def _plan(self, wanted: Settings) -> Plan:
        return plan.prepare(self.world.aws, wanted, render(wanted), emit=self.world.said.append)

    def _execute(self, wanted: Settings, planned: Plan) -> Deployment:
        aws, kept, stack_id = self.world.aws, protection_of(wanted), planned.changes.stack_id
        lifted = Lifted()
        if planned.request.existing is not None:
            remove_stack_policy(aws, kept, stack_id)
            allowed = [path for path, _ in plan.find_unallowed(planned.changes, ())]
            lifted = lift_protection(aws, planned.changes, allowed)
        done = execute_plan(aws, planned, on_event=self.world.events.append)
        restore_protection(aws, lifted, stack_id)
        if done.succeeded:
            apply_protection(aws, kept, stack_id)
        return done

    def _push(self) -> None:
        """Put the images into every repository that has none."""
        ecr = self.world.aws.ecr
        for repository in ecr.describe_repositories()["repositories"]:
            name = repository["repositoryName"]
            there = {it.get("imageTag") for it in ecr.list_images(repositoryName=name)["imageIds"]}
            for tag in {*TAGS} - there:
                manifest = json.dumps(MANIFEST | {"annotations": {"tag": tag}})
                ecr.put_image(repositoryName=name, imageTag=tag, imageManifest=manifest)

    def _troubled(self) -> dict[str, str]:
        """The stacks that are in another state than one of rest."""
        good = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
        return {name: state for name, state in self.world.states().items() if state not in good}

    def _seen(self) -> dict[str, Any]:
        """All stacks: what state they are in, their templates, parameters and resources."""
        cloudformation = self.world.aws.cloudformation
        seen: dict[str, Any] = {}
        for stack in cloudformation.describe_stacks()["Stacks"]:
            name = stack["StackName"]
            resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
            seen[name] = (
                stack["StackStatus"],
                stack.get("Parameters"),
                cloudformation.get_template(StackName=name)["TemplateBody"],
                [(it["LogicalResourceId"], it["PhysicalResourceId"], it["ResourceStatus"]) for it in resources],
            )
        return seen
