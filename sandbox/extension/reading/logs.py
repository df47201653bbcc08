"""AWS::Logs::LogGroup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import cloudwatch_logs

from sandbox.extension.reading.readable import Readable, every_key
from sandbox.extension.reading.shapes import document, present, tags

if TYPE_CHECKING:
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


READERS = {"AWS::Logs::LogGroup": Readable(read=_log_group, every=every_key(cloudwatch_logs._log_groups))}
