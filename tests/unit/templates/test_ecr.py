"""The image repository."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from pydantic import ValidationError

from templates.ecr.pull_through_cache import UPSTREAM_URLS
from tests.support.templates import properties, statements, tree

SCANNING = "RegistryScanning"
CREDENTIALS = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:ecr-pullthroughcache/hub-AbCdEf"
DOCKER = {"prefix": "hub", "upstream": "docker-hub", "credential_arn": CREDENTIALS}


def test_images_survive_their_stack() -> None:
    """Deleting or replacing the stack keeps the images; only a failed creation is undone."""
    repository = tree()["Ecr"]["Resources"]["Repository"]
    assert (repository["DeletionPolicy"], repository["UpdateReplacePolicy"]) == (
        "RetainExceptOnCreate",
        "Retain",
    )
    assert "EmptyOnDelete" not in repository["Properties"]


def test_a_pushed_image_is_scanned_encrypted_and_cannot_be_moved() -> None:
    """What was deployed under a tag stays what it was."""
    repository = properties(tree()["Ecr"], "Repository")
    assert repository["ImageTagMutability"] == "IMMUTABLE"
    assert repository["ImageScanningConfiguration"] == {"ScanOnPush": True}
    assert repository["EncryptionConfiguration"] == {"EncryptionType": "AES256"}


def expired(images: list[tuple[str, int]], **settings: Any) -> list[str]:
    """The tags of the images that ECR expires by the policy; each has a tag, or "", and an age in days, oldest first.

    By rising priority, and what a rule is about no later one takes
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html).
    """
    policy = properties(tree(ecr=settings)["Ecr"], "Repository").get("LifecyclePolicy")
    left, gone = list(images), []
    for rule in json.loads(policy["LifecyclePolicyText"])["rules"] if policy else []:
        assert rule["action"] == {"type": "expire"}
        chosen, count = rule["selection"], rule["selection"]["countNumber"]
        if chosen["tagStatus"] == "untagged":
            ours = [it for it in left if not it[0]]
            old = [it for it in ours if it[1] > count]
        else:
            (pattern,) = chosen["tagPatternList"]
            ours = [it for it in left if it[0] and fnmatchcase(it[0], pattern)]
            old = ours[:-count]
        gone += old
        left = [it for it in left if it not in ours]
    return [tag for tag, _ in gone]


def test_no_image_expires_that_can_run() -> None:
    """Whatever was deployed long ago stays, however many others were pushed since; untagged ones go."""
    pushed = [("v1", 900), ("", 30), *((f"v{number}", 100) for number in range(2, 60)), ("", 1)]
    assert expired(pushed) == [""]
    assert expired(pushed, keep_tagged_images=5) == [""]
    assert expired(pushed, untagged_expire_days=100) == []


def test_images_that_are_never_deployed_expire_by_number() -> None:
    """The newest of each pattern stay, and no other tag is touched."""
    pushed = [("pr-1", 9), ("nightly", 9), ("pr-2", 8), ("v1", 8), ("pr-3", 7), ("nightly-2", 6)]
    assert expired(pushed, expiring_tags=("pr-*", "nightly*"), keep_tagged_images=1) == ["pr-1", "pr-2", "nightly"]


def test_where_tags_can_be_moved_no_untagged_image_expires() -> None:
    """The one that runs loses its tag when another is pushed under it, and ECS keeps to it."""
    assert expired([("", 400), ("latest", 1)], image_tag_mutability="MUTABLE") == []
    assert "LifecyclePolicy" not in properties(tree(ecr={"image_tag_mutability": "MUTABLE"})["Ecr"], "Repository")


@pytest.mark.parametrize("wrong", [("*",), ("**",), ("a*b*c*d*e*f",), ("pr-*", "pr-*"), ("",), ("a b",)])
def test_patterns_that_ecr_would_not_take_or_that_are_for_all(wrong: tuple[str, ...]) -> None:
    """A pattern for every tag would be for the image that runs."""
    with pytest.raises(ValidationError, match="expiring_tags"):
        tree(ecr={"expiring_tags": wrong})


def test_nobody_else_may_use_the_repository_unless_asked_for() -> None:
    """There is no repository policy: only the account's own IAM decides."""
    assert "RepositoryPolicyText" not in properties(tree()["Ecr"], "Repository")


