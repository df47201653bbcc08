"""The rights that `permissions` derives are enough on an AWS that enforces them: create, update, rollback and delete.

Two principals, as in production: whoever runs the commands has exactly what is derived for the deployer, and the
execution role of the bootstrap stack, with which CloudFormation acts, exactly what is derived for CloudFormation.
What the sandbox does not ask for is not shown (docs/reference/sandbox.md).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import Address, running
from sandbox.image import place_image
from tests.support.accounts import REGION, Account
from tests.support.commands import Project, project
from tests.support.fleets import EXECUTION, administer, join
from tests.support.terraform_preto2.making import make_preto2
from tests.support.terraform_states import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PROD, HARDENED, OF_PROJECT, TAKEN_OVER = "300000000001", "111122223333", "300000000002", "300000000003"
ADMINISTRATOR, MEMBER = "300000000004", "300000000005"
"""Accounts; the second is the one that environments/hardened.toml names."""
EXECUTION_ROLE = f"preto-2-bootstrap-{REGION}"
BOOTSTRAP = ("[bootstrap]", "execution_role = true", 'execution_rights = "derived"')
"""The execution role has what is derived for CloudFormation, and nothing else."""


@pytest.fixture(scope="module")
def enforcing() -> Iterator[Address]:
    """A sandbox that enforces IAM."""
    with running(state_dir=None, region=REGION, enforce_iam=True) as address:
        yield address


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _session(account: Account, policies: list[dict[str, Any]], name: str = "deployer") -> dict[str, str]:
    """The variables of a session of a new role that has these policies and nothing else."""
    iam = account.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.account_id}:root"}}
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document({**trust, "Action": "sts:AssumeRole"}))[
        "Role"
    ]
    for index, policy in enumerate(policies):
        iam.put_role_policy(RoleName=name, PolicyName=f"derived-{index}", PolicyDocument=json.dumps(policy))
    given = account.client("sts").assume_role(RoleArn=made["Arn"], RoleSessionName="test")["Credentials"]
    return {
        **account.env,
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }


@dataclass(frozen=True, kw_only=True)
class Deployer:
    """Whoever deploys an environment, with exactly the derived rights."""

    account: Account
    here: Project
    environment: str

    @property
    def stack(self) -> str:
        """The name of the root stack."""
        return f"preto-2-{self.environment}"

    def deploy(self, *words: str) -> None:
        """Deploy, and expect that it succeeds."""
        self.here.succeed("deploy", self.environment, "--yes", "--quiet", *words)

    def deploy_in_vain(self, step: str, broken: str, *words: str) -> str:
        """Deploy while a step of a resource fails, and give the state in which the stack is then."""
        self.account.inject_faults({"step": step, "resource": broken, "reason": "no"})
        self.here.fail("deploy", self.environment, "--yes", "--quiet", *words)
        self.account.inject_faults()
        (stack,) = self.account.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"]
        assert stack["RoleARN"].endswith(f":role/{EXECUTION_ROLE}")
        return str(stack["StackStatus"])

    def destroy(self, *words: str) -> None:
        """Take it away."""
        self.here.succeed("destroy", self.environment, "--yes", "--quiet", *words)


def _deployer(here: Project, account: Account, environment: str) -> Deployer:
    """Bootstrap the account as its root, and give somebody who has exactly the derived rights."""
    here.succeed("bootstrap", environment, "--yes", "--quiet")
    printed = here.succeed("permissions", environment, "--format", "policy", "--for", "deployer")
    session = _session(account, list(json.loads(printed).values()))
    return Deployer(account=account, here=Project(here.folder, session), environment=environment)


def _set(here: Project, environment: str, replaced: Mapping[str, str], *more: str) -> None:
    """Put texts in the place of others in an environment file, and add lines."""
    file = here.folder / "environments" / f"{environment}.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    file.write_text("\n".join([text, *more]), encoding="utf-8")


def test_prod_needs_no_more_than_what_is_derived(tmp_path: Path, enforcing: Address) -> None:
    """Created without an image and with one, updated, an update that fails rolled back, and deleted.

    Before that its creation fails, is rolled back, and begins anew.
    """
    account = Account(address=enforcing.as_account(PROD))
    here = project(tmp_path, account.env)
    _set(here, "prod", {}, *BOOTSTRAP)
    prod = _deployer(here, account, "prod")
    assert prod.deploy_in_vain("create", "TargetGroup") == "ROLLBACK_COMPLETE"
    prod.deploy("--recreate")
    place_image(account.address, prod.stack, "v1")
    prod.deploy("--image", "v1")
    prod.here.succeed("drift", "prod", "--quiet")
    prod.deploy("--image", "v1", "--var", "ecs_cpu=2048")
    more = ("--var", "autoscaling_max_capacity=6", "--var", "ecs_cpu=4096")
    assert prod.deploy_in_vain("update", "ScalableTarget", "--image", "v1", *more) == "UPDATE_ROLLBACK_COMPLETE"
    place_image(account.address, prod.stack, "v2")
    prod.deploy("--image", "v2")
    _run_with_own_rights(here, account, "logs")
    _run_with_own_rights(here, account, "logs", "--query", "latest errors")
    assert "test" in _run_with_own_rights(here, account, "history")
    _run_with_own_rights(here, account, "rollback", "--yes")
    prod.destroy()


def _run_with_own_rights(here: Project, account: Account, command: str, *words: str) -> str:
    """Run a command as somebody who has what `permissions --for COMMAND` prints, and nothing else."""
    printed = here.succeed("permissions", "prod", "--format", "policy", "--for", command)
    session = _session(account, list(json.loads(printed).values()), f"{command}{len(words)}")
    return Project(here.folder, session).succeed(command, "prod", *words)


def test_the_projects_rights_are_enough_for_a_tree_of_stacks(tmp_path: Path, enforcing: Address) -> None:
    """CloudFormation hands the execution role on to each nested stack, which that role has to be allowed to be.

    Where a policy of others' forbids it, the first child fails by AWS's words, and `deploy` says before that it will.
    """
    account = Account(address=enforcing.as_account(OF_PROJECT))
    here = project(tmp_path, account.env)
    _set(here, "prod", {}, "[bootstrap]", "execution_role = true")
    here.succeed("bootstrap", "prod", "--yes", "--quiet")
    iam = account.client("iam")
    no = {"Effect": "Deny", "Action": "iam:PassRole", "Resource": f"arn:aws:iam::*:role/{EXECUTION_ROLE}"}
    iam.put_role_policy(RoleName=EXECUTION_ROLE, PolicyName="no", PolicyDocument=_document(no))
    assert "  iam:PassRole: " in here.fail("deploy", "prod", "--yes", "--quiet")
    failed = here.fail("deploy", "prod", "--yes", "--quiet", "--skip-permissions")
    assert f"is not authorized to perform: iam:PassRole on resource: arn:aws:iam::{OF_PROJECT}:role/" in failed
    iam.delete_role_policy(RoleName=EXECUTION_ROLE, PolicyName="no")
    here.succeed("deploy", "prod", "--yes", "--quiet", "--recreate")
    here.succeed("deploy", "prod", "--yes", "--quiet", "--var", "network_idle_timeout=301")


def _surroundings(here: Project, account: Account) -> str:
    """What hardened finds in its account: hosted zone, secrets, the proxy's image, a boundary, whose ARN is given."""
    zone = account.client("route53").create_hosted_zone(Name="example.com", CallerReference="example")["HostedZone"]
    secrets = account.client("secretsmanager")
    sign_in, database = (
        secrets.create_secret(Name=name, SecretString="x")["ARN"] for name in ("example-sign-in", "example-database")
    )
    account.client("ecr").create_repository(repositoryName="example-proxy")
    place_image(account.address, "example-proxy", "1.0")
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    boundary = account.client("iam").create_policy(PolicyName="example-boundary", PolicyDocument=_document(everything))
    text = f"arn:aws:secretsmanager:{REGION}:{HARDENED}:secret:"
    replaced = {
        "Z0123456789EXAMPLE": zone["Id"].rpartition("/")[2],
        f"{text}example-sign-in-AbCdEf": sign_in,
        f"{text}example-database-AbCdEf": database,
    }
    _set(here, "hardened", replaced)
    return str(boundary["Policy"]["Arn"])


