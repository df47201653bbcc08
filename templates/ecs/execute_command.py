"""ECS Exec: a shell in a running container, through Systems Manager, with what is typed kept in a log.

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
"""Where the agent of Systems Manager writes in a container whose root file system is read-only.

AWS calls that combination unsupported; with these three writable it works
(https://github.com/aws/containers-roadmap/issues/1359).
"""


def cluster_configuration(log_group: LogGroup, key: KeyArn | None) -> ClusterConfiguration:
    """Keep every session's input and output in the log group; with a key of one's own, encrypt the sessions too."""
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
