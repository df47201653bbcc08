"""ECS Exec: a shell in a running container, through Systems Manager, with a log of its sessions.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Ref
from troposphere.ecs import ClusterConfiguration, ExecuteCommandConfiguration, ExecuteCommandLogConfiguration

if TYPE_CHECKING:
    from troposphere.logs import LogGroup

    from templates.values import KeyArn

AGENT_PATHS = ("/managed-agents", "/var/lib/amazon/ssm", "/var/log/amazon/ssm")
"""Where the agent of Systems Manager writes.

AWS does not support ECS Exec with a read-only root file system; with these three directories writable it works
(https://github.com/aws/containers-roadmap/issues/1359).
"""


def cluster_configuration(log_group: LogGroup, key: KeyArn | None) -> ClusterConfiguration:
    """Return the cluster's configuration that logs all sessions and, with a customer-managed key, encrypts them."""
    log: dict[str, Any] = {"CloudWatchLogGroupName": Ref(log_group)}
    if key:
        log["CloudWatchEncryptionEnabled"] = True
    return ClusterConfiguration(
        ExecuteCommandConfiguration=ExecuteCommandConfiguration(
            Logging="OVERRIDE",
            LogConfiguration=ExecuteCommandLogConfiguration(**log),
            **({"KmsKeyId": key.expression} if key else {}),
        )
    )
