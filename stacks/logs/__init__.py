"""The logs of tasks in CloudWatch Logs: read, merged, followed, and queried by Logs Insights."""
