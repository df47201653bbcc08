"""Cluster, task definition, service."""

from __future__ import annotations

from tests.support.templates import properties, tree


def test_a_failed_deployment_rolls_back_by_itself() -> None:
    """New tasks that do not start do not take the old ones with them, and the stack does not wait for hours."""
    configuration = properties(tree()["Ecs"], "Service")["DeploymentConfiguration"]
    assert configuration["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert (configuration["MinimumHealthyPercent"], configuration["MaximumPercent"]) == (100, 200)


def test_an_empty_desired_count_is_left_out() -> None:
    """An update with an empty count does not throw away what autoscaling has scaled to."""
    template = tree()["Ecs"]
    assert properties(template, "Service")["DesiredCount"] == {
        "Fn::If": ["DesiredCountIsGiven", {"Ref": "DesiredCount"}, {"Ref": "AWS::NoValue"}]
    }
    assert template["Conditions"]["DesiredCountIsGiven"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "DesiredCount"}, ""]}]}


def test_the_service_is_wired_to_network_and_load_balancer() -> None:
    """Subnets, security group and target group are those that the network made."""
    service = properties(tree()["Ecs"], "Service")
    assert service["NetworkConfiguration"]["AwsvpcConfiguration"] == {
        "AssignPublicIp": {"Ref": "AssignPublicIp"},
        "SecurityGroups": [{"Ref": "SecurityGroupId"}],
        "Subnets": {"Ref": "SubnetIds"},
    }
    assert service["LoadBalancers"] == [
        {
            "ContainerName": "web",
            "ContainerPort": {"Ref": "ContainerPort"},
            "TargetGroupArn": {"Ref": "TargetGroupArn"},
        }
    ]


def test_the_container_has_time_to_start_and_to_stop() -> None:
    """Streamlit's imports may take a while, and a session may finish its script."""
    template = tree()["Ecs"]
    (container,) = properties(template, "TaskDefinition")["ContainerDefinitions"]
    assert properties(template, "Service")["HealthCheckGracePeriodSeconds"] == 120
    assert container["StopTimeout"] == 120


def test_streamlit_listens_where_the_load_balancer_looks() -> None:
    """Port and address come from the template, whatever the image's own configuration says."""
    definition = properties(tree()["Ecs"], "TaskDefinition")
    (container,) = definition["ContainerDefinitions"]
    assert (container["Name"], container["Essential"], container["Image"]) == (
        "web",
        True,
        {"Ref": "ContainerImage"},
    )
    assert container["PortMappings"] == [{"ContainerPort": {"Ref": "ContainerPort"}, "Protocol": "tcp"}]
    assert {it["Name"]: it["Value"] for it in container["Environment"]} == {
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        "STREAMLIT_SERVER_ADDRESS": "0.0.0.0",
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_SERVER_PORT": {"Ref": "ContainerPort"},
    }


def test_the_task_is_a_fargate_task_with_both_roles_and_the_operators_size() -> None:
    """CPU and memory are parameters: another size needs no new template."""
    definition = properties(tree()["Ecs"], "TaskDefinition")
    assert definition["RequiresCompatibilities"] == ["FARGATE"]
    assert definition["NetworkMode"] == "awsvpc"
    assert (definition["Cpu"], definition["Memory"]) == ({"Ref": "Cpu"}, {"Ref": "Memory"})
    assert definition["ExecutionRoleArn"] == {"Ref": "TaskExecutionRoleArn"}
    assert definition["TaskRoleArn"] == {"Ref": "TaskRoleArn"}


def test_logs_are_kept_for_a_time_and_survive_the_stack() -> None:
    """Deleting the service does not delete what it said; the retention does, in time."""
    template = tree(ecs={"log_retention_days": 90})["Ecs"]
    group = template["Resources"]["LogGroup"]
    assert group["Properties"]["RetentionInDays"] == 90
    assert (group["DeletionPolicy"], group["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    (container,) = properties(template, "TaskDefinition")["ContainerDefinitions"]
    assert container["LogConfiguration"] == {
        "LogDriver": "awslogs",
        "Options": {
            "awslogs-group": {"Ref": "LogGroup"},
            "awslogs-region": {"Ref": "AWS::Region"},
            "awslogs-stream-prefix": "web",
        },
    }


def test_container_insights_are_on() -> None:
    """CPU and memory of tasks are there to be looked at."""
    settings = properties(tree()["Ecs"], "Cluster")["ClusterSettings"]
    assert settings == [{"Name": "containerInsights", "Value": "enabled"}]
