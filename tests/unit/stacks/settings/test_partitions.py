"""ARNs are of the partition in which the environment is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from templates.partitions import partition_of

if TYPE_CHECKING:
    from tests.unit.stacks.settings.conftest import Folder

IN_CHINA = 'project = "preto-2"\n[aws]\nregion = "cn-north-1"\n'
KEY = "kms:cn-north-1:123456789012:key/a"


@pytest.mark.parametrize(
    ("region", "name"),
    [
        ("ap-northeast-2", "aws"),
        ("us-east-1", "aws"),
        ("eu-central-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("eusc-de-east-1", "aws-eusc"),
        ("us-isob-east-1", "aws-iso-b"),
    ],
)
def test_a_region_is_in_one_partition(region: str, name: str) -> None:
    """Its name tells which one."""
    assert partition_of(region).name == name


def test_an_arn_of_another_partition_is_refused(folder: Folder) -> None:
    """An ARN that was copied from elsewhere would be found out by AWS after minutes, and with other words."""
    folder.write("prod.toml", f'{IN_CHINA}[security]\nkms_key = "arn:aws:{KEY}"\n')
    assert folder.refusal() == (
        f'prod.toml:5: security.kms_key = "arn:aws:{KEY}": is in the partition aws, which the region cn-north-1 '
        "cannot reach: its ARNs begin with arn:aws-cn:"
    )


def test_an_arn_inside_of_maps_and_lists_of_tables_is_refused(folder: Folder) -> None:
    """Wherever a setting asks for an ARN."""
    arn = "arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/a"
    folder.write("prod.toml", f'{IN_CHINA}[ecs.secrets]\nA = "{arn}"\n')
    assert folder.refusal().startswith(f'prod.toml:5: ecs.secrets.A = "{arn}": is in the partition aws-us-gov')
    statement = '[[iam.task_statements]]\nsid = "A"\nactions = ["s3:GetObject"]\nresources = ["*", "arn:aws:s3:::a/*"]'
    folder.write("prod.toml", f"{IN_CHINA}{statement}\n")
    assert "is in the partition aws, which the region cn-north-1" in folder.refusal()


def test_arns_of_the_partition_and_in_free_text_are_taken(folder: Folder) -> None:
    """What the application makes of a variable's text is its own affair; an ARN in a policy may leave it open."""
    folder.write(
        "prod.toml",
        f'{IN_CHINA}[security]\nkms_key = "arn:aws-cn:{KEY}"\n[ecs.environment]\nBUCKET = "arn:aws:s3:::a"\n'
        '[[iam.task_statements]]\nsid = "A"\nactions = ["s3:GetObject"]\nresources = ["arn:*:s3:::a/*"]\n',
    )
    assert folder.load().security.kms_key == f"arn:aws-cn:{KEY}"
