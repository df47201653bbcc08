"""AWS::Logs::LogGroup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import cloudwatch_logs

from sandbox.extension.reading.readable import Readable
from sandbox.extension.reading.shapes import document, present, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.extension.untyped import Properties


def _log_group(name: str) -> Properties | None:
    found = cloudwatch_logs._log_groups.get(name)
    if found is None:
        return None
    policy = (cloudwatch_logs._log_group_policies.get(name) or {}).get("policyDocument")
    return {
        "LogGroupName": name,
        "Arn": f"{found['arn'].removesuffix(':*')}:*",
        "LogGroupClass": found["logGroupClass"],
        **present(
            RetentionInDays=found.get("retentionInDays"),
            KmsKeyId=found.get("kmsKeyId"),
            ResourcePolicyDocument=document(policy),
        ),
        "Tags": tags(found.get("tags")),
    }


def _log_groups() -> Iterator[tuple[str, ...]]:
    for name in list(cloudwatch_logs._log_groups):
        yield (name,)


READERS = {"AWS::Logs::LogGroup": Readable(read=_log_group, every=_log_groups)}
