"""A service that is watched, scaled by the clock and encrypted with its own key, and then is none of it again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.world import World

OFF = {"min_capacity": 0, "max_capacity": 0}
NIGHT = {"name": "night", "schedule": "cron(0 22 ? * MON-FRI *)", "timezone": "Asia/Seoul", **OFF}
QUEUE = {
    "name": "queue",
    "namespace": "Preto",
    "metric": "Waiting",
    "threshold": 10,
    "steps": ({"distance": 0, "change": 1}, {"distance": 20, "change": 2}),
}
WATCHED: dict[str, Any] = {
    "security": {"kms_key": "own"},
    "monitoring": {"alarms": True, "emails": ("team@example.com",), "dashboard": True, "log_insights": True},
    "autoscaling": {"request_count_target": 500, "schedules": (NIGHT,), "steps": (QUEUE,)},
    "ecs": {"cpu": 256, "memory": 512, "desired_count": 2},
}
RESOURCE = "service/preto-2-prod/preto-2-prod"


def client(world: World, name: str) -> Any:
    """A client of this service, in the world's account."""
    return world.account.client(name)


def names(world: World) -> dict[str, list[str]]:
    """What there is, by kind."""
    scaling = {"ServiceNamespace": "ecs", "ResourceId": RESOURCE}
    watch, logs, scales = (client(world, it) for it in ("cloudwatch", "logs", "application-autoscaling"))
    found = {
        "alarms": [it["AlarmName"] for it in watch.describe_alarms()["MetricAlarms"]],
        "dashboards": [it["DashboardName"] for it in watch.list_dashboards()["DashboardEntries"]],
        "queries": [it["name"] for it in logs.describe_query_definitions()["queryDefinitions"]],
        "topics": [it["TopicArn"].rpartition(":")[2] for it in client(world, "sns").list_topics()["Topics"]],
        "schedules": [
            it["ScheduledActionName"] for it in scales.describe_scheduled_actions(**scaling)["ScheduledActions"]
        ],
        "policies": [it["PolicyName"] for it in scales.describe_scaling_policies(**scaling)["ScalingPolicies"]],
        "aliases": [
            it["AliasName"] for it in client(world, "kms").list_aliases()["Aliases"] if "preto" in it["AliasName"]
        ],
    }
    return {kind: sorted(listed) for kind, listed in found.items()}


def _all_of_it_is_there(watched: World) -> None:
    assert names(watched) == {
        "alarms": [
            f"preto-2-prod-{it}"
            for it in (
                "at-maximum",
                "cpu",
                "latency-p95",
                "memory",
                "no-task",
                "queue-steps",
                "target5xx",
                "unhealthy-hosts",
            )
        ],
        "dashboards": ["preto-2-prod-ap-northeast-2"],
        "queries": [f"preto-2-prod/{it}" for it in ("errors by kind", "errors by time", "latest errors")],
        "topics": ["preto-2-prod-alarms"],
        "schedules": ["night"],
        "policies": [f"preto-2-prod-{it}" for it in ("cpu", "memory", "queue", "requests")],
        "aliases": ["alias/preto-2-prod"],
    }
    key = client(watched, "kms").describe_key(KeyId="alias/preto-2-prod")["KeyMetadata"]["Arn"]
    sns = client(watched, "sns")
    (topic,) = sns.list_topics()["Topics"]
    assert sns.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]["KmsMasterKeyId"] == key
    watch = client(watched, "cloudwatch")
    alarms = {it["AlarmName"]: it for it in watch.describe_alarms()["MetricAlarms"]}
    told = {it["AlarmActions"][0] for name, it in alarms.items() if name != "preto-2-prod-queue-steps"}
    assert told == {topic["TopicArn"]}
    assert "scalingPolicy" in alarms["preto-2-prod-queue-steps"]["AlarmActions"][0]
    assert alarms["preto-2-prod-at-maximum"]["Threshold"] == 4
    dashboard = json.loads(watch.get_dashboard(DashboardName="preto-2-prod-ap-northeast-2")["DashboardBody"])
    (tasks,) = (it["properties"] for it in dashboard["widgets"] if it["properties"]["title"] == "Tasks")
    assert [it["value"] for it in tasks["annotations"]["horizontal"]] == [1, 4]
    secrets = client(watched, "secretsmanager")
    (secret,) = secrets.list_secrets()["SecretList"]
    assert secrets.describe_secret(SecretId=secret["ARN"])["KmsKeyId"] == key
    (group,) = client(watched, "logs").describe_log_groups(logGroupNamePrefix="/ecs/preto-2-prod")["logGroups"]
    assert group["kmsKeyId"] == key
    encryption = watched.aws.ecr.describe_repositories()["repositories"][0]["encryptionConfiguration"]
    assert encryption == {"encryptionType": "KMS", "kmsKey": key}


def test_all_of_it_is_there_as_the_settings_say_and_nothing_is_left_but_the_key(world: World) -> None:
    """Read back from the services themselves. What the key has encrypted could not be read without it.

    The repository is encrypted with it from its beginning, because another key would replace the repository.
    """
    world.deploy(**WATCHED)
    world.push("v1")
    world.deploy(**WATCHED, image_tag="v1")
    _all_of_it_is_there(world)
    kms = client(world, "kms")
    key = kms.describe_key(KeyId="alias/preto-2-prod")["KeyMetadata"]["KeyId"]
    world.deploy(image_tag="v1", security={"kms_key": "own"})
    left = names(world)
    assert left.pop("policies") == ["preto-2-prod-cpu", "preto-2-prod-memory"]
    assert left.pop("aliases") == ["alias/preto-2-prod"]
    assert not any(left.values()), left
    world.destroy()
    assert not names(world)["aliases"]
    assert not client(world, "secretsmanager").list_secrets()["SecretList"]
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"