CHANGED = {
    "= 400": "= 90",
    '"enhanced"': '"enabled"',
    '"s3:GetObject"': '"s3:GetObject", "s3:ListBucket"',
    '"example-client"': '"other-client"',
    "[network.waf]": "[network.waf]\nrate_limit = 1000",
    "request_count_target = 2000": "request_count_target = 1000",
    "cron(30 7 ": "cron(15 7 ",
    "team@example.com": "others@example.com",
}
"""A change of hardened in all of its nested stacks."""
UNPROTECTED = {"termination_protection = true": "termination_protection = false",
               "deletion_protection = true": "deletion_protection = false"}  # fmt: skip
"""What is done before it can be deleted."""


def test_hardened_needs_no_more_than_what_is_derived(tmp_path: Path, enforcing: Address) -> None:
    """The same, with all that goes together switched on; its protections are removed before it is deleted."""
    account = Account(address=enforcing.as_account(HARDENED))
    here = project(tmp_path, account.env)
    boundary = _surroundings(here, account)
    _set(here, "hardened", {}, *BOOTSTRAP, f'permissions_boundary_arn = "{boundary}"')
    hardened = _deployer(here, account, "hardened")
    assert hardened.deploy_in_vain("create", "LogBucketPolicy") == "ROLLBACK_COMPLETE"
    hardened.deploy("--recreate")
    place_image(account.address, hardened.stack, "v1")
    assert hardened.deploy_in_vain("create", "Service", "--image", "v1") == "UPDATE_ROLLBACK_COMPLETE"
    hardened.deploy("--image", "v1")
    assert "Could not be checked" not in hardened.here.run("drift", "hardened").stdout
    _set(here, "hardened", CHANGED)
    assert (
        hardened.deploy_in_vain("update", "AtMaximum", "--image", "v1", "--var", "autoscaling_max_capacity=9")
        == "UPDATE_ROLLBACK_COMPLETE"
    )
    _set(here, "hardened", UNPROTECTED)
    hardened.deploy("--image", "v1")
    hardened.destroy()


