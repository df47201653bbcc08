"""CloudWatch Logs: events filtered and paged, and queries of Logs Insights."""
