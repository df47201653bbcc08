"""A takeover before it begins: its stacks and templates, what it imports, and how long that takes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.adopt.differences import resolve
from stacks.adopt.execution.journal import Journal, Owned, Serving, StateSeen
from stacks.adopt.execution.recording import new_operator
from stacks.adopt.execution.serving import read_serving
from stacks.adopt.execution.templates import AdoptionTemplates, adoption_marks, adoption_templates
from stacks.adopt.survey import Effect, Survey
from stacks.aws.errors import translate_aws_errors
from stacks.aws.session import Aws
from stacks.build.render import render
from stacks.cloudformation.bootstrapped import read_bootstrap
from stacks.errors import Code, UserError, coded
from stacks.estimate.durations import assumed_seconds
from stacks.place import place
from stacks.rendered.names import NESTED_STACK
from stacks.rendered.rendered import Rendered
from stacks.request.lookups import look_up
from stacks.request.parameters import DESIRED_COUNT, IMAGE_TAG, choose_parameters
from stacks.settings import Settings

if TYPE_CHECKING:
    from stacks.adopt.execution.templates import ChildTemplate

DETECTION_SECONDS = 10.0
"""Assumed for the drift detection of one stack."""


@dataclass(frozen=True, kw_only=True)
class StateInUse:
    """Where the state is: as it was `named`, and the `document` by which the journal names it.

    `recheck` raises UserError where the state is locked, or is no longer the one that was read.
    """

    named: str
    document: Mapping[str, Any]
    recheck: Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class Takeover:
    """What is taken over, and into what.

    `parameters` are the root's, as the first deployment passes them.
    """

    aws: Aws
    settings: Settings
    rendered: Rendered
    survey: Survey
    templates: AdoptionTemplates
    parameters: Mapping[str, str]
    bucket: str
    before: Serving | None
    state: StateInUse

    @property
    def root(self) -> str:
        """The name of the root stack."""
        return self.rendered.stack_name

    def child_name(self, child: str) -> str:
        """Return the name of the stack into which a child is imported, before it is nested."""
        return child_name(self.root, child, str(self.templates.marks["Lineage"]))

    def journal(self) -> Journal:
        """Return the journal as it begins."""
        state = self.survey.state
        return Journal(
            root=self.root,
            account_id=self.aws.account_id,
            region=self.aws.region,
            status="executing",
            operator=new_operator(self.aws),
            state=StateSeen(source=self.state.document, serial=state.serial, lineage=state.lineage, md5=state.md5),
            resources=tuple(
                Owned(path=it.path, type=it.type, addresses=it.addresses, identifier=it.identifier)
                for it in self.survey.adopted
            ),
            before=self.before,
        )

    def seconds(self) -> float:
        """Return how long it takes, by typical durations: a creation, then two operations and a detection a child."""
        return assumed_seconds(NESTED_STACK, "create") + sum(map(_seconds, self.templates.children)) + DETECTION_SECONDS


def child_name(root: str, child: str, lineage: str) -> str:
    """Return the name of the stack of a child: the same for the same root and state.

    Its last part keeps it apart from names that CloudFormation gives to nested stacks.
    """
    mark = hashlib.sha256(f"{root}\n{lineage}".encode()).hexdigest()[:8]
    return f"{root}-{child}-{mark}"


def _seconds(child: ChildTemplate) -> float:
    imports = sum(assumed_seconds(it.type, "import") for it in child.resources)
    return imports + assumed_seconds(NESTED_STACK, "update") + DETECTION_SECONDS


@coded(Code.STATE)
@translate_aws_errors()
def prepare_takeover(aws: Aws, settings: Settings, survey: Survey, state: StateInUse) -> Takeover:
    """Prepare a takeover; nothing is changed.

    Raises UserError where the survey is blocked, where there is no artifact bucket, where the service is in the middle
    of a deployment, or where the settings leave out what is to be taken over.
    """
    _refuse_blocked(survey)
    rendered = render(settings)
    bucket = read_bootstrap(aws, settings).artifact_bucket
    before = read_serving(aws, ((it.type, it.identifier) for it in survey.adopted))
    parameters = _parameters(aws, settings, rendered, before)
    lineage = survey.state.lineage or survey.state.md5
    return Takeover(
        aws=aws,
        settings=settings,
        rendered=rendered,
        survey=survey,
        templates=adoption_templates(
            rendered,
            survey,
            parameters,
            marks=adoption_marks(rendered.stack_name, lineage),
            running=before.task_definition if before else "",
            resolved=resolve(rendered, survey.adopted, place(aws.region, aws.account_id)),
        ),
        parameters=parameters,
        bucket=bucket,
        before=before,
        state=state,
    )


def _refuse_blocked(survey: Survey) -> None:
    if not survey.adopted:
        raise UserError("takeover", "nothing in the state has a place in our stacks", "There is nothing to take over.")
    if survey.is_blocked:
        replaced = sorted({it.path for it in survey.differences if it.effect is Effect.REPLACEMENT})
        why = "; ".join([*survey.refusals, *(f"{path} would be replaced" for path in replaced)])
        raise UserError("takeover", why, "`adopt ENV --state SOURCE` says what settles it.")


def _parameters(aws: Aws, settings: Settings, rendered: Rendered, before: Serving | None) -> Mapping[str, str]:
    """Return the root's parameters as the first deployment passes them: no count that autoscaling decides on."""
    chosen = choose_parameters(aws, settings, rendered, None, look_up(aws, settings, None))
    values = {name: value or "" for name, value in chosen.values.items()}
    if DESIRED_COUNT in rendered.parameters:
        values[DESIRED_COUNT] = rendered.parameters[DESIRED_COUNT]
    if before is not None and not values[IMAGE_TAG]:
        why = "it is empty, which means that there is no service, and one runs"
        raise UserError("image_tag", why, "The look says which image runs: give it a tag.")
    return values
