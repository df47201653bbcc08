"""The team's own variables, all of them: with no other setting they build the tree that they describe."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stacks.settings.variables import VARIABLES
from tests.support.commands import project

if TYPE_CHECKING:
    from pathlib import Path

P = "preto-2-streamlit-app"
GROUP = "sg-0123456789abcdef0"
SUBNETS = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"]
TFVARS = f"""\
# General
aws_region   = "ap-northeast-2"
project_name = "preto-2"
app_name     = "streamlit-app"
environment  = "prod"

# Images
image_tag_mutability = "MUTABLE"
ecr_lifecycle_count  = 2

# Tasks
ecs_cpu           = "512"
ecs_memory        = "1024"
ecs_desired_count = 1
container_port    = 8501
cpu_architecture  = "ARM64"

# Network
vpc_id            = "vpc-0123456789abcdef0"
subnet_ids        = {json.dumps(SUBNETS)}
security_group_id = "{GROUP}"

# Number of tasks
autoscaling_enabled       = true
autoscaling_min_capacity  = 1
autoscaling_max_capacity  = 4
autoscaling_cpu_target    = 70
autoscaling_memory_target = 70
"""


def built(folder: Path, *words: str) -> dict[str, dict[str, Any]]:
    """Build `prod` from an empty environment file with these words, and return the templates by their file's stem."""
    here = project(folder)
    (folder / "environments" / "prod.toml").write_text("# All is in the tfvars.\n", encoding="utf-8")
    (folder / "team.tfvars").write_text(TFVARS, encoding="utf-8")
    here.succeed("build", "prod", *words)
    files = (folder / "out" / "prod").glob("*.template.json")
    return {it.name.partition(".")[0]: json.loads(it.read_text(encoding="utf-8")) for it in files}


def properties(templates: dict[str, dict[str, Any]], path: str) -> Any:
    """The properties of a resource: `network/LoadBalancer`."""
    file, _, logical_id = path.partition("/")
    return templates[file]["Resources"][logical_id]["Properties"]


def test_the_team_s_file_is_the_whole_environment(tmp_path: Path) -> None:
    """It lints; names, network, security group, images and sizes are the team's, none of ours is made beside them."""
    assert [it.name for it in VARIABLES if f"\n{it.name} " not in TFVARS] == []
    templates = built(tmp_path, "--var-file", "team.tfvars")
    assert properties(templates, "ecr/Repository")["RepositoryName"] == P
    assert properties(templates, "ecr/Repository")["ImageTagMutability"] == "MUTABLE"
    (rule,) = json.loads(properties(templates, "ecr/Repository")["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]
    assert rule["selection"] == {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 2}
    assert properties(templates, "ecs/Cluster")["ClusterName"] == P
    assert properties(templates, "ecs/Service")["ServiceName"] == P
    assert properties(templates, "ecs/TaskDefinition")["Family"] == P
    assert properties(templates, "ecs/LogGroup")["LogGroupName"] == f"/ecs/{P}"
    assert properties(templates, "ecs/TaskDefinition")["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
    balancer = properties(templates, "network/LoadBalancer")
    assert balancer["Name"].startswith(f"{P}-")
    assert (balancer["SecurityGroups"], balancer["Subnets"]) == ([GROUP], SUBNETS)
    group = properties(templates, "network/TargetGroup")
    assert (group["VpcId"], group["Port"]) == ("vpc-0123456789abcdef0", 8501)
    types = {it["Type"] for template in templates.values() for it in template["Resources"].values()}
    assert not {"AWS::EC2::VPC", "AWS::EC2::SecurityGroup"} & types
    defaults = {name: it["Default"] for name, it in templates["root"]["Parameters"].items() if "Default" in it}
    assert (defaults["EcsCpu"], defaults["EcsMemory"], defaults["EcsDesiredCount"]) == ("512", "1024", "1")
    assert (defaults["AutoscalingMinCapacity"], defaults["AutoscalingMaxCapacity"]) == ("1", "4")
    assert (defaults["AutoscalingCpuTarget"], defaults["AutoscalingMemoryTarget"]) == ("70", "70")


def test_its_security_group_is_named_as_it_is_written(tmp_path: Path) -> None:
    """A problem with a value that two keys take is one problem, of the variable; `null` takes back both."""
    here = project(tmp_path)
    (tmp_path / "team.tfvars").write_text(TFVARS.replace(GROUP, "sg-1"), encoding="utf-8")
    said = here.fail("build", "prod", "--var-file", "team.tfvars")
    assert said.count("security_group_id") == said.count("sg-1") == 1
    assert 'team.tfvars:21: security_group_id = "sg-1": must be like "sg-0123456789abcdef0"' in said
    templates = built(tmp_path / "without", "--var-file", "team.tfvars", "--var", "security_group_id=null")
    assert (
        len([it for it in templates["network"]["Resources"].values() if it["Type"] == "AWS::EC2::SecurityGroup"]) == 2
    )
