"""The list of what CloudFormation calls, against AWS's service authorization reference and the types' records."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest

from sandbox.extension.authorisation.calls import CALLS, Calls
from sandbox.extension.authorisation.calls.notation import Call, parse_call
from sandbox.extension.authorisation.subjects import Subject
from stacks.cloudformation.schemas import handlers
from stacks.iam.derive.reference import action_exists, any_resource, resource_types_of
from stacks.place import Place
from templates.resource_types import TYPES
from tests.support.accounts import REGION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from templates.resource_types.record import ResourceType

STEPS = ("create", "update", "delete", "read")
ANYWHERE = Place(partition="*", region="*", account="*")
BRACES = re.compile(r"\{[\w.]+\}")


def calls() -> Iterator[tuple[str, Call, str]]:
    """Each call of each type, and on what."""
    for resource_type, found in CALLS.items():
        for text in dict.fromkeys(word for step in STEPS for word in getattr(found, step).split()):
            call = parse_call(text, found.service)
            yield resource_type, call, call.on or found.on


def test_every_call_is_an_action_that_aws_knows() -> None:
    """A misspelt one would be refused to everybody."""
    unknown = {
        f"{resource_type}: {call.service}:{call.action}"
        for resource_type, call, _ in calls()
        if not action_exists(f"{call.service}:{call.action}")
    }
    assert unknown == set()


def test_every_call_is_decided_on_what_aws_decides_on() -> None:
    """An action on a resource has an ARN of one of its kinds, one without resources has `*`."""
    wrong = []
    for resource_type, call, on in calls():
        action = f"{call.service}:{call.action}"
        kinds = resource_types_of(action)
        alone = BRACES.fullmatch(on) is not None
        text = BRACES.sub("0a1b", on)
        region = "" if call.service == "iam" else REGION
        arn = text if text.startswith("arn:") else f"arn:aws:{call.service}:{region}:123456789012:{text}"
        patterns = [pattern for kind in kinds for pattern in any_resource(kind, ANYWHERE)]
        right = on == "*" if not kinds else alone or any(fnmatchcase(arn, pattern) for pattern in patterns)
        if not right:
            wrong.append(f"{resource_type}: {action} on {on}, and AWS has {kinds}")
    assert wrong == []


NESTED_STACK = "AWS::CloudFormation::Stack"
"""Its change sets, the zones of its parameters and the role that is handed on are no calls of a resource's step."""


def test_the_list_has_each_type_that_has_a_record() -> None:
    """With IAM enforced the sandbox refuses the others, except to the account's root."""
    assert {*CALLS} == {*TYPES}


@pytest.mark.parametrize("record", TYPES.values(), ids=TYPES)
def test_list_and_record_call_a_resource_the_same(record: ResourceType) -> None:
    """The name, the one that CloudFormation makes, and the ARN."""
    found = CALLS[record.type]
    if record.ref == "name" or "{name}" in str([*record.arns.values()]):
        assert found.name == record.name
    assert found.longest == min(record.longest, Calls.longest)
    assert found.lower == record.lower
    assert found.short == ("{stack}" not in record.generated)
    forms = [form for forms in record.arns.values() for form in ((forms,) if isinstance(forms, str) else forms)]
    own = re.sub(r"\{(partition|region|account)\}", "", found.on)
    if record.arns and found.on != "*" and not own.startswith("{") and not forms[0].startswith("{"):
        resource = BRACES.sub("0a1b", found.on.split(":", 5)[-1] if found.on.startswith("arn:") else found.on)
        assert any(fnmatchcase(resource, BRACES.sub("*", form.split(":", 5)[-1])) for form in forms)


@pytest.mark.parametrize("record", [it for it in TYPES.values() if it.type != NESTED_STACK], ids=lambda it: it.type)
def test_list_and_record_hand_on_and_make_the_same_roles(record: ResourceType) -> None:
    """And what a schema lacks is in the list. A service-linked role for what is never set need not be in it."""
    made = [call for resource_type, call, _ in calls() if resource_type == record.type]
    passed = {(call.on.strip("{}"), call.made_for) for call in made if call.action == "PassRole"}
    assert passed == {(it.property, it.service) for it in record.passes}
    linked = {call.made_for for call in made if call.action == "CreateServiceLinkedRole"}
    always = {it.service for it in record.service_linked if not it.property}
    assert always <= linked <= {it.service for it in record.service_linked}
    lacking = {action for it in record.lacking for action in it.actions}
    assert lacking <= {f"{call.service}:{call.action}" for call in made}


@pytest.mark.parametrize("record", TYPES.values(), ids=TYPES)
def test_what_no_handler_lists_is_in_the_record(record: ResourceType) -> None:
    """Both opinions know the same of what the schema lacks; roles are compared by themselves."""
    listed = {action for actions in handlers(REGION, record.type).values() for action in actions}
    lacking = {action for it in record.lacking for action in it.actions}
    roles = {"iam:CreateServiceLinkedRole", "iam:PassRole"}
    made = {f"{call.service}:{call.action}" for resource_type, call, _ in calls() if resource_type == record.type}
    assert made - listed - roles <= lacking


def test_of_an_id_that_is_an_address_the_last_part_counts() -> None:
    """A queue's physical id is its URL, and its ARN has the name."""
    subject = Subject(
        resource_type="AWS::SQS::Queue",
        properties={},
        stack_name="app",
        logical_id="Queue",
        physical_id="http://127.0.0.1:4566/123456789012/app-Queue-1",
    )
    (found,) = subject.arns("sqs", "{id}")
    assert found.rpartition(":")[2] == "app-Queue-1"
