"""What holds data that no template makes again: its replacement or removal has to be allowed by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.errors import Code, UserError, coded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from stacks.cloudformation.changes import Change, StackChanges

STATEFUL = frozenset({
    "AWS::AmazonMQ::Broker",
    "AWS::Backup::BackupVault",
    "AWS::CodeArtifact::Repository",
    "AWS::CodeCommit::Repository",
    "AWS::Cognito::UserPool",
    "AWS::DSQL::Cluster",
    "AWS::DocDB::DBCluster",
    "AWS::DocDB::DBInstance",
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::EC2::Volume",
    "AWS::ECR::Repository",
    "AWS::EFS::FileSystem",
    "AWS::EMR::Cluster",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Elasticsearch::Domain",
    "AWS::FSx::FileSystem",
    "AWS::KMS::Key",
    "AWS::KMS::ReplicaKey",
    "AWS::Kinesis::Stream",
    "AWS::Logs::LogGroup",
    "AWS::MSK::Cluster",
    "AWS::MemoryDB::Cluster",
    "AWS::Neptune::DBCluster",
    "AWS::Neptune::DBInstance",
    "AWS::OpenSearchServerless::Collection",
    "AWS::OpenSearchService::Domain",
    "AWS::Organizations::Account",
    "AWS::QLDB::Ledger",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::RDS::GlobalCluster",
    "AWS::Redshift::Cluster",
    "AWS::S3::Bucket",
    "AWS::S3Express::DirectoryBucket",
    "AWS::S3Tables::Table",
    "AWS::S3Tables::TableBucket",
    "AWS::SDB::Domain",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
    "AWS::Timestream::Table",
})  # fmt: skip
"""The types of cfn-lint's list (`StatefulResources.json`) and of rule E9102, which are not loaded for a deployment."""


def endangered(changes: StackChanges) -> Iterator[tuple[str, Change]]:
    """The stateful resources that are, or may be, replaced or removed, with their paths."""
    for path, change in changes.paths():
        goes = change.kind in {"replace", "remove"} or change.replacement == "Conditional"
        if change.type in STATEFUL and goes and change.certainty != "none":
            yield path, change


def unallowed(changes: StackChanges, allowed: Collection[str]) -> list[tuple[str, Change]]:
    """Those that `allowed` does not name, by path or by logical id."""
    return [(path, change) for path, change in endangered(changes) if not {path, change.logical_id} & set(allowed)]


@coded(Code.REPLACEMENT)
def refuse_unallowed(changes: StackChanges, allowed: Collection[str]) -> None:
    """Raise UserError where a stateful resource goes that `allowed` does not name."""
    if refused := unallowed(changes, allowed):
        why = "; ".join(f"{path} ({change.type}) would be {_verb(change)}" for path, change in refused)
        options = " ".join(f"--allow-replace {path}" for path, _ in refused)
        raise UserError("stateful resources", why, f"Nothing was changed. If that is what you want, add: {options}")


def _verb(change: Change) -> str:
    return {"replace": "replaced", "remove": "removed"}.get(change.kind, "replaced, perhaps")
