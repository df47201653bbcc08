"""Run the real Terraform, with its AWS provider, on the sandbox, in a copy of `terraform_project`.

The program is the `terraform` on PATH. The provider comes from a folder in the layout of a filesystem mirror, so that
nothing is downloaded: `TERRAFORM_PLUGINS`, the mirrors of the CLI configuration, the implied ones, or one under /opt.
https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
"""

from __future__ import annotations

import functools
import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.commands import CLEAN, PATIENCE
from tests.support.networks import Net

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.accounts import Account

PROJECT = Path(__file__).parent / "terraform_project"
STATE_BUCKET, STATE_KEY = "preto-terraform-state", "preto-2/prod/terraform.tfstate"
"""Where the project's backend keeps its state."""
PLUGINS = "TERRAFORM_PLUGINS"
"""The variable with a folder of providers: `registry.terraform.io/hashicorp/aws/VERSION/OS_ARCH/`."""
_OLDEST = (1, 10)
"""The first version whose S3 backend has `use_lockfile`."""
_MIRROR = re.compile(r'filesystem_mirror\s*\{[^}]*?\bpath\s*=\s*"([^"]+)"')


class MissingError(Exception):
    """What of Terraform is missing on this machine."""


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A Terraform on this machine."""

    program: str
    plugins: Path


@functools.cache
def installation() -> Installation:
    """Return the Terraform of this machine. Raises MissingError if program or provider is missing, or too old."""
    program = shutil.which("terraform")
    if program is None:
        raise MissingError("there is no terraform on PATH")
    said = subprocess.run(
        [program, "version", "-json"], env=_plain(), capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    version = json.loads(said.stdout)["terraform_version"]
    if tuple(int(number) for number in version.split(".")[:2]) < _OLDEST:
        raise MissingError(f"terraform {version} is older than 1.10")
    system, machine = platform.system().lower(), platform.machine().lower()
    architecture = {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)
    for folder in _folders():
        if any(folder.glob(f"registry.terraform.io/hashicorp/aws/5.*/{system}_{architecture}/*")):
            return Installation(program=program, plugins=folder)
    raise MissingError(f"there is no AWS provider 5 for Terraform: name a filesystem mirror that has it by {PLUGINS}")


def missing() -> str:
    """Return why Terraform cannot run here, or ""."""
    try:
        installation()
    except MissingError as error:
        return str(error)
    return ""


def _folders() -> Iterator[Path]:
    """Yield where a filesystem mirror may be, first what somebody has named."""
    if named := os.environ.get(PLUGINS):
        yield Path(named)
    configuration = Path(os.environ.get("TF_CLI_CONFIG_FILE", Path.home() / ".terraformrc"))
    if configuration.is_file():
        yield from map(Path, _MIRROR.findall(configuration.read_text(encoding="utf-8")))
    yield Path.home() / ".terraform.d" / "plugins"
    shared = os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":")
    for data in (os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"), *shared):
        yield Path(data) / "terraform" / "plugins"
    yield from sorted(Path("/opt").glob("*/"))


def _plain() -> dict[str, str]:
    """Return the environment without anybody's settings of Terraform."""
    return {name: value for name, value in CLEAN.items() if not name.startswith("TF_")}


@dataclass(frozen=True, kw_only=True)
class Terraform:
    """A Terraform project that is initialised, on an account of the sandbox."""

    folder: Path
    """The folder of its root module."""
    program: str
    env: Mapping[str, str] = field(repr=False)

    def run(self, *words: str, codes: tuple[int, ...] = (0,)) -> str:
        """Run `terraform WORDS`, expect one of these exit codes, and return what it wrote to stdout."""
        return self._run([self.program, *words], codes)

    def shell(self, commands: str) -> str:
        """Run these lines in bash, expect each to succeed, and return what they wrote to stdout."""
        return self._run(["bash", "-euo", "pipefail", "-c", commands], (0,))

    def apply(self, *words: str) -> None:
        """Apply without a question."""
        self.run("apply", "-auto-approve", *words)

    def destroy(self) -> None:
        """Destroy what the state has, without a question."""
        self.run("destroy", "-auto-approve")

    def plan(self) -> dict[str, str]:
        """Return the planned action (create, update, delete, replace, read ...) of each address that has one."""
        lines = self.run("plan", "-json", "-detailed-exitcode", codes=(0, 2)).splitlines()
        events = [json.loads(line) for line in lines]
        changes = [it["change"] for it in events if it["type"] == "planned_change"]
        return {it["resource"]["addr"]: it["action"] for it in changes}

    def addresses(self) -> list[str]:
        """Return the addresses of what the state has, data sources included."""
        return self.run("state", "list").splitlines()

    def state(self) -> dict[str, Any]:
        """Return the state."""
        pulled: dict[str, Any] = json.loads(self.run("state", "pull"))
        return pulled

    def _run(self, command: list[str], codes: tuple[int, ...]) -> str:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode in codes, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def terraform_project(folder: Path, account: Account, *, source: Path = PROJECT, **variables: Any) -> Terraform:
    """Copy the project into this folder and initialise it, with the network and the bucket that it names.

    `variables` are those of its root module. Raises MissingError where there is no Terraform.
    """
    installed = installation()
    shutil.copytree(source, folder / "terraform")
    root = folder / "terraform" / "environments" / "prod"
    given = {**network(account), **variables}
    (root / "terraform.tfvars.json").write_text(json.dumps(given, indent=2) + "\n", encoding="utf-8")
    configuration = folder / "terraform.rc"
    configuration.write_text(
        "disable_checkpoint = true\n"
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{installed.plugins}"\n  }}\n}}\n',
        encoding="utf-8",
    )
    region = account.address.region
    account.client("s3").create_bucket(Bucket=STATE_BUCKET, CreateBucketConfiguration={"LocationConstraint": region})
    env = {
        **_plain(),
        **account.env,
        "TF_CLI_CONFIG_FILE": str(configuration),
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "TF_CLI_ARGS": "-no-color",
    }
    made = Terraform(folder=root, program=installed.program, env=env)
    made.run("init")
    return made


def network(account: Account) -> dict[str, Any]:
    """Make the network that the team's applications share, and return the variables of Terraform that name it."""
    ec2 = account.client("ec2")
    net = Net(ec2)
    subnets = [net.subnet(f"{account.address.region}{letter}") for letter in "ac"]
    net.route_main("igw")
    group = ec2.create_security_group(GroupName="preto", Description="Preto's applications", VpcId=net.vpc_id)[
        "GroupId"
    ]
    anywhere = [{"CidrIp": "0.0.0.0/0"}]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": anywhere},
            {"IpProtocol": "tcp", "FromPort": 8501, "ToPort": 8501, "UserIdGroupPairs": [{"GroupId": group}]},
        ],
    )
    return {"vpc_id": net.vpc_id, "subnet_ids": subnets, "security_group_id": group}