def test_named_accounts_may_pull_and_nothing_else() -> None:
    """What another account gets is to read images; pushing and deleting stay at home."""
    policy = properties(tree(ecr={"pull_account_ids": ("111122223333",)})["Ecr"], "Repository")["RepositoryPolicyText"]
    (statement,) = statements(policy)
    assert statement["Principal"] == {"AWS": [{"Fn::Sub": "arn:${AWS::Partition}:iam::111122223333:root"}]}
    assert sorted(statement["Action"]) == [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
    ]


def test_the_repository_can_have_a_name_of_its_own() -> None:
    """A team keeps its repository's name; the execution role then pulls from that one."""
    templates = tree(ecr={"repository_name": "team/preto"})
    assert properties(templates["Ecr"], "Repository")["RepositoryName"] == "team/preto"
    assert ":repository/team/preto" in json.dumps(templates["Iam"])
    assert ":repository/preto-2-prod" not in json.dumps(templates["Iam"])


def test_enhanced_scanning_is_the_same_from_every_environment_and_takes_no_scan_from_others() -> None:
    """The registry has one configuration: ours again and again, those of others when they are pushed to."""
    scanning = [properties(tree(environment=it, ecr={"enhanced_scanning": True})["Ecr"], SCANNING) for it in ("a", "b")]
    assert scanning[0] == scanning[1]
    assert scanning[0]["ScanType"] == "ENHANCED"
    filters = {it["ScanFrequency"]: [one["Filter"] for one in it["RepositoryFilters"]] for it in scanning[0]["Rules"]}
    assert filters == {"CONTINUOUS_SCAN": ["preto-2-*"], "SCAN_ON_PUSH": ["*"]}
    named = tree(ecr={"enhanced_scanning": True, "repository_name": "team/app"})["Ecr"]
    assert properties(named, SCANNING)["Rules"][0]["RepositoryFilters"][0]["Filter"] == "team/app"


def test_no_stack_turns_inspector_off_in_the_account() -> None:
    """Deleting the configuration would: so it stays when the setting or the stack goes."""
    resource = tree(ecr={"enhanced_scanning": True})["Ecr"]["Resources"][SCANNING]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_scanning_needs_a_repository_of_our_own() -> None:
    """With an image elsewhere there is nothing to scan, and that is said."""
    with pytest.raises(ValidationError, match="there is no repository to scan"):
        tree(ecr={"enhanced_scanning": True}, ecs={"image": "ghcr.io/team/app"})


def test_images_of_another_registry_come_through_ours() -> None:
    """ECR fetches them with the credentials, where the other registry wants some."""
    template = tree(ecr={"pull_through_cache": DOCKER})["Ecr"]
    assert properties(template, "PullThroughCacheRule") == {
        "EcrRepositoryPrefix": "hub",
        "UpstreamRegistry": "docker-hub",
        "UpstreamRegistryUrl": "registry-1.docker.io",
        "CredentialArn": CREDENTIALS,
    }
    assert "PullThroughCacheRule" not in tree()["Ecr"]["Resources"]


@pytest.mark.parametrize("upstream", UPSTREAM_URLS)
def test_credentials_are_there_where_they_are_needed_and_only_there(upstream: str) -> None:
    """What ECR would refuse in the middle of a deployment is refused when the settings are read."""
    cache = DOCKER | {"upstream": upstream}
    free = upstream in {"ecr-public", "k8s", "quay"}
    right, wrong = (None, CREDENTIALS) if free else (CREDENTIALS, None)
    rule = properties(
        tree(ecr={"pull_through_cache": cache | {"credential_arn": right}})["Ecr"], "PullThroughCacheRule"
    )
    assert ("CredentialArn" in rule) is not free
    with pytest.raises(ValidationError, match="credentials"):
        tree(ecr={"pull_through_cache": cache | {"credential_arn": wrong}})


