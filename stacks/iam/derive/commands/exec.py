"""What `exec` calls: which task there is, and a session in it.

The session itself is that of the plugin, with a token that ECS gives, and needs no right of the caller
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html, "Using IAM policies to limit access").
"""

from __future__ import annotations

from stacks.iam.derive.calls import CLUSTER, EXEC_KEY, NOTHING, SERVICE, TASKS, TREE, calls_of

CALLS = calls_of(
    "exec",
    ("cloudformation:DescribeStacks", TREE, "which cluster and service there are"),
    ("ecs:DescribeServices", SERVICE, "whether the service has ECS Exec"),
    ("ecs:DescribeTaskDefinition", NOTHING, "which containers it has"),
    ("ecs:ListTasks", NOTHING, "which tasks run"),
    ("ecs:DescribeTasks", TASKS, "whether they have ECS Exec, and its agent runs"),
    ("ecs:ExecuteCommand", TASKS, "the session is opened"),
    ("ecs:ExecuteCommand", CLUSTER, "the same: ECS decides on the cluster, too"),
    ("kms:GenerateDataKey", EXEC_KEY, "the session is encrypted with the key of the cluster's configuration"),
)
