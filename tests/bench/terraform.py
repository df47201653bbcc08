"""`plan` without changes against `terraform plan` without changes: the same application on the same server.

Each is a whole process that finds nothing to change in what it has deployed itself: the network is given, the rest is
made by Terraform in one account, and by the templates in another.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import sandbox
from sandbox.image import place_image
from tests.bench.measure import ROOT, Figure, use, verdict
from tests.support.accounts import Account
from tests.support.commands import CLEAN
from tests.support.terraform import missing, network, terraform_project

if TYPE_CHECKING:
    from tests.bench.measure import Used
    from tests.support.terraform import Terraform

RUNS = 5
TIME, MEMORY = 0.25, 0.2
"""Parts of Terraform's time and memory that are allowed."""
BUILD = [sys.executable, str(ROOT / "build.py")]
REPOSITORY = "preto-2-streamlit-app"
ENVIRONMENT = """
project = "preto-2"
environment = "prod"

[aws]
region = "ap-northeast-2"

[network]
vpc_id = {vpc_id}
public_subnet_ids = {subnet_ids}

[ecr]
repository_name = "preto-2-streamlit-app"
"""


def main() -> None:
    """Print wall times and peak memory of both, and their ratios."""
    if why := missing():
        print(f"terraform plan: not measured, {why}")
        return
    with (
        tempfile.TemporaryDirectory() as name,
        sandbox.running(state_dir=None, region="ap-northeast-2") as address,
    ):
        folder = Path(name)
        terraform = _applied(folder, Account(address=address.as_account("200000000001")))
        env = _deployed(folder, Account(address=address.as_account("200000000002")))
        count = sum(not it.startswith(("data.", "module.iam.data.")) for it in terraform.addresses())

        def ours() -> Used:
            return use([*BUILD, "plan", "prod"], cwd=folder, env=env)

        def theirs() -> Used:
            return use([terraform.program, "plan", "-detailed-exitcode"], cwd=terraform.folder, env=terraform.env)

        ours()
        rows = [(ours(), theirs()) for _ in range(RUNS)]
    print(f"A plan without changes, {count} resources of Terraform, median of {RUNS}")
    for title, used in zip(("build.py plan", "terraform plan"), zip(*rows, strict=True), strict=True):
        seconds = Figure(tuple(it.seconds for it in used))
        memory = Figure(tuple(it.mebibytes for it in used), "MiB")
        print(f"  {title:16}{seconds}   {memory}")
    times = Figure(tuple(mine.seconds / its.seconds for mine, its in rows))
    parts = Figure(tuple(mine.mebibytes / its.mebibytes for mine, its in rows))
    print(verdict("time against terraform plan", times.median, TIME))
    print(verdict("memory against terraform plan", parts.median, MEMORY))


def _applied(folder: Path, account: Account) -> Terraform:
    """Apply the team's project, with its service running."""
    terraform = terraform_project(folder, account)
    terraform.apply("-target=module.ecr")
    place_image(account.address, REPOSITORY, "latest", architecture="arm64")
    terraform.apply()
    return terraform


def _deployed(folder: Path, account: Account) -> dict[str, str]:
    """Deploy the same application by the templates, and return the variables that name its account."""
    given = {name: json.dumps(value) for name, value in network(account).items()}
    (folder / "environments").mkdir()
    (folder / "environments" / "prod.toml").write_text(ENVIRONMENT.format(**given), encoding="utf-8")
    env = {**CLEAN, **account.env}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    for words in (["bootstrap", "prod", "--yes"], ["deploy", "prod", "--yes"]):
        use([*BUILD, *words], cwd=folder, env=env)
    place_image(account.address, REPOSITORY, "v1")
    use([*BUILD, "deploy", "prod", "--yes", "--image", "v1"], cwd=folder, env=env)
    return env
