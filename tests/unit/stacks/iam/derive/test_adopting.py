"""The rights of a takeover: what is called, and what CloudFormation reads as the caller when it imports."""

from __future__ import annotations

from stacks.iam.derive.adopting import adoption_needs
from stacks.iam.derive.deployment import deployment_needs
from tests.support import world
from tests.support.templates import GIVEN_NETWORK


def test_a_takeover_needs_the_rights_of_the_update_that_follows_an_import() -> None:
    """Of what CloudFormation tags with its stack; all else that is changed are stacks, the journal, and templates."""
    settings = world.settings(image_tag="v1", network=GIVEN_NETWORK)
    needs = adoption_needs(settings, world.rendered(settings), "123456789012", "artifacts")
    assert needs.cloudformation == ()
    actions = {it.action for it in needs.deployer}
    changing = {it for it in actions if not it.partition(":")[2].startswith(("Describe", "Get", "List", "BatchGet"))}
    by_service: dict[str, set[str]] = {}
    for service, _, name in (it.partition(":") for it in changing):
        by_service.setdefault(service, set()).add(name)
    assert by_service.keys() == {"cloudformation", "s3", "ecr", "ecs", "elasticloadbalancing", "logs"}
    assert by_service["s3"] == {"PutObject", "DeleteObject"}
    assert {"TagResource", "PutImageTagMutability", "PutImageScanningConfiguration"} <= by_service["ecr"]
    assert {"SetRepositoryPolicy", "PutLifecyclePolicy"} <= by_service["ecr"], "policies that only Terraform has set"
    assert {"AddTags", "ModifyTargetGroup", "ModifyListener", "SetSubnets"} <= by_service["elasticloadbalancing"]
    assert "UpdateService" not in by_service["ecs"]
    assert {"cloudformation:GetResource", "iam:GetRole", "ecr:DescribeRepositories"} <= actions
    assert {"elasticloadbalancing:DescribeTargetGroups", "logs:DescribeLogGroups"} <= actions
    journal = next(
        it for it in needs.deployer if "journal" in " ".join(it.resources) or "adoptions/" in it.resources[0]
    )
    assert journal.resources == ("arn:aws:s3:::artifacts/adoptions/preto-2-prod.json",)


def test_deployments_do_not_need_the_rights_of_a_takeover() -> None:
    """It happens once; the roles that deploy do not get them."""
    settings = world.settings(image_tag="v1", network=GIVEN_NETWORK)
    needs = deployment_needs(settings, world.rendered(settings), "123456789012", "artifacts")
    assert "cloudformation:GetResource" not in {it.action for it in needs.deployer}