def test_a_takeover_needs_no_more_than_what_is_derived(tmp_path: Path, enforcing: Address) -> None:
    """Taken over and given back by somebody who has these rights alone, also those of the updates after imports."""
    account = Account(address=enforcing.as_account(TAKEN_OVER))
    here = project(tmp_path, account.env)
    (here.folder / "environments" / "prod.toml").unlink()
    (here.folder / "terraform.tfstate").write_bytes(written(make_preto2(account).state()))
    look = ("adopt", "prod", "--state", "terraform.tfstate")
    assert here.run(*look, "--write", "environments/prod.toml").returncode == 2
    here.succeed("bootstrap", "prod", "--yes", "--quiet")
    printed = here.succeed("permissions", "prod", "--format", "policy", "--for", "adopt")
    somebody = Project(here.folder, _session(account, list(json.loads(printed).values())))
    somebody.succeed(*look, "--execute", "--yes", "--quiet")
    somebody.succeed("adopt", "prod", "--undo", "--yes", "--quiet")


def test_what_bootstrap_needs_is_enough(tmp_path: Path, enforcing: Address) -> None:
    """To make the stack and take it away, in one account and in those of a fleet, where its execution role decides."""
    account, member = (Account(address=enforcing.as_account(it)) for it in (ADMINISTRATOR, MEMBER))
    administer(account)
    join(member, ADMINISTRATOR)
    here = project(tmp_path, account.env)
    file = tmp_path / "environments" / "prod.toml"
    fleet = f'\n[bootstrap]\nexecution_role = true\n\n[fleet]\naccounts = ["{MEMBER}"]\nregions = ["{REGION}"]\n'
    file.write_text(file.read_text(encoding="utf-8") + fleet, encoding="utf-8")
    policies = json.loads(here.succeed("permissions", "prod", "--for", "bootstrap", "--format", "policy"))
    limited = Project(tmp_path, _session(account, list(policies.values())))
    limited.succeed("bootstrap", "prod", "--yes", "--quiet")
    limited.succeed("bootstrap", "prod", "--destroy", "--yes", "--quiet")
    limited.succeed("bootstrap", "prod", "--fleet", "--yes", "--quiet")
    assert "All stacks are what the settings say." in limited.succeed("status", "prod", "--fleet")
    untagged = json.loads(json.dumps(policies).replace("cloudformation:TagResource", "cloudformation:UntagResource"))
    file.write_text(f'{file.read_text(encoding="utf-8")}\n[stack]\ntags = {{ Owner = "team" }}\n', encoding="utf-8")
    without = Project(tmp_path, _session(account, list(untagged.values()), "untagging"))
    assert "to perform: cloudformation:TagResource" in without.fail("bootstrap", "prod", "--fleet", "--yes")
    limited.succeed("bootstrap", "prod", "--fleet", "--yes", "--quiet")
    member.client("iam").put_role_policy(
        RoleName=EXECUTION,
        PolicyName="KeepsRoles",
        PolicyDocument=_document({"Effect": "Deny", "Action": "iam:DeleteRole", "Resource": "*"}),
    )
    error = limited.fail("bootstrap", "prod", "--fleet", "--destroy", "--yes", "--quiet")
    assert f"assumed-role/{EXECUTION}/AWSCloudFormation is not authorized to perform: iam:DeleteRole" in error
    member.client("iam").delete_role_policy(RoleName=EXECUTION, PolicyName="KeepsRoles")
    limited.succeed("bootstrap", "prod", "--fleet", "--destroy", "--yes", "--quiet")
