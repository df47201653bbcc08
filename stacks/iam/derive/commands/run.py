"""What `run` calls: one task, its states, its log, and for another image a task definition of its own."""

from __future__ import annotations

from stacks.iam.derive.calls import (
    DEFINITIONS,
    LOG,
    NOTHING,
    OWN_DEFINITIONS,
    REPOSITORY,
    SERVICE,
    TASK_ROLES,
    TASKS,
    TREE,
    Call,
    calls_of,
)

CALLS = (
    *calls_of(
        "run",
        ("cloudformation:DescribeStacks", TREE, "which cluster and service there are"),
        ("ecs:DescribeServices", SERVICE, "which task definition, network and tags the service has"),
        ("ecs:DescribeTaskDefinition", NOTHING, "its containers, and where their logs are"),
        ("ecs:RunTask", DEFINITIONS, "the task is started"),
        ("ecs:RunTask", OWN_DEFINITIONS, "with --image and --entry-point"),
        ("ecs:TagResource", TASKS, "the task gets the tags that tasks of the service have"),
        ("ecs:DescribeTasks", TASKS, "its states, and its exit code"),
        ("ecs:StopTask", TASKS, "Ctrl-C and --timeout stop it"),
        ("logs:GetLogEvents", LOG, "what it writes"),
        ("ecr:DescribeRepositories", REPOSITORY, "with --image: where the image has to be"),
        ("ecr:DescribeImages", REPOSITORY, "with --image: whether it is there"),
        ("ecs:RegisterTaskDefinition", OWN_DEFINITIONS, "with --image and --entry-point: a revision for this task"),
        ("ecs:TagResource", OWN_DEFINITIONS, "the same, with the tags of the service's definition"),
        ("ecs:DeregisterTaskDefinition", NOTHING, "the revision is deleted again"),
        ("ecs:DeleteTaskDefinitions", OWN_DEFINITIONS, "the revision is deleted again"),
    ),
    Call(
        action="iam:PassRole",
        commands=("run",),
        on=TASK_ROLES,
        why="ECS is handed the roles of the task",
        to="ecs-tasks.amazonaws.com",
    ),
)
