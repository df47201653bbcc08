"""Wall time of `deploy` beyond the stack's own time, against `aws cloudformation package` and `deploy`.

The stack's own time is what its events say: from the root's first to its last. Each deployment is the first one of a
fresh account on the embedded AWS, with an image and with resources that take a fraction of AWS's typical time.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import boto3

import sandbox
from tests.bench.measure import ROOT, in_turn, run, verdict

RUNS = 5
TIME_SCALE = 0.02
STACK = "preto-2-prod"
BUILD = [sys.executable, str(ROOT / "build.py")]
ZONES = 'network_availability_zones=["ap-northeast-2a", "ap-northeast-2b"]'
"""What the AWS CLI does not look up."""
AWS_CLI = str(ROOT / os.environ.get("AWS_CLI", "aws"))


def main() -> None:
    """Print both figures and their ratio."""
    with (
        tempfile.TemporaryDirectory() as name,
        sandbox.running(state_dir=None, region="ap-northeast-2", time_scale=TIME_SCALE) as address,
    ):
        folder = Path(name)
        shutil.copytree(ROOT / "environments", folder / "environments")
        accounts = iter(address.as_account(str(number)) for number in range(200000000001, 200000001000))
        run([*BUILD, "build", "prod", "--var", ZONES], cwd=folder)

        def ours() -> float:
            account = next(accounts)
            env = prepare(account, folder)
            return run([*BUILD, "deploy", "prod", "--yes"], cwd=folder, env=env) - own_seconds(account)

        def the_aws_cli() -> float:
            account = next(accounts)
            env = prepare(account, folder)
            return _package_and_deploy(folder, env) - own_seconds(account)

        mine, theirs = in_turn(RUNS, ours, the_aws_cli)
    print(f"Deployment of prod beyond the stack's own time (time scale {TIME_SCALE}), median of {RUNS}")
    print(f"  build.py deploy prod                    {mine}")
    print(f"  aws cloudformation package and deploy   {theirs}")
    print(f"  ratio {mine.median / theirs.median:.2f}")
    print(verdict("build.py deploy beyond the stack's own time", mine.median, 1.0, " s"))


def prepare(account: sandbox.Address, folder: Path) -> dict[str, str]:
    """An account with its artifact bucket."""
    env = {**os.environ, **account.environment()}
    run([*BUILD, "bootstrap", "prod", "--yes"], cwd=folder, env=env)
    return env


def _package_and_deploy(folder: Path, env: dict[str, str]) -> float:
    packaged = str(folder / "packaged.json")
    template = str(folder / "out" / "prod" / "root.template.json")
    bucket = _client_of(env, "cloudformation").describe_stacks(StackName="preto-2-bootstrap")["Stacks"][0]["Outputs"]
    name = next(it["OutputValue"] for it in bucket if it["OutputKey"] == "ArtifactBucket")
    package = [AWS_CLI, "cloudformation", "package", "--template-file", template, "--s3-bucket", name, "--use-json"]
    deploy = [AWS_CLI, "cloudformation", "deploy", "--template-file", packaged, "--stack-name", STACK]
    parameters = f"file://{folder / 'out' / 'prod' / 'parameters.json'}"
    seconds = run([*package, "--output-template-file", packaged], cwd=folder, env=env)
    options = ["--capabilities", "CAPABILITY_IAM", "--parameter-overrides", parameters]
    return seconds + run([*deploy, *options], cwd=folder, env=env)


def own_seconds(account: sandbox.Address) -> float:
    """From the root's first event to its last."""
    client = _client_of(account.environment(), "cloudformation")
    pages = client.get_paginator("describe_stack_events").paginate(StackName=STACK)
    times = [event["Timestamp"] for page in pages for event in page["StackEvents"]]
    seconds: float = (max(times) - min(times)).total_seconds()
    return seconds


def _client_of(env: dict[str, str], service: str) -> Any:
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=env["AWS_ENDPOINT_URL"],
        region_name=env["AWS_DEFAULT_REGION"],
        aws_access_key_id=env["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"],
    )
