"""`[names]`: what exists already keeps its name, in every place where the name is used."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from stacks.cloudformation.change_set import required_capabilities
from stacks.settings import Settings
from templates import root
from templates.names import Names
from tests.support.templates import GIVEN_NETWORK, PRETO, of_type, properties, tree

QUERY = "AWS::Logs::QueryDefinition"
STATEMENT = {"sid": "Read", "actions": ("s3:GetObject",), "resources": ("arn:aws:s3:::data/*",)}
EVERYTHING: dict[str, Any] = {
    "network": {"waf": {}, "flow_logs": {}},
    "security": {"kms_key": "own"},
    "ecs": {"exec": True, "deployment": {"strategy": "blue_green"}},
    "monitoring": {"alarms": True, "dashboard": True, "log_insights": True},
    "iam": {"task_statements": (STATEMENT,)},
}
"""Settings with which everything is made that can have a name, but for the policy by requests."""
LITERAL = {
    "load_balancer": ("Network", "LoadBalancer", "Name"),
    "target_group": ("Network", "TargetGroup", "Name"),
    "alternate_target_group": ("Network", "AlternateTargetGroup", "Name"),
    "flow_log_group": ("Network", "FlowLogGroup", "LogGroupName"),
    "flow_log_role": ("Network", "FlowLogRole", "RoleName"),
    "web_acl": ("Network", "WebAcl", "Name"),
    "web_acl_log_group": ("Network", "WebAclLogGroup", "LogGroupName"),
    "cluster": ("Ecs", "Cluster", "ClusterName"),
    "service": ("Ecs", "Service", "ServiceName"),
    "task_family": ("Ecs", "TaskDefinition", "Family"),
    "log_group": ("Ecs", "LogGroup", "LogGroupName"),
    "exec_log_group": ("Ecs", "ExecLogGroup", "LogGroupName"),
    "execution_role": ("Iam", "TaskExecutionRole", "RoleName"),
    "execution_role_path": ("Iam", "TaskExecutionRole", "Path"),
    "task_role": ("Iam", "TaskRole", "RoleName"),
    "task_role_path": ("Iam", "TaskRole", "Path"),
    "load_balancer_role": ("Iam", "LoadBalancerRole", "RoleName"),
    "cpu_policy": ("Autoscaling", "CpuPolicy", "PolicyName"),
    "memory_policy": ("Autoscaling", "MemoryPolicy", "PolicyName"),
    "topic": ("Monitoring", "AlarmTopic", "TopicName"),
    "dashboard": ("Monitoring", "Dashboard", "DashboardName"),
    "target_5xx_alarm": ("Monitoring", "Target5xx", "AlarmName"),
    "unhealthy_hosts_alarm": ("Monitoring", "UnhealthyHosts", "AlarmName"),
    "latency_alarm": ("Monitoring", "LatencyP95", "AlarmName"),
    "cpu_alarm": ("Monitoring", "Cpu", "AlarmName"),
    "memory_alarm": ("Monitoring", "Memory", "AlarmName"),
    "at_maximum_alarm": ("Monitoring", "AtMaximum", "AlarmName"),
    "no_task_alarm": ("Monitoring", "NoTask", "AlarmName"),
}
"""Where each key is the name of a resource."""
ELSEWHERE = {"application", "container", "request_count_policy", "task_policy"}
"""Keys that other tests look at."""
SPECIAL = {
    "log_group": "/team/log",
    "exec_log_group": "/team/exec",
    "flow_log_group": "/team/flow",
    "web_acl_log_group": "aws-waf-logs-team",
    "execution_role_path": "/service-role/",
    "task_role_path": "/team/",
}


def name_of(key: str) -> str:
    """A name that no other key has."""
    return SPECIAL.get(key, f"own-{key.replace('_', '-')}")


@pytest.fixture(scope="module")
def everything() -> dict[str, Any]:
    """The tree in which all names are given."""
    names = {key: name_of(key) for key in Names.model_fields if key not in {"application", "request_count_policy"}}
    return tree(**EVERYTHING, names=names)


def refusal(**settings: Any) -> str:
    """Why these settings are refused."""
    with pytest.raises(ValidationError) as refused:
        root.Settings.model_validate(PRETO | settings)
    return str(refused.value)


def test_each_name_is_in_the_template(everything: dict[str, Any]) -> None:
    """What exists keeps it: all of them are create-only."""
    assert {*Names.model_fields} == {*LITERAL} | ELSEWHERE
    found = {key: properties(everything[child], title)[name] for key, (child, title, name) in LITERAL.items()}
    assert found == {key: name_of(key) for key in LITERAL}


def test_what_uses_a_name_follows_it(everything: dict[str, Any]) -> None:
    """Logs are written and read, requests are forwarded, sessions are logged, under the given names."""
    text = {child: json.dumps(it) for child, it in everything.items()}
    assert "log-group:/team/log:*" in text["Iam"]
    assert "log-group:/team/exec:*" in text["Iam"]
    assert "log-group:/team/flow:*" in text["Network"]
    assert "log-group:aws-waf-logs-team" in text["Network"]
    assert "SOURCE '/team/log'" in text["Monitoring"]
    assert {tuple(it["Properties"]["LogGroupNames"]) for it in of_type(everything["Monitoring"], QUERY).values()} == {
        ("/team/log",)
    }
    [balancer] = properties(everything["Ecs"], "Service")["LoadBalancers"]
    [container] = properties(everything["Ecs"], "TaskDefinition")["ContainerDefinitions"]
    assert balancer["ContainerName"] == container["Name"] == "own-container"
    policies = {it["PolicyName"] for it in properties(everything["Iam"], "TaskRole")["Policies"]}
    assert policies == {"own-task-policy", "execute-command"}


def test_the_key_may_be_used_for_all_log_groups_of_the_deployment(everything: dict[str, Any]) -> None:
    """Otherwise CloudWatch could not write to them; those with the usual names need one pattern."""
    for template, groups in (
        (tree(security={"kms_key": "own"})["Security"], ["*preto-2-prod*"]),
        (everything["Security"], ["*preto-2-prod*", "/team/log", "/team/exec", "/team/flow", "aws-waf-logs-team"]),
    ):
        _, statement, _ = properties(template, "Key")["KeyPolicy"]["Statement"]
        found = statement["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
        found = found if isinstance(found, list) else [found]
        assert [it["Fn::Sub"].partition("log-group:")[2] for it in found] == groups


def test_an_application_is_in_all_names_instead_of_the_environment() -> None:
    """As Terraform's `app_name` is; the stack and what CloudFormation names stay those of the environment."""
    plain, named = tree(), tree(names={"application": "streamlit-app"})
    names = {
        (child, title, key): value
        for child, template in named.items()
        for title, it in template["Resources"].items()
        for key, value in it.get("Properties", {}).items()
        if isinstance(value, str) and "preto-2" in value and not key.endswith("Description")
    }
    assert names == {
        ("Ecr", "Repository", "RepositoryName"): "preto-2-streamlit-app",
        ("Network", "LoadBalancer", "Name"): "preto-2-streamlit-app",
        ("Network", "TargetGroup", "Name"): "preto-2-streamlit-app-8501",
        ("Ecs", "Cluster", "ClusterName"): "preto-2-streamlit-app",
        ("Ecs", "Service", "ServiceName"): "preto-2-streamlit-app",
        ("Ecs", "TaskDefinition", "Family"): "preto-2-streamlit-app",
        ("Ecs", "LogGroup", "LogGroupName"): "/ecs/preto-2-streamlit-app",
        ("Autoscaling", "CpuPolicy", "PolicyName"): "preto-2-streamlit-app-cpu",
        ("Autoscaling", "MemoryPolicy", "PolicyName"): "preto-2-streamlit-app-memory",
    }
    assert named["Root"]["Description"] == plain["Root"]["Description"]
    tags = {it["Key"]: it["Value"] for it in properties(named["Ecs"], "Cluster")["Tags"]}
    assert tags == {
        "Application": "streamlit-app",
        "Environment": "prod",
        "ManagedBy": "CloudFormation",
        "Project": "preto-2",
    }
    settings = root.Settings.model_validate(PRETO | {"names": {"application": "streamlit-app"}})
    assert settings.identity.name == "preto-2-prod"


