"""What the AWS CLI, with nothing of ours, can do with what we render."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.commands import CLEAN, PATIENCE, aws_cli, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account

STACK = "preto-2-prod"
FILES = ["autoscaling", "ecr", "ecs", "iam", "network", "root"]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give `out/prod` as `python build.py` writes it; it is only read."""
    folder = tmp_path_factory.mktemp("rendered")
    project(folder).succeed("build", "prod")
    return folder / "out" / "prod"


def aws(account: Account, *words: str) -> Any:
    """Run `aws cloudformation WORDS` in an account and return the JSON that it prints."""
    done = subprocess.run(
        [aws_cli(), "cloudformation", *words],
        env={**CLEAN, **account.env, "AWS_PAGER": ""},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return json.loads(done.stdout) if done.stdout.startswith("{") else done.stdout


def described(account: Account) -> tuple[str, dict[str, str], dict[str, str]]:
    """The root stack's status, parameters and outputs, as `describe-stacks` tells them."""
    (stack,) = aws(account, "describe-stacks", "--stack-name", STACK)["Stacks"]
    parameters = {it["ParameterKey"]: it["ParameterValue"] for it in stack["Parameters"]}
    return stack["StackStatus"], parameters, {it["OutputKey"]: it["OutputValue"] for it in stack["Outputs"]}


def packaged(account: Account, rendered: Path, tmp_path: Path) -> list[str]:
    """Package what was built; give the words that deploy it, still without parameters."""
    bucket = f"templates-{account.account_id}"
    where = {"LocationConstraint": "ap-northeast-2"}
    account.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    template = str(tmp_path / "packaged.json")
    aws(
        account, "package", "--template-file", str(rendered / "root.template.json"), "--s3-bucket", bucket,
        "--output-template-file", template, "--use-json",
    )  # fmt: skip
    return ["deploy", "--template-file", template, "--stack-name", STACK, "--capabilities", "CAPABILITY_IAM"]


def test_package_and_deploy_work_on_what_build_wrote(account: Account, rendered: Path, tmp_path: Path) -> None:
    """`package` finds the children by relative paths, `deploy` takes `parameters.json`, a parameter can be changed.

    The parameters of a running stack stay what they are when `deploy` overrides another one.
    """
    deploy = packaged(account, rendered, tmp_path)
    aws(account, *deploy, "--parameter-overrides", f"file://{rendered / 'parameters.json'}")
    status, parameters, outputs = described(account)
    assert status == "CREATE_COMPLETE"
    assert (parameters["ImageTag"], parameters["EcsCpu"], parameters["EcsDesiredCount"]) == ("", "4096", "")
    assert outputs["AutoscalingMaxCapacity"] == "4"
    assert "EcsServiceName" not in outputs

    aws(account, *deploy, "--parameter-overrides", "AutoscalingMaxCapacity=6")
    status, parameters, outputs = described(account)
    assert status == "UPDATE_COMPLETE"
    assert (parameters["AutoscalingMaxCapacity"], parameters["EcsCpu"]) == ("6", "4096")
    assert outputs["AutoscalingMaxCapacity"] == "6"


def test_what_is_looked_up_is_added_to_the_parameters(account: Account, tmp_path: Path) -> None:
    """The default VPC and its subnets, which `build` cannot know; without them CloudFormation asks for them."""
    project(tmp_path).succeed("build", "prod", "--var", "network_use_default_vpc=true")
    rendered = tmp_path / "out" / "prod"
    parameters = rendered / "parameters.json"
    overrides = json.loads(parameters.read_text(encoding="utf-8"))
    assert not any(it.startswith(("VpcId=", "PublicSubnetIds=")) for it in overrides)
    found = ["VpcId=vpc-00000001", "PublicSubnetIds=subnet-00000001,subnet-00000002"]
    parameters.write_text(json.dumps([*overrides, *found]), encoding="utf-8")
    aws(account, *packaged(account, rendered, tmp_path), "--parameter-overrides", f"file://{parameters}")
    assert described(account)[0] == "CREATE_COMPLETE"
    (balancer,) = account.client("elbv2").describe_load_balancers()["LoadBalancers"]
    assert [it["SubnetId"] for it in balancer["AvailabilityZones"]] == ["subnet-00000001", "subnet-00000002"]


@pytest.mark.parametrize("name", FILES)
def test_validate_template_accepts_each_file(account: Account, rendered: Path, name: str) -> None:
    """CloudFormation can read each template, and sees the parameters that it declares."""
    path = rendered / f"{name}.template.json"
    answer = aws(account, "validate-template", "--template-body", f"file://{path}")
    declared = json.loads(path.read_text(encoding="utf-8")).get("Parameters", {})
    assert {it["ParameterKey"] for it in answer["Parameters"]} == set(declared)


def test_parameters_name_each_parameter_of_the_root_once(rendered: Path) -> None:
    """`parameters.json` leaves nothing to what an earlier deployment has set, but for what a stack keeps."""
    overrides = json.loads((rendered / "parameters.json").read_text(encoding="utf-8"))
    declared = json.loads((rendered / "root.template.json").read_text(encoding="utf-8"))["Parameters"]
    assert [override.split("=")[0] for override in overrides] == sorted(
        set(declared) - {"AvailabilityZones", "EcsForcedDeployment"}
    )
