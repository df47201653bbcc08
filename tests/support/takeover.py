"""`python -m tests.support.takeover`: what Terraform runs, taken over on the sandbox, command by command.

Terraform applies the project of `terraform_project`; nothing leaves this machine.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import sandbox
from sandbox.image import place_image
from tests.support.accounts import Account
from tests.support.commands import CLEAN, ROOT
from tests.support.terraform import STATE_BUCKET, STATE_KEY, Terraform, missing, terraform_project

TIME_SCALE = 0.03
"""Part of AWS's typical time that resources take."""
REPOSITORY = "preto-2-streamlit-app"
STATE = f"s3://{STATE_BUCKET}/{STATE_KEY}"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The folder in which the commands run, and the account that they see."""

    folder: Path
    account: Account

    def say(self, words: str) -> None:
        """Write a line about what comes."""
        print(f"\n--- {words}", flush=True)  # noqa: T201 - it is a demonstration

    def run(self, *words: str, codes: tuple[int, ...] = (0,)) -> None:
        """Show the command, and run it with its output on this terminal. Exits where its code is another one."""
        print(f"$ python build.py {' '.join(words)}", flush=True)  # noqa: T201 - likewise
        command = [sys.executable, str(ROOT / "build.py"), *words]
        done = subprocess.run(command, cwd=self.folder, env={**CLEAN, **self.account.env}, check=False)
        if done.returncode not in codes:
            sys.exit(done.returncode or 1)

    def output(self, *words: str) -> str:
        """Return what the command writes to stdout."""
        command = [sys.executable, str(ROOT / "build.py"), *words]
        env = {**CLEAN, **self.account.env}
        return subprocess.run(command, cwd=self.folder, env=env, stdout=subprocess.PIPE, text=True, check=True).stdout


def apply_project(folder: Path, account: Account) -> Terraform:
    """Apply the project as its team did, the repository, an image, all; give the folder an empty `environments/`."""
    terraform = terraform_project(folder, account)
    terraform.apply("-target=module.ecr")
    place_image(account.address, REPOSITORY, "latest", architecture="arm64")
    terraform.apply()
    (folder / "environments").mkdir()
    return terraform


def without_code(terraform: Terraform) -> None:
    """Delete the code of what was released: the calls of its modules, and the outputs that refer to them."""
    main = terraform.folder / "main.tf"
    text = main.read_text(encoding="utf-8")
    main.write_text(re.sub(r"^module .*?^}\n", "", text, flags=re.DOTALL | re.MULTILINE), encoding="utf-8")
    (terraform.folder / "outputs.tf").unlink()


def take_over(stage: Stage) -> None:
    """Show all of it."""
    start = time.monotonic()
    stage.say("Terraform applies the project. This takes a minute: it asks for its load balancer every 30 s.")
    terraform = apply_project(stage.folder, stage.account)
    print(f"{len(terraform.addresses())} addresses in the state, {STATE}")  # noqa: T201 - likewise

    stage.say("A look, which changes nothing, and writes the environment file that says what runs.")
    stage.run("adopt", "prod", "--state", STATE, "--write", "environments/prod.toml", codes=(0, 2))
    stage.run("bootstrap", "prod", "--yes", "--quiet")
    stage.say("CloudFormation takes over. Nothing that runs is touched.")
    stage.run("adopt", "prod", "--state", STATE, "--execute", "--yes", codes=(0, 2))
    stage.say("Terraform lets go.")
    stage.run("adopt", "prod", "--release")
    terraform.shell(stage.output("adopt", "prod", "--release"))
    without_code(terraform)
    print(f"terraform plan: {terraform.plan() or 'nothing to change, nothing to destroy'}")  # noqa: T201 - likewise

    stage.say("The first deployment, with another image.")
    place_image(stage.account.address, REPOSITORY, "v2", architecture="arm64")
    stage.run("deploy", "prod", "--image", "v2", "--yes")
    stage.say("From now on, everything is as with any other environment.")
    stage.run("plan", "prod")
    stage.run("status", "prod")
    stage.say(f"Taken over in {time.monotonic() - start:.0f} s.")


def main() -> int:
    """Take over, or say what is missing, and return the exit code."""
    if why := missing():
        sys.stderr.write(f"The takeover is shown with a real Terraform: {why}.\n")
        return 1
    with (
        tempfile.TemporaryDirectory() as name,
        sandbox.running(state_dir=None, region="ap-northeast-2", time_scale=TIME_SCALE) as address,
    ):
        take_over(Stage(folder=Path(name), account=Account(address=address)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
