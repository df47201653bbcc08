"""Who is told of alarms, while addresses come and go: as SNS knows subscriptions, by topic and endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.views.plan import screen
from templates.monitoring.topic import subscription_id
from tests.e2e.request import earlier_stacks
from tests.support.commands import project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.request.earlier_stacks import Templates
    from tests.support.accounts import Account
    from tests.support.world import World

FIRST, SECOND, THIRD = (f"{name}@example.com" for name in ("first", "second", "third"))


def told(account: Account) -> list[str]:
    """The addresses that the one topic writes to."""
    sns = account.client("sns")
    (topic,) = sns.list_topics()["Topics"]
    return sorted(it["Endpoint"] for it in sns.list_subscriptions_by_topic(TopicArn=topic["TopicArn"])["Subscriptions"])


def wanted(*emails: str) -> dict[str, Any]:
    """The settings of a running service with alarms for these addresses."""
    return {"image_tag": "v1", "monitoring": {"alarms": True, "emails": emails}}


def numbered(templates: Templates) -> None:
    """Name subscriptions by their place in the list, as they were."""
    resources = templates["monitoring.template.json"]["Resources"]
    hashed = [name for name, it in resources.items() if it["Type"] == "AWS::SNS::Subscription"]
    by_place = sorted(hashed, key=lambda name: resources[name]["Properties"]["Endpoint"])
    for number, name in enumerate(by_place, start=1):
        resources[f"Email{number}"] = resources.pop(name)


def zones(world: World) -> dict[str, str]:
    """The parameters that a plan would look up, with the image."""
    (stack,) = world.aws.cloudformation.describe_stacks(StackName="preto-2-prod")["Stacks"]
    kept = {it["ParameterKey"]: it["ParameterValue"] for it in stack["Parameters"]}
    return {"AvailabilityZones": kept["AvailabilityZones"], "ImageTag": "v1"}


def test_an_address_that_goes_takes_no_other_with_it(account: Account, tmp_path: Path) -> None:
    """The first of two is removed, a third is before the second now: exactly those of the file are told.

    The second, which is written in another way, need not confirm again. One that is there twice is refused.
    """
    here = project(tmp_path, account.env)
    running = ("--image", "v1", "--var", "ecs_image=public.ecr.aws/example/app", "--var", "monitoring_alarms=true")
    words = ("deploy", "prod", "--yes", *running, "--var")
    here.succeed("bootstrap", "prod", "--yes")
    here.succeed(*words, f'monitoring_emails=["{FIRST}", "{SECOND}"]')
    assert told(account) == [FIRST, SECOND]
    here.succeed(*words, f'monitoring_emails=["{THIRD}", "{SECOND.capitalize()}"]')
    assert told(account) == [SECOND, THIRD]
    twice = here.fail(*words, f'monitoring_emails=["{FIRST}", "{FIRST.upper()}"]')
    assert f"{FIRST.upper()} is there twice" in twice


def test_subscriptions_that_were_numbered_go_on(running: World) -> None:
    """Nobody loses alarms with the update, and each address can go alone afterwards; the plan changes none of them."""
    assert earlier_stacks.deploy(running, numbered, values=zones(running), **wanted(FIRST, SECOND)) == "UPDATE_COMPLETE"
    assert told(running.account) == [FIRST, SECOND]
    assert running.plan(**wanted(FIRST, SECOND)).change_set is None
    changed = screen.text(running.plan(**wanted(SECOND.upper(), THIRD)))
    assert "Email2" not in changed
    running.deploy(**wanted(SECOND.upper(), THIRD))
    assert told(running.account) == [SECOND, THIRD]
    running.deploy(**wanted(THIRD))
    assert told(running.account) == [THIRD]


def test_an_address_that_was_lost_is_asked_again(running: World) -> None:
    """As it was when the first of two was removed from numbered ones: the second is in the stack, and not in SNS."""
    for emails in ((FIRST, SECOND), (SECOND,)):
        assert earlier_stacks.deploy(running, numbered, values=zones(running), **wanted(*emails)) == "UPDATE_COMPLETE"
    assert told(running.account) == []
    planned = running.plan(**wanted(SECOND))
    assert planned.request.notes == (f"{SECOND} is not subscribed to the alarms any more, and is asked again by mail.",)
    running.execute(planned)
    assert told(running.account) == [SECOND]
    assert running.plan(**wanted(SECOND)).change_set is None


def test_the_id_of_a_subscription_is_its_address() -> None:
    """The same, however it is written, and another for another one."""
    assert subscription_id(FIRST) == subscription_id(FIRST.upper()) != subscription_id(SECOND)
