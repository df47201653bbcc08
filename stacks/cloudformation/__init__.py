"""CloudFormation's stacks, change sets, events and drift, as the API tells of them."""