def test_the_tag_of_an_application_is_set_in_one_place() -> None:
    """As a tag of one's own it has any value, and no effect on names."""
    aws = {"aws": {"region": "ap-northeast-2"}}
    own = Settings.model_validate(PRETO | aws | {"stack": {"tags": {"Application": "Streamlit App"}}})
    assert own.identity.tags["Application"] == "Streamlit App"
    assert own.identity.stem == "preto-2-prod"
    with pytest.raises(ValidationError, match=r"is set by names\.application"):
        Settings.model_validate(
            PRETO | aws | {"names": {"application": "app"}, "stack": {"tags": {"application": "App"}}}
        )


@pytest.mark.parametrize("named", [True, False])
def test_named_roles_are_acknowledged_and_others_are_not(*, named: bool) -> None:
    """CloudFormation refuses named roles without CAPABILITY_NAMED_IAM; nobody acknowledges more than there is."""
    names = {"task_role": "preto-task-role"} if named else {}
    capabilities = required_capabilities(tree(names=names).values())
    assert ("CAPABILITY_NAMED_IAM" in capabilities) is named


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"load_balancer": "a" * 33}, "at most 32 characters"),
        ({"load_balancer": "internal-app"}, '"internal-" at the start is reserved for AWS'),
        ({"load_balancer": "app-"}, "should match pattern"),
        ({"target_group": "app_tg"}, "should match pattern"),
        ({"cluster": "a" * 256}, "at most 255 characters"),
        ({"service": "app.service"}, "should match pattern"),
        ({"task_role": "a" * 65}, "at most 64 characters"),
        ({"task_role": "team/role"}, "should match pattern"),
        ({"task_role_path": "team/"}, "should match pattern"),
        ({"log_group": "/" + "a" * 512}, "at most 512 characters"),
        ({"log_group": "aws/app"}, '"aws/" at the start is reserved for AWS'),
        ({"log_group": "/ecs/app log"}, "should match pattern"),
        ({"cpu_policy": "a" * 256}, "at most 255 characters"),
        ({"web_acl_log_group": "/waf/app"}, "should match pattern"),
    ],
)
def test_names_that_aws_would_refuse(names: dict[str, str], message: str) -> None:
    """They are refused when the settings are read, and not by a deployment half way."""
    assert message in refusal(names=names)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"names": {"execution_role": "app-role", "task_role": "App-Role"}}, "another role has the name App-Role"),
        ({"names": {"cpu_policy": "scale", "memory_policy": "scale"}}, "another scaling policy has the name scale"),
        (
            {"ecs": {"exec": True}, "names": {"exec_log_group": "/ecs/preto-2-prod"}},
            "another log group has the name /ecs/preto-2-prod",
        ),
        (
            {"names": {"container": "proxy"}, "ecs": {"sidecars": ({"name": "proxy", "image": "nginx:1"},)}},
            "another container has the name proxy",
        ),
        (
            {
                "ecs": {"deployment": {"strategy": "blue_green"}},
                "names": {"target_group": "app", "alternate_target_group": "app"},
            },
            "another target group has the name app",
        ),
        (
            {"iam": {"github_actions_role_name": "Deploys"}, "names": {"task_role": "deploys"}},
            "another role has the name deploys",
        ),
        (
            {"iam": {"task_statements": (STATEMENT,)}, "names": {"task_policy": "execute-command"}},
            "another inline policy of the task role has the name execute-command",
        ),
        (
            {"monitoring": {"alarms": True}, "names": {"cpu_alarm": "busy", "memory_alarm": "busy"}},
            "another alarm has the name busy",
        ),
    ],
)
def test_two_of_one_name(settings: dict[str, Any], message: str) -> None:
    """AWS refuses the second one, or it would overwrite the first."""
    assert message in refusal(**settings)


