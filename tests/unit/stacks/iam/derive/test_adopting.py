"""The rights of a takeover: what is called, and what CloudFormation reads as the caller when it imports."""

from __future__ import annotations

from stacks.iam.derive.adopting import adoption_needs
from stacks.iam.derive.deployment import deployment_needs
from tests.support import world
from tests.support.templates import GIVEN_NETWORK


def test_a_takeover_needs_no_right_to_change_a_resource() -> None:
    """All that is changed are stacks, the journal, and templates in the artifact bucket."""
    settings = world.settings(image_tag="v1", network=GIVEN_NETWORK)
    needs = adoption_needs(settings, world.rendered(settings), "123456789012", "artifacts")
    assert needs.cloudformation == ()
    actions = {it.action for it in needs.deployer}
    changing = {it for it in actions if not it.partition(":")[2].startswith(("Describe", "Get", "List", "BatchGet"))}
    assert {it for it in changing if not it.startswith("cloudformation:")} == {"s3:PutObject", "s3:DeleteObject"}
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
