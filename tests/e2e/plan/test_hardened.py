"""`environments/hardened.toml` on the embedded AWS, and on the way there from prod."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stacks.settings import load
from tests.support.world import MANIFEST

if TYPE_CHECKING:
    from tests.support.world import World

ENVIRONMENTS = Path(__file__).parents[3] / "environments"
TABLES = ("security", "ecr", "iam", "network", "ecs", "autoscaling", "monitoring")


def hardened(world: World) -> dict[str, Any]:
    """The example's tables, with what is elsewhere in its place: zone, secrets and the proxy's image."""
    account = world.account
    zone = account.client("route53").create_hosted_zone(Name="example.com", CallerReference="example")["HostedZone"]
    secrets = [account.client("secretsmanager").create_secret(Name=name, SecretString="x") for name in ("id", "db")]
    repository = world.aws.ecr.create_repository(repositoryName="example-proxy")["repository"]
    world.aws.ecr.put_image(repositoryName="example-proxy", imageTag="1.0", imageManifest=json.dumps(MANIFEST))
    proxy = {"name": "proxy", "image": f"{repository['repositoryUri']}:1.0", "essential": True, "ports": [8443],
             "user": "1000", "read_only": True}  # fmt: skip
    variables = [
        f"network_https_hosted_zone_id={zone['Id'].rpartition('/')[2]}",
        f"network_sign_in_client_secret_arn={secrets[0]['ARN']}",
        f"ecs_secrets={json.dumps({'DATABASE_URL': secrets[1]['ARN']})}",
        f"ecs_sidecars={json.dumps([proxy])}",
    ]
    settings = load("hardened", variables=variables, directory=ENVIRONMENTS)
    return {name: getattr(settings, name) for name in TABLES}


@pytest.mark.parametrize("start", ["nothing", "prod"])
def test_it_deploys_and_is_what_it_says(world: World, start: str) -> None:
    """From nothing, or from prod with the key that prod has: another one would replace the repository.

    Afterwards browsers reach the proxy over TLS alone, the bucket logs, and a plan finds nothing more to do.
    """
    tables = hardened(world)
    if start == "prod":
        del tables["security"]
    world.deploy(**({} if start == "prod" else tables))
    world.push("v1")
    if start == "prod":
        world.deploy(image_tag="v1")
    world.deploy(image_tag="v1", **tables)

    balancing = world.aws.elbv2
    (balancer,) = balancing.describe_load_balancers()["LoadBalancers"]
    listeners = balancing.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    assert [(it["Port"], it["Protocol"]) for it in listeners] == [(443, "HTTPS")]
    (group,) = balancing.describe_target_groups()["TargetGroups"]
    assert (group["Port"], group["Protocol"], group["HealthCheckProtocol"]) == (8443, "HTTPS", "HTTPS")
    (service,) = world.aws.ecs.describe_services(cluster="preto-2-prod", services=["preto-2-prod"])["services"]
    assert [(it["containerName"], it["containerPort"]) for it in service["loadBalancers"]] == [("proxy", 8443)]
    assert service["runningCount"] == 3
    s3 = world.account.client("s3")
    logged = [s3.get_bucket_logging(Bucket=it["Name"]).get("LoggingEnabled") for it in s3.list_buckets()["Buckets"]]
    assert {"TargetBucket": "example-server-access-logs", "TargetPrefix": "preto-2-prod/"} in logged
    assert world.plan(image_tag="v1", **tables).change_set is None
