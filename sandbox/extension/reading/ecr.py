"""AWS::ECR::Repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core.responses import get_account_id
from ministack.services import ecr

from sandbox.extension.reading.readable import Readable
from sandbox.extension.reading.shapes import document, present, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Properties


def _repository(name: str) -> Properties | None:
    found = ecr._repositories.get(name)
    if found is None:
        return None
    encryption, lifecycle = found["encryptionConfiguration"], ecr._lifecycle_policies.get(name)
    return {
        "RepositoryName": name,
        "Arn": found["repositoryArn"],
        "RepositoryUri": found["repositoryUri"],
        "ImageTagMutability": found["imageTagMutability"],
        "ImageScanningConfiguration": {"ScanOnPush": bool(found["imageScanningConfiguration"].get("scanOnPush"))},
        "EncryptionConfiguration": present(
            EncryptionType=encryption.get("encryptionType"), KmsKey=encryption.get("kmsKey")
        ),
        **present(
            LifecyclePolicy={"LifecyclePolicyText": lifecycle, "RegistryId": get_account_id()} if lifecycle else None,
            RepositoryPolicyText=document(ecr._repo_policies.get(name) or None),
        ),
        "Tags": tags(found.get("tags")),
    }


def _repositories() -> Iterator[tuple[str, ...]]:
    for name in list(ecr._repositories):
        yield (name,)


READERS = {"AWS::ECR::Repository": Readable(read=_repository, every=_repositories)}
