"""`plan` without changes against `terraform plan` without changes: the same application on the same server.

Each is a whole process that finds nothing to change in what it has deployed itself: the network is given, the rest is
made by Terraform in one account, and by the templates in another.
"""

from __future__ import annotations

import itertools
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
from tests.support.takeover import apply_project
from tests.support.terraform import missing, network
from tests.support.terraform_states import resource, written

if TYPE_CHECKING:
    from tests.bench.measure import Used
    from tests.support.terraform import Terraform

RUNS = 5
TIME, MEMORY = 0.25, 0.2
"""Parts of Terraform's time and memory that are allowed."""
RESOURCES, SECONDS = 200, 3.0
"""Resources of a state, and the time in which `adopt` has looked at it."""
OTHERS = ("aws_iam_role", "aws_cloudwatch_log_group", "aws_s3_bucket", "aws_security_group_rule", "aws_route53_record")
"""Types of other resources in it."""
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
        terraform = apply_project(folder, Account(address=address.as_account("200000000001")))
        env = _deployed(folder, Account(address=address.as_account("200000000002")))
        count = sum(not it.startswith(("data.", "module.iam.data.")) for it in terraform.addresses())

        def ours() -> Used:
            return use([*BUILD, "plan", "prod"], cwd=folder, env=env)

        def theirs() -> Used:
            return use([terraform.program, "plan", "-detailed-exitcode"], cwd=terraform.folder, env=terraform.env)

        ours()
        rows = [(ours(), theirs()) for _ in range(RUNS)]
        _adopt(folder, terraform)
    print(f"A plan without changes, {count} resources of Terraform, median of {RUNS}")
    for title, used in zip(("build.py plan", "terraform plan"), zip(*rows, strict=True), strict=True):
        seconds = Figure(tuple(it.seconds for it in used))
        memory = Figure(tuple(it.mebibytes for it in used), "MiB")
        print(f"  {title:16}{seconds}   {memory}")
    times = Figure(tuple(mine.seconds / its.seconds for mine, its in rows))
    parts = Figure(tuple(mine.mebibytes / its.mebibytes for mine, its in rows))
    print(verdict("time against terraform plan", times.median, TIME))
    print(verdict("memory against terraform plan", parts.median, MEMORY))


def _adopt(folder: Path, terraform: Terraform) -> None:
    """Print how long `adopt` looks at a state with the resources of the application, and many others."""
    document = terraform.state()
    count = sum(len(it["instances"]) for it in document["resources"] if it["mode"] == "managed")
    others = [
        resource(f"module.other.{type_}.it{number}", {"id": f"other-{number}", "name": f"other-{number}"})
        for number, type_ in zip(range(RESOURCES - count), itertools.cycle(OTHERS), strict=False)
    ]
    document["resources"] += others
    (folder / "adopting").mkdir()
    (folder / "adopting" / "terraform.tfstate").write_bytes(written(document))
    command = [*BUILD, "adopt", "prod", "--state", "terraform.tfstate"]
    used = [use(command, cwd=folder / "adopting", env=terraform.env, codes=(2,)) for _ in range(RUNS)]
    print(f"adopt, {RESOURCES} resources, with the time that the sandbox takes to answer, median of {RUNS}")
    seconds = Figure(tuple(it.seconds for it in used))
    print(f"  {seconds}   {Figure(tuple(it.mebibytes for it in used), 'MiB')}")
    print(verdict("adopt", seconds.median, SECONDS, " s"))


def _deployed(folder: Path, account: Account) -> dict[str, str]:
    """Deploy the same application by the templates, and return the variables that name its account."""
    given = {name: json.dumps(value) for name, value in network(account).items()}
    (folder / "environments" / "prod.toml").write_text(ENVIRONMENT.format(**given), encoding="utf-8")
    env = {**CLEAN, **account.env}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    for words in (["bootstrap", "prod", "--yes"], ["deploy", "prod", "--yes"]):
        use([*BUILD, *words], cwd=folder, env=env)
    place_image(account.address, REPOSITORY, "v1")
    use([*BUILD, "deploy", "prod", "--yes", "--image", "v1"], cwd=folder, env=env)
    return env
