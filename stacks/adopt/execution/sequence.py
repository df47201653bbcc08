"""The sequence of a takeover: each child is imported as a stack of its own, then the root imports the children.

No change set imports into a tree: "IncludeNestedStacks is not supported for changeSet type: IMPORT". Nesting a stack
that exists is an import of its own into a root that exists
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-nested-stacks.html), and a child has to
have been updated before. An import may not add outputs, so that they come with this update.

Another sequence is another `Strategy`: `execute` and all around it know no more of it than its steps. Each step finds
out by the states of the stacks what is left to do, so that a takeover goes on wherever it was interrupted.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from stacks.adopt.execution.drifting import unexpected_drift
from stacks.adopt.execution.recording import Recorder
from stacks.adopt.execution.serving import read_serving, refuse_changed
from stacks.adopt.execution.stack_steps import Follow, StackSteps
from stacks.adopt.execution.takeover import Takeover
from stacks.adopt.execution.templates import with_outputs
from stacks.cloudformation.change_set import Import, Request, required_capabilities
from stacks.cloudformation.drift import detect_drift
from stacks.cloudformation.stack import nested_stack_ids, stack_resources, stack_template
from stacks.errors import Code, UserError
from stacks.plan.publish import publish_texts, text_url
from stacks.rendered.names import NESTED_STACK
from templates.model import template_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.adopt.execution.templates import ChildTemplate
    from stacks.cloudformation.stack import Stack

CREATED = frozenset({"CREATE_COMPLETE", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"})
"""States of a root to which children can be added."""
IMPORTED = frozenset({"IMPORT_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})
"""States of a child in which its resources are."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step: its name, as the journal has it, and what it does, which is nothing where it was done before."""

    name: str
    run: Callable[[], None]


class Strategy(Protocol):
    """A way to get running resources into the stacks of an environment."""

    def steps(self, takeover: Takeover, recorder: Recorder, follow: Follow) -> Iterator[Step]:
        """Yield the steps, from the first on."""


def execute(
    takeover: Takeover,
    recorder: Recorder,
    follow: Follow,
    strategy: Strategy,
    *,
    emit: Callable[[str], None],
) -> None:
    """Take all steps; before each, look again whether state and service are still those with which it began.

    Raises UserError where they are not, or where a step fails: the same call then goes on from there.
    """
    for step in strategy.steps(takeover, recorder, follow):
        emit(step.name)
        takeover.state.recheck()
        now = read_serving(takeover.aws, ((it.type, it.identifier) for it in takeover.survey.adopted))
        refuse_changed(recorder.journal.before, now)
        with recorder.step(step.name):
            step.run()


class NestedImports:
    """Imports each child as a stack of its own, and then the children into the root."""

    def steps(self, takeover: Takeover, recorder: Recorder, follow: Follow) -> Iterator[Step]:
        """Yield the steps, from the first on."""
        at = _Sequence(takeover=takeover, recorder=recorder, follow=follow)
        yield Step(name="Publish the adoption templates", run=at.publish)
        yield Step(name=f"Create the root {takeover.root}", run=at.create_root)
        for child in takeover.templates.children:
            name = child.logical_id
            yield Step(name=f"Import {name}", run=partial(at.import_child, child))
            yield Step(name=f"Add the outputs of {name}", run=partial(at.update_child, child))
            compare = f"Compare {name} with what runs"
            if not recorder.has_ended(compare):  # All are compared once more at the end.
                yield Step(name=compare, run=partial(at.compare_child, child))
        yield Step(name=f"Nest the stacks in {takeover.root}", run=at.nest)


