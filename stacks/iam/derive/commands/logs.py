"""What `logs` calls."""

from __future__ import annotations

from stacks.iam.derive.calls import LOG_GROUP, NOTHING, ROOT, TASKS, calls_of

CALLS = calls_of(
    "logs",
    ("cloudformation:DescribeStacks", ROOT, "whether the environment is deployed"),
    ("logs:FilterLogEvents", LOG_GROUP, "what the tasks have written"),
    ("logs:DescribeLogStreams", LOG_GROUP, "which streams a task or a container has"),
    ("ecs:ListTasks", NOTHING, "which tasks come and go"),
    ("ecs:DescribeTasks", TASKS, "why tasks stop"),
    ("logs:StartQuery", LOG_GROUP, "--query runs a saved query"),
    ("logs:GetQueryResults", NOTHING, "what the query has found"),
    ("logs:StopQuery", NOTHING, "Ctrl-C stops the query"),
    ("logs:DescribeQueryDefinitions", NOTHING, "which queries are saved; where it is denied: those of the templates"),
)
