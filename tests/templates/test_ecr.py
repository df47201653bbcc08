"""The image repository."""

from __future__ import annotations

import json

from tests.templates.trees import properties, statements, tree


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


def test_old_images_expire() -> None:
    """The last N tagged images stay, untagged ones go after N days; ECR applies the rules by priority."""
    template = tree(ecr={"keep_tagged_images": 12, "untagged_expire_days": 3})["Ecr"]
    rules = json.loads(properties(template, "Repository")["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]
    assert [rule["rulePriority"] for rule in rules] == [1, 2]
    untagged, tagged = (rule["selection"] for rule in rules)
    assert untagged == {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 3,
    }
    assert tagged == {
        "tagStatus": "tagged", "tagPatternList": ["*"], "countType": "imageCountMoreThan", "countNumber": 12,
    }  # fmt: skip


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
