"""The committed environments, and which environments there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stacks.settings import Settings, SettingsError, known, load
from stacks.settings.keys import catalogue
from stacks.settings.wording import describe_allowed
from templates.autoscaling.settings import COOLDOWNS

if TYPE_CHECKING:
    from stacks.settings.keys import Key
    from tests.unit.stacks.settings.conftest import Folder

ENVIRONMENTS = Path(__file__).parents[4] / "environments"

WRITTEN = "\n`python build.py new {}` writes it."


def test_production_has_the_values_of_the_terraform_project() -> None:
    """prod.toml deploys what the Terraform project deployed, size for size."""
    prod = load("prod", directory=ENVIRONMENTS)
    assert (prod.project, prod.environment, prod.image_tag) == ("preto-2", "prod", "")
    assert (prod.ecs.cpu, prod.ecs.memory, prod.ecs.desired_count) == (4096, 16384, 2)
    described = {
        "enabled": True,
        "min_capacity": 1,
        "max_capacity": 4,
        "cpu_target": 70,
        "memory_target": 70,
        "scale_out_cooldown": 60,
        "scale_in_cooldown": 300,
    }
    of_our_own = {
        "cpu_tracking": True,
        "cpu_scale_in": True,
        "memory_tracking": True,
        "memory_scale_in": False,
        "request_count_target": None,
        "request_count_scale_in": True,
        **{f"{metric}_{key}": None for metric in ("cpu", "memory", "request_count") for key in COOLDOWNS},
        "schedules": (),
        "steps": (),
    }
    assert prod.autoscaling.model_dump() == described | of_our_own
    assert (prod.aws.region, prod.aws.endpoint, prod.aws.account_id) == ("ap-northeast-2", None, None)


def test_local_is_the_same_service_small_and_on_the_embedded_aws() -> None:
    """local.toml needs no account, and costs nothing that matters."""
    local = load("local", directory=ENVIRONMENTS)
    assert local.aws.endpoint == "sandbox"
    assert (local.project, local.environment) == ("preto-2", "local")
    assert (local.ecs.cpu, local.ecs.memory, local.ecs.desired_count) == (256, 512, 1)
    assert (local.autoscaling.min_capacity, local.autoscaling.max_capacity) == (1, 2)


def test_environments_are_the_toml_files_sorted(folder: Folder) -> None:
    """What an editor leaves behind (`.#prod.toml`) and the schema are no environments."""
    for name in ("prod.toml", "local.toml", ".#prod.toml", "environment.schema.json", "prod.tfvars"):
        folder.write(name, "")
    assert known(folder.path) == ("local", "prod")


def test_an_unknown_environment_lists_the_known_ones(folder: Folder) -> None:
    """With the nearest name, where there is one, and otherwise with the command that writes a file."""
    folder.write("prod.toml", "")
    folder.write("local.toml", "")
    assert folder.refusal("prd") == 'FOLDER: prd: no such environment: there are local, prod; did you mean "prod"?'
    assert folder.refusal("xyz") == "FOLDER: xyz: no such environment: there are local, prod" + WRITTEN.format("xyz")


@pytest.mark.parametrize("name", ["../secret", "sub/prod", "", ".", "..", "prod.toml", "/etc/prod", "prod\0", "PROD\n"])
def test_a_path_is_no_environment(folder: Folder, name: str) -> None:
    """No file outside the folder is ever read by an environment's name."""
    inner = folder.path / "environments"
    (inner / "sub").mkdir(parents=True)
    for file in (folder.path / "secret.toml", inner / "sub" / "prod.toml", inner / "prod.toml"):
        file.write_text('project = "a"\n[aws]\nregion = "us-east-1"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="no such environment: there are prod"):
        load(name, directory=inner)


def test_an_empty_or_missing_folder_is_said(folder: Folder) -> None:
    """Run from the wrong directory, the message names the folder that was looked at."""
    assert folder.refusal("prod") == "FOLDER: prod: no such environment: there is no file NAME.toml" + WRITTEN.format(
        "prod"
    )
    with pytest.raises(SettingsError, match=r"gone: the folder .* cannot be read: No such file or directory"):
        load("prod", directory=folder.path / "gone")
    with pytest.raises(SettingsError, match=r"gone: the folder .* cannot be read"):
        known(folder.path / "gone")


def test_the_environment_is_the_name_of_its_file(folder: Folder) -> None:
    """When it is left out, the file's name counts; saying it again is no mistake, in any source."""
    folder.prod()
    assert folder.load().environment == "prod"
    folder.prod(top='environment = "prod"')
    assert folder.load(variables=["environment=prod"]).identity.name == "preto-2-prod"


def test_a_copied_file_does_not_change_the_environment_it_was_copied_from(folder: Folder) -> None:
    """staging.toml that still says prod is refused, and so is `--var environment=`."""
    folder.prod(top='environment = "prod"')
    folder.write("staging.toml", (folder.path / "prod.toml").read_bytes())
    assert folder.refusal("staging").startswith(
        'staging.toml:2: environment = "prod": must be "staging", as the file is'
    )
    assert folder.refusal(variables=["environment=dev"]).startswith('--var: environment = dev: must be "prod"')


def test_a_file_name_that_is_no_environment_name_is_refused(folder: Folder) -> None:
    """The name becomes part of every physical name, wherever it comes from."""
    folder.write("Prod_EU.toml", 'project = "preto-2"\n[aws]\nregion = "eu-west-1"\n')
    assert folder.refusal("Prod_EU").startswith('Prod_EU.toml: environment = "Prod_EU": must be 1 to 24 lower-case')


@pytest.mark.parametrize("key", [*catalogue(Settings).keys.values()], ids=lambda key: key.dotted)
def test_every_key_says_what_it_takes(key: Key) -> None:
    """No key is refused without a word of what would be right, and none has two Terraform names."""
    assert describe_allowed(key.annotation)
    assert catalogue(Settings).terraform[key.terraform] == key
