"""Image repositories, their lifecycle policies and their permissions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from stacks.adopt.types.allowed import allowed
from stacks.adopt.types.record import Owned, Part, Stays, TerraformType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.adopt.types.attributes import Attributes
    from stacks.adopt.types.record import Properties

TYPE = "AWS::ECR::Repository"


def _repository(it: Attributes) -> Properties:
    encryption = it.block("encryption_configuration")
    filters = it.blocks("image_tag_mutability_exclusion_filter")
    return {
        "RepositoryName": it.text("name"),
        "ImageTagMutability": it.text("image_tag_mutability"),
        "ImageTagMutabilityExclusionFilters": [
            {
                "ImageTagMutabilityExclusionFilterType": each.text("filter_type"),
                "ImageTagMutabilityExclusionFilterValue": each.text("filter"),
            }
            for each in filters
        ],
        "ImageScanningConfiguration": {"ScanOnPush": it.block("image_scanning_configuration").flag("scan_on_push")},
        "EncryptionConfiguration": {
            "EncryptionType": encryption.text("encryption_type"),
            "KmsKey": encryption.text("kms_key"),
        },
        "Tags": it.tags,
    }


def _lifecycle(it: Attributes) -> Properties:
    """The policy is a text in CloudFormation, too; written anew, so that the same policy is the same text."""
    policy = it.document("policy")
    return {"LifecyclePolicy": {"LifecyclePolicyText": None if policy is None else json.dumps(policy, sort_keys=True)}}


def _whole(it: Attributes) -> list[dict[str, str]]:
    return [{"RepositoryName": it.needed("repository", "id")}]


TYPES: Mapping[str, TerraformType] = {
    "aws_ecr_repository": Owned(
        type=TYPE,
        allowed=allowed(
            "id arn name region registry_id repository_url image_tag_mutability tags tags_all",
            image_tag_mutability_exclusion_filter=allowed("filter filter_type"),
            image_scanning_configuration=allowed("scan_on_push"),
            encryption_configuration=allowed("encryption_type kms_key"),
        ),
        identify=lambda it: {"RepositoryName": it.needed("name", "id")},
        write=_repository,
    ),
    "aws_ecr_lifecycle_policy": Part(
        type=TYPE, allowed=allowed("id repository policy"), wholes=_whole, write=_lifecycle
    ),
    "aws_ecr_repository_policy": Part(
        type=TYPE,
        allowed=allowed("id repository policy"),
        wholes=_whole,
        write=lambda it: {"RepositoryPolicyText": it.document("policy")},
    ),
    "aws_ecr_pull_through_cache_rule": Owned(
        type="AWS::ECR::PullThroughCacheRule",
        allowed=allowed("id ecr_repository_prefix upstream_registry_url credential_arn"),
        identify=lambda it: {"EcrRepositoryPrefix": it.needed("ecr_repository_prefix", "id")},
        write=lambda it: {
            "EcrRepositoryPrefix": it.text("ecr_repository_prefix"),
            "UpstreamRegistryUrl": it.text("upstream_registry_url"),
            "CredentialArn": it.text("credential_arn"),
        },
    ),
    **{
        f"aws_ecr_{name}": Stays(why="a setting of the account's whole region", allowed=allowed("id"))
        for name in ("registry_policy", "registry_scanning_configuration", "replication_configuration")
    },
}
