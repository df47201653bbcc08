"""A repository and a log group that are there before the first deployment: adopted, and compared with the settings."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from tests.support.commands import Project, project
from tests.support.world import PRETO

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account
    from tests.support.world import World

ENVIRONMENT = """
project = "preto-2"
environment = "prod"
image_tag = "v1"
[ecs]
cpu = 256
memory = 512
[autoscaling]
min_capacity = 1
max_capacity = 4
[aws]
region = "ap-northeast-2"
"""
MUTABLE = "Ecr/Repository (preto-2-prod) differs from the settings: ImageTagMutability is MUTABLE and not IMMUTABLE"
SEVEN_DAYS = "Ecs/LogGroup (/ecs/preto-2-prod) differs from the settings: RetentionInDays is 7 and not 30"


def here(tmp_path: Path, account: Account) -> Project:
    """A project whose prod is Preto-2."""
    found = project(tmp_path, account.env)
    (found.folder / "environments" / "prod.toml").write_text(ENVIRONMENT, encoding="utf-8")
    return found


def carry_out(account: Account, line: str) -> None:
    """What `aws SERVICE COMMAND --option value ...` does."""
    _, service, command, *words = shlex.split(line)
    options = dict(zip(words[::2], words[1::2], strict=True))
    ecr, logs = account.client("ecr"), account.client("logs")
    match f"{service} {command}":
        case "ecr put-image-tag-mutability":
            name, value = options["--repository-name"], options["--image-tag-mutability"]
            ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability=value)
        case "ecr put-image-scanning-configuration":
            assert options["--image-scanning-configuration"] == "scanOnPush=true"
            name = options["--repository-name"]
            ecr.put_image_scanning_configuration(repositoryName=name, imageScanningConfiguration={"scanOnPush": True})
        case "ecr put-lifecycle-policy":
            name, text = options["--repository-name"], options["--lifecycle-policy-text"]
            ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=text)
        case "logs put-retention-policy":
            days = int(options["--retention-in-days"])
            logs.put_retention_policy(logGroupName=options["--log-group-name"], retentionInDays=days)
        case other:
            raise AssertionError(other)


def test_what_is_adopted_is_compared_and_told_until_it_fits(tmp_path: Path, world: World) -> None:
    """By the plan, by the deployment, and by every plan after it, with commands that correct it."""
    account = world.account
    account.client("ecr").create_repository(repositoryName="preto-2-prod")
    account.client("logs").create_log_group(logGroupName="/ecs/preto-2-prod")
    account.client("logs").put_retention_policy(logGroupName="/ecs/preto-2-prod", retentionInDays=7)
    world.push("v1")
    prod = here(tmp_path, account)

    planned = prod.run("plan", "prod")
    assert planned.returncode == 2, planned.stderr
    assert MUTABLE in planned.stdout
    assert SEVEN_DAYS in planned.stdout
    assert "7 → 30" in planned.stdout
    done = prod.run("deploy", "prod", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    unlike = json.loads(done.stdout)["unlike"]
    assert [line for line in unlike if line.startswith((MUTABLE, SEVEN_DAYS))] == [unlike[0], unlike[-2]]

    again = prod.run("plan", "prod")
    assert again.returncode == 0
    assert MUTABLE in again.stdout
    assert "No changes. preto-2-prod is what the settings say, but for what is said above." in again.stdout
    for line in unlike:
        if line.startswith("  aws "):
            carry_out(account, line)
    assert prod.succeed("plan", "prod") == "No changes. preto-2-prod is what the settings say.\n"


def test_what_cannot_be_changed_or_looked_at_is_said(world: World) -> None:
    """How images are encrypted stays; a caller who may not look is told so, and the plan is made."""
    world.account.client("ecr").create_repository(
        repositoryName="preto-2-prod", encryptionConfiguration={"encryptionType": "KMS"}
    )
    notes = world.plan().request.notes
    assert "EncryptionConfiguration.EncryptionType of an existing resource cannot be changed" in " ".join(notes)
    denied = (400, '{"__type": "AccessDeniedException", "message": "no"}')
    with world.behind(lambda action: denied if action == "GetLifecyclePolicy" else None) as blind:
        notes = blind.plan(ecs=PRETO["ecs"]).request.notes
    assert notes[-1].endswith("matches the settings is not known: GetLifecyclePolicy is not allowed.")
