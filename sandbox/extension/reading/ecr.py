"""AWS::ECR::Repository, RegistryScanningConfiguration and PullThroughCacheRule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core.responses import get_account_id
from ministack.services import ecr

from sandbox.extension.reading.readable import Readable, every_key
from sandbox.extension.reading.shapes import document, pascal, present, tags
from sandbox.extension.resources import ecr_registry

if TYPE_CHECKING:
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


def _scanning(registry_id: str) -> Properties | None:
    if registry_id != get_account_id():
        return None
    found = ecr_registry.SCANNING.get("configuration") or ecr_registry.DEFAULT
    return {"RegistryId": registry_id, "ScanType": found["scanType"], "Rules": pascal(found["rules"])}


def _scannings() -> list[tuple[str, ...]]:
    return [(str(get_account_id()),)]


def _cache_rule(prefix: str) -> Properties | None:
    found = ecr_registry.RULES.get(prefix)
    if found is None:
        return None
    return {"EcrRepositoryPrefix": prefix, **present(UpstreamRegistryUrl=found.get("upstreamRegistryUrl"))}


READERS = {
    "AWS::ECR::Repository": Readable(read=_repository, every=every_key(ecr._repositories)),
    "AWS::ECR::RegistryScanningConfiguration": Readable(read=_scanning, every=_scannings),
    "AWS::ECR::PullThroughCacheRule": Readable(
        read=_cache_rule, every=every_key(ecr_registry.RULES), unread=frozenset({"UpstreamRepositoryPrefix"})
    ),
}