@dataclass(frozen=True, kw_only=True)
class _Sequence:
    takeover: Takeover
    recorder: Recorder
    follow: Follow

    def publish(self) -> None:
        it = self.takeover
        self._publish(*self._child_texts(), it.templates.root_before(), it.templates.root_with(self._urls()))

    def _publish(self, *texts: str) -> None:
        """Publish templates, and record their keys."""
        it, known = self.takeover, self.recorder.journal.template_keys
        keys = publish_texts(it.aws, it.bucket, it.root, texts)
        if set(keys) - set(known):
            self.recorder.write(template_keys=tuple(dict.fromkeys([*known, *keys])))

    def create_root(self) -> None:
        steps = self._steps()
        stack = steps.clear_failed(steps.at_rest())
        if stack is None:
            stack = steps.create(self._request(self.takeover.root, self._url(self.takeover.templates.root_before())))
        steps.refuse_foreign(stack, self.takeover.templates.marks)
        steps.refuse_state(stack, CREATED)
        self.recorder.write(root_id=stack.stack_id)

    def import_child(self, child: ChildTemplate) -> None:
        steps = self._steps(child.logical_id)
        stack = steps.clear_failed(steps.at_rest())
        if stack is None:
            imports = tuple(
                Import(logical_id=it.logical_id, type=it.type, identifier=it.identifier) for it in child.resources
            )
            request = self._request(steps.name, self._url(child.imported), child.imported)
            stack = steps.import_into(dataclasses.replace(request, imports=imports))
        steps.refuse_foreign(stack, self.takeover.templates.marks)
        steps.refuse_state(stack, IMPORTED)
        self._record_child(child, stack)

    def _record_child(self, child: ChildTemplate, stack: Stack) -> None:
        """Record the stack and its resources. Raises UserError where they are not those that are taken over."""
        there = {it.logical_id: it.physical_id for it in stack_resources(self.takeover.aws, stack.stack_id)}
        wanted = {it.logical_id for it in child.resources}
        if there.keys() != wanted:
            names = ", ".join(sorted(there.keys() ^ wanted))
            then = "Take back what was imported with `adopt ENV --undo`, and begin anew."
            raise UserError(f"stack {stack.name}", f"it has other resources than it should: {names}", then)
        self.recorder.write(
            stack_ids={**self.recorder.journal.stack_ids, child.logical_id: stack.stack_id},
            resources=tuple(
                dataclasses.replace(it, physical_id=there[it.logical_id]) if it.child == child.logical_id else it
                for it in self.recorder.journal.resources
            ),
        )

    def update_child(self, child: ChildTemplate) -> None:
        """Add the outputs to the template with which the child was imported, and no other value of any resource."""
        steps = self._steps(child.logical_id)
        stack = self._there(steps)
        deployed = stack_template(self.takeover.aws, stack.stack_id)
        if stack.state == "UPDATE_COMPLETE" and "Outputs" in deployed:
            return
        text = template_text(with_outputs(deployed, child))
        self._publish(text)
        request = dataclasses.replace(self._request(steps.name, self._url(text), text), existing=stack)
        steps.update(request)

    def compare_child(self, child: ChildTemplate) -> None:
        """Raise UserError for drift that the survey did not announce; the next execution goes on after it."""
        steps = self._steps(child.logical_id)
        it = self.takeover
        found = detect_drift(it.aws, it.settings.environment, self._there(steps).stack_id, emit=_silent)
        placed = [dataclasses.replace(one, path=f"{child.logical_id}/{one.path}") for one in found.drifted]
        drift = list(unexpected_drift(it, placed))
        new = [line for line in drift if line not in self.recorder.journal.drift]
        if new:
            self.recorder.write(drift=(*self.recorder.journal.drift, *new))
            why = f"CloudFormation finds differences that were not foretold: {'; '.join(new)}"
            then = "Nothing was changed by it. Look at them: repeating the command goes on, --undo takes all back."
            raise UserError(f"stack {steps.name}", why, then, code=Code.STATE)

    def nest(self) -> None:
        """Import the children's stacks into the root, unless they are in it already."""
        steps = self._steps()
        stack = self._there(steps)
        ids = self.recorder.journal.stack_ids
        nested = nested_stack_ids(self.takeover.aws, stack.stack_id)
        if nested and nested != dict(ids):
            names = ", ".join(sorted(nested))
            raise UserError(f"stack {stack.name}", f"other stacks are nested in it: {names}", code=Code.STATE)
        if nested:
            return
        steps.refuse_state(stack, CREATED)
        text = self.takeover.templates.root_with(self._deployed_urls())
        self._publish(text)
        imports = tuple(
            Import(logical_id=name, type=NESTED_STACK, identifier={"StackId": ids[name]}) for name in sorted(ids)
        )
        request = self._request(steps.name, self._url(text))
        steps.import_into(dataclasses.replace(request, existing=stack, imports=imports))

    def _steps(self, child: str = "") -> StackSteps:
        name = self.takeover.child_name(child) if child else self.takeover.root
        return StackSteps(aws=self.takeover.aws, follow=self.follow, name=name, child=child)

    def _there(self, steps: StackSteps) -> Stack:
        """Return the stack of a step before; it may have been deleted since."""
        stack = steps.at_rest()
        if stack is None or stack.under_review:
            raise UserError(f"stack {steps.name}", "it was deleted meanwhile", "Repeat the command.", code=Code.STATE)
        steps.refuse_foreign(stack, self.takeover.templates.marks)
        steps.refuse_state(stack, CREATED | IMPORTED if not steps.child else IMPORTED)
        return stack

    def _request(self, name: str, url: str, *texts: str) -> Request:
        """Return a request without tags, which an import may not change; parameters are the root's only."""
        it = self.takeover
        is_root = name == it.root
        documents = map(json.loads, texts or self._child_texts())
        return Request(
            environment=it.settings.environment,
            stack_name=name,
            delete_command=f"python build.py adopt {it.settings.environment} --undo",
            template=url,
            existing=None,
            parameters=it.parameters if is_root else {},
            capabilities=required_capabilities(documents),
        )

    def _child_texts(self) -> list[str]:
        return [text for it in self.takeover.templates.children for text in (it.imported, it.updated)]

    def _url(self, text: str) -> str:
        return text_url(self.takeover.aws, self.takeover.bucket, self.takeover.root, text)

    def _urls(self) -> dict[str, str]:
        return {it.logical_id: self._url(it.updated) for it in self.takeover.templates.children}

    def _deployed_urls(self) -> dict[str, str]:
        """Return the addresses of the templates that the children have, which those in the root's have to be."""
        aws, ids = self.takeover.aws, self.recorder.journal.stack_ids
        return {name: self._url(template_text(stack_template(aws, stack_id))) for name, stack_id in ids.items()}


def _silent(_: str) -> None:
    """Say nothing: the step has its name."""
