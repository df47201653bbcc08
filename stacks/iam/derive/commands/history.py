"""What `history` calls, and `rollback` besides what `deploy` does."""

from __future__ import annotations

from stacks.iam.derive.calls import NOTHING, REPOSITORY, REVISIONS, SERVICE, TREE, calls_of

READING = (
    ("cloudformation:DescribeStacks", TREE, "whether the environment is deployed"),
    ("cloudformation:DescribeStackEvents", TREE, "what was done to the stacks, and how it ended"),
    ("cloudformation:ListStacks", NOTHING, "the stack that was deleted last, where there is none"),
    ("ecs:ListServiceDeployments", SERVICE, "how the deployments of the service ended"),
    ("ecs:DescribeServiceRevisions", REVISIONS, "which images they had"),
    ("ecs:DescribeTaskDefinition", NOTHING, "the image of a task definition"),
)
CALLS = calls_of(
    "history",
    *READING,
    ("cloudtrail:LookupEvents", NOTHING, "who has deployed; where it is denied, that is not shown"),
)
ROLLBACK = calls_of("rollback", *READING, ("ecr:DescribeImages", REPOSITORY, "whether an image is still there"))