def test_who_starts_tasks_may_fetch_what_comes_through_the_cache_and_nothing_else() -> None:
    """The first pull makes ECR fetch the image and make its repository, in the name of the one who pulls."""
    host = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com"
    sidecars = ({"name": "proxy", "image": f"{host}/hub/library/nginx:1"}, {"name": "otel", "image": f"{host}/otel:1"})
    pull = properties(tree(ecr={"pull_through_cache": DOCKER}, ecs={"sidecars": sidecars})["Iam"], "TaskExecutionRole")
    found = {it["Sid"]: it for it in statements(pull["Policies"])}
    assert found["FetchImage"]["Action"] == ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
    arn = "arn:${AWS::Partition}:ecr:ap-northeast-2:123456789012:repository/hub/library/nginx"
    assert found["FetchImage"]["Resource"] == [{"Fn::Sub": arn}]
    assert {"Fn::Sub": arn} in found["PullImage"]["Resource"]
    plain = properties(tree(ecs={"sidecars": sidecars})["Iam"], "TaskExecutionRole")
    assert "FetchImage" not in {it["Sid"] for it in statements(plain["Policies"])}


def test_an_image_that_comes_through_the_cache_waits_for_it() -> None:
    """There is no repository of our own then, and nothing else would make the service wait for the rule."""
    image = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/hub/team/app"
    templates = tree(ecr={"pull_through_cache": DOCKER}, ecs={"image": image})
    assert set(templates["Ecr"]["Resources"]) == {"PullThroughCacheRule"}
    assert templates["Root"]["Resources"]["Ecs"]["DependsOn"] == "Ecr"
    assert templates["Root"]["Outputs"]["EcrRepositoryUrl"]["Value"] == image
    assert "DependsOn" not in tree()["Root"]["Resources"]["Ecs"]


KEEP_TWO = {
    "rules": [
        {
            "rulePriority": 1,
            "description": "Keep the last 2 images",
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 2},
            "action": {"type": "expire"},
        }
    ]
}


def test_all_images_are_counted_where_that_is_wanted() -> None:
    """Terraform's `ecr_lifecycle_count`: one rule, whatever the tags, with mutable tags or not."""
    for mutability in ("MUTABLE", "IMMUTABLE"):
        repository = properties(tree(ecr={"keep_images": 2, "image_tag_mutability": mutability})["Ecr"], "Repository")
        assert json.loads(repository["LifecyclePolicy"]["LifecyclePolicyText"]) == KEEP_TWO


def test_policies_can_be_given_as_they_are() -> None:
    """What no other setting says of a repository that exists; "" is no policy."""
    pull = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}],
    }
    given = {"lifecycle_policy": json.dumps(KEEP_TWO), "repository_policy": json.dumps(pull)}
    repository = properties(tree(ecr=given)["Ecr"], "Repository")
    assert repository["LifecyclePolicy"] == {"LifecyclePolicyText": given["lifecycle_policy"]}
    assert repository["RepositoryPolicyText"] == pull
    without = properties(tree(ecr={"lifecycle_policy": "", "repository_policy": ""})["Ecr"], "Repository")
    assert not {"LifecyclePolicy", "RepositoryPolicyText"} & {*without}


@pytest.mark.parametrize(
    ("ecr", "message"),
    [
        ({"keep_images": 2, "expiring_tags": ("pr-*",)}, "means nothing: keep_images counts all images"),
        ({"keep_images": 2, "untagged_expire_days": 3}, "means nothing: keep_images counts all images"),
        ({"keep_images": 2, "keep_tagged_images": 3}, "means nothing: keep_images counts all images"),
        ({"lifecycle_policy": "", "keep_images": 2}, "means nothing: lifecycle_policy says what expires"),
        ({"repository_policy": "", "pull_account_ids": ("123456789012",)}, "means nothing: repository_policy says"),
        ({"lifecycle_policy": "rules"}, "is no JSON"),
        ({"lifecycle_policy": "[]"}, "is no policy"),
        ({"repository_policy": "{}"}, "is no policy"),
        ({"keep_images": 0}, "greater than or equal to 1"),
    ],
)
def test_one_setting_says_what_expires(ecr: dict[str, Any], message: str) -> None:
    """Two of them would contradict each other, and a policy that is none would fail late."""
    with pytest.raises(ValidationError, match=message):
        tree(ecr=ecr)