@pytest.mark.parametrize(
    ("names", "settings", "message"),
    [
        ({"exec_log_group": "/e"}, {}, "ecs.exec is off"),
        ({"alternate_target_group": "b"}, {}, "deployments do not shift traffic"),
        ({"flow_log_role": "flow"}, {}, "there are no flow logs"),
        ({"web_acl": "acl"}, {}, "there is no web ACL"),
        ({"task_policy": "rights"}, {}, "there are no task_statements"),
        ({"cpu_policy": "cpu"}, {"autoscaling": {"cpu_tracking": False}}, "cpu_tracking is off"),
        ({"request_count_policy": "requests"}, {}, "requests are not tracked"),
        ({"cpu_alarm": "busy"}, {}, "there are no alarms"),
        ({"dashboard": "app"}, {}, "there is no dashboard"),
    ],
)
def test_a_name_of_what_is_not_made(names: dict[str, str], settings: dict[str, Any], message: str) -> None:
    """It would have no effect."""
    assert message in refusal(names=names, **settings)


def test_what_the_names_are_made_of_may_be_too_long_where_they_are_given() -> None:
    """Load balancer and target group have 32 characters."""
    long: dict[str, Any] = {"names": {"application": "a-very-long-application"}}
    assert "project and application are too long together" in refusal(project="a-project-of-length", **long)
    given = long["names"] | {"target_group": "tg"}
    assert "the load balancer would be named a-project-of-length-a-very-long-application" in refusal(
        project="a-project-of-length", names=given
    )
    named = tree(project="a-project-of-length", names=given | {"load_balancer": "alb"})
    assert properties(named["Network"], "LoadBalancer")["Name"] == "alb"
    assert tree(project="a-project-of-length", network=GIVEN_NETWORK, **long)


def test_a_policy_by_requests_has_a_name_too() -> None:
    """There is one target group then, as requests are counted in one."""
    template = tree(autoscaling={"request_count_target": 100}, names={"request_count_policy": "by-requests"})
    assert properties(template["Autoscaling"], "RequestCountPolicy")["PolicyName"] == "by-requests"
