"""Image repositories, and what the registry does for all of them."""

from __future__ import annotations

from templates.resource_types.record import (
    HERE,
    Grant,
    Lookup,
    NotLookedUp,
    ResourceType,
    Service,
    ServiceLinkedRole,
    arn,
    only,
)

TYPES = (
    ResourceType(
        type="AWS::ECR::PullThroughCacheRule",
        noun="pull-through cache rule",
        lookup=Lookup(
            properties=("EcrRepositoryPrefix",),
            client="ecr",
            action="ecr:DescribePullThroughCacheRules",
            operation="describe_pull_through_cache_rules",
            parameters={"ecrRepositoryPrefixes": ["{EcrRepositoryPrefix}"]},
            items=("pullThroughCacheRules",),
            absent=("PullThroughCacheRuleNotFoundException",),
            setting="[ecr.pull_through_cache] prefix",
        ),
        remedy="A rule cannot be changed: set another [ecr.pull_through_cache] prefix, and the same in ecs.image.",
        only=(only("secretsmanager:*", "CredentialArn"),),
        service_linked=(
            ServiceLinkedRole(
                service="pullthroughcache.ecr.amazonaws.com",
                role="AWSServiceRoleForECRPullThroughCache",
                source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/slr-pullthroughcache.html",
            ),
        ),
    ),
    ResourceType(
        type="AWS::ECR::RegistryScanningConfiguration",
        only=(
            only("inspector2:Enable", "ScanType~ENHANCED"),
            only("inspector2:Disable", "ScanType~BASIC"),
            only("inspector2:ListAccountPermissions", "ScanType~BASIC"),
        ),
        service_linked=(
            ServiceLinkedRole(
                service="inspector2.amazonaws.com",
                role="AWSServiceRoleForAmazonInspector2",
                property="ScanType~ENHANCED",
                source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-iam.html",
            ),
        ),
    ),
    ResourceType(
        type="AWS::ECR::Repository",
        noun="repository",
        name="RepositoryName",
        lower=True,
        ref="name",
        arns={"ecr:repository": arn("ecr", "repository/{name}")},
        lookup=NotLookedUp("adopted", "docs/decisions/0004-retained-and-adopted.md"),
        remedy="What is in a repository is not encrypted anew: set another [ecr] repository_name, which makes a second "
        "one. `deploy` copies the image that runs, and the first one stays, with all of its images.",
        shown=("RepositoryName", "ImageTagMutability"),
        replaced="a new, empty repository; the images stay behind in the old one",
        removed="its images go with it",
        fixed=("Arn", "RepositoryUri"),
        seconds=(1, 2),
        only=(
            only("ecr:PutLifecyclePolicy ecr:DeleteLifecyclePolicy", "LifecyclePolicy"),
            only("ecr:SetRepositoryPolicy ecr:DeleteRepositoryPolicy", "RepositoryPolicyText"),
            only("ecr:PutImageScanningConfiguration", "ImageScanningConfiguration"),
            only("ecr:PutImageTagMutability", "ImageTagMutability"),
            only("kms:*", "EncryptionConfiguration.EncryptionType~KMS"),
        ),
    ),
)

SERVICE = Service(
    types=TYPES,
    execution={
        "Service": (
            Grant("ImageRepositories", "ecr", "*", on=(arn("ecr", "repository/{repository}"),)),
            Grant(
                "ImageRegistry",
                "ecr",
                "CreatePullThroughCacheRule DeletePullThroughCacheRule DescribePullThroughCacheRules "
                "GetRegistryScanningConfiguration PutRegistryScanningConfiguration"
                " inspector2:Enable",
                when=HERE,
            ),
        )
    },
    drift=(
        Grant(
            "ReadRepositories",
            "ecr",
            "GetLifecyclePolicy GetRepositoryPolicy ListTagsForResource",
            on=(arn("ecr", "repository/{repository}"),),
        ),
    ),
)
