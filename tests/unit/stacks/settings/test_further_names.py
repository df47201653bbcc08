"""Variables of the Terraform project that have another name than their key here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.settings import Settings
from stacks.settings.keys import catalogue
from stacks.settings.variables import FURTHER_NAMES, VARIABLES, Variable
from templates.section import Section

if TYPE_CHECKING:
    from tests.unit.stacks.settings.conftest import Folder

IDS = ("subnet-01234567", "subnet-01234568")
GIVEN: dict[str, tuple[str, Any]] = {
    "project_name": ('"shop"', "shop"),
    "image_tag_mutability": ('"MUTABLE"', "MUTABLE"),
    "container_port": ('"8080"', 8080),
    "cpu_architecture": ('"ARM64"', "ARM64"),
    "vpc_id": ('"vpc-01234567"', "vpc-01234567"),
    "subnet_ids": ('["subnet-01234567", "subnet-01234568"]', IDS),
}
"""Variables as HCL has them, and the values of their keys."""
NETWORK = f"vpc_id = {GIVEN['vpc_id'][0]}\nsubnet_ids = {GIVEN['subnet_ids'][0]}\n"


def value(settings: Any, name: str) -> Any:
    """The value of a variable's key."""
    for step in FURTHER_NAMES[name].paths[0]:
        settings = getattr(settings, step)
    return settings


@pytest.mark.parametrize("name", GIVEN)
def test_a_variable_works_under_its_terraform_name(folder: Folder, name: str) -> None:
    """In a file of HCL or JSON and as an option, with texts for numbers."""
    wanted = GIVEN[name][1]
    given = {it: GIVEN[it][0] for it in {name, "vpc_id", "subnet_ids"}}
    folder.prod()
    folder.write("x.tfvars", "".join(f"{it} = {text}\n" for it, text in given.items()))
    folder.write("x.tfvars.json", f"{{{', '.join(f'{json.dumps(it)}: {text}' for it, text in given.items())}}}")
    for settings in (
        folder.load(var_files=["x.tfvars"]),
        folder.load(var_files=["x.tfvars.json"]),
        folder.load(variables=[f"{it}={text}" for it, text in given.items()]),
    ):
        assert value(settings, name) == wanted


def test_a_key_has_one_value_under_either_name(folder: Folder) -> None:
    """The later source counts, whichever name it uses, and `null` takes back what the other name has set."""
    folder.prod(tables="[network]\ncontainer_port = 1000")
    folder.write("prod.tfvars", "container_port = 2000")
    folder.write("x.tfvars", "network_container_port = 3000")
    assert folder.load().network.container_port == 2000
    assert folder.load(var_files=["x.tfvars"]).network.container_port == 3000
    assert folder.load(var_files=["x.tfvars"], variables=["container_port=4000"]).network.container_port == 4000
    assert folder.load(var_files=["x.tfvars"], variables=["container_port=null"]).network.container_port == 8501


def test_one_variable_may_set_two_keys(folder: Folder) -> None:
    """One security group for the load balancer and the tasks; `null` takes it back from both."""
    folder.prod()
    folder.write("prod.tfvars", f'{NETWORK}security_group_id = "sg-01234567"\n')
    network = folder.load().network
    assert network.load_balancer_security_group_ids == network.task_security_group_ids == ("sg-01234567",)
    network = folder.load(variables=['network_task_security_group_ids=["sg-76543210"]']).network
    assert network.load_balancer_security_group_ids == ("sg-01234567",)
    assert network.task_security_group_ids == ("sg-76543210",)
    network = folder.load(variables=["security_group_id=null"]).network
    assert network.load_balancer_security_group_ids == network.task_security_group_ids == ()
    folder.write(
        "prod.tfvars", f'{NETWORK}security_group_id = "sg-1"\nnetwork_task_security_group_ids = ["sg-01234567"]\n'
    )
    assert folder.refusal() == (
        'prod.tfvars:4: network_task_security_group_ids = ["sg-01234567"]: network.task_security_group_ids is set in '
        "this file already, by security_group_id"
    )


def test_a_key_is_set_once_in_a_file(folder: Folder) -> None:
    """Two names for one key are as ambiguous as one name twice."""
    folder.prod()
    folder.write("prod.tfvars", "container_port = 8080\n\nnetwork_container_port = 8080\n")
    assert folder.refusal() == (
        "prod.tfvars:3: network_container_port = 8080: network.container_port is set in this file already, by "
        "container_port"
    )
    folder.write("prod.tfvars", "container_port = 8080\ncontainer_port = 8080\n")
    assert folder.refusal() == "prod.tfvars:2: container_port = 8080: is set 2 times in this file"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("container_port = 0", "container_port = 0: must be a whole number from 1 to 65535"),
        ('cpu_architecture = "arm64"', 'cpu_architecture = "arm64": must be one of "X86_64", "ARM64"'),
        ('subnet_ids = ["subnet-1"]', 'subnet_ids = ["subnet-1"]: must be a list, each item like'),
        ('project_name = "Shop"', 'project_name = "Shop": must be 1 to 24 lower-case letters'),
        ('vpc_id = ["vpc-01234567"]', 'vpc_id = ["vpc-01234567"]: must be'),
        ('security_group_id = "sg-1"', 'security_group_id = "sg-1": must be like "sg-0123456789abcdef0"'),
        ('security_group_id = ["sg-01234567"]', 'security_group_id = ["sg-01234567"]: must be like'),
        ("security_group_id = 5", "security_group_id = 5: must be like"),
        ("vpc_id = var.vpc", "vpc_id = var.vpc: must be a literal value"),
    ],
)
def test_a_problem_names_the_variable_as_it_is_written(folder: Folder, line: str, message: str) -> None:
    """Not the key that it sets."""
    folder.prod()
    folder.write("prod.tfvars", f"# first\n{line}\n")
    assert f"prod.tfvars:2: {message}" in folder.refusal()


def test_two_variables_that_do_not_go_together_are_named_as_written(folder: Folder) -> None:
    """Also where they are in two sources."""
    folder.prod()
    folder.write("prod.tfvars", NETWORK.replace("subnet-01234568", "subnet-01234567"))
    assert folder.refusal().startswith("prod.tfvars:2: subnet_ids = ")


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("projectname=x", 'no such variable; did you mean "project_name"?'),
        ("subnets_ids=x", 'no such variable; did you mean "subnet_ids"?'),
        ("architecture=x", 'no such variable; did you mean "ecs_architecture"?'),
    ],
)
def test_further_names_are_among_those_that_may_be_meant(folder: Folder, option: str, message: str) -> None:
    """A slip in one of them leads to it."""
    folder.prod()
    assert message in folder.refusal(variables=[option])


@pytest.mark.parametrize(
    ("top", "network", "message"),
    [
        ('project_name = "shop"', "", 'prod.toml:1: project_name = "shop": no such key; did you mean "project"?'),
        ("", "subnet_ids = []", 'did you mean "public_subnet_ids"?'),
        ('vpc_id = "vpc-01234567"', "", 'did you mean "[network] vpc_id"?'),
        ('cpu_architecture = "ARM64"', "", 'did you mean "[ecs] architecture"?'),
    ],
)
def test_an_environment_file_has_the_keys_names(folder: Folder, top: str, network: str, message: str) -> None:
    """A variable's name in it leads to the key."""
    folder.write("prod.toml", f'{top}\nproject = "p"\n[aws]\nregion = "us-east-1"\n[network]\n{network}')
    assert message in folder.refusal()


def test_the_environment_of_a_file_is_the_one_that_is_asked_for(folder: Folder) -> None:
    """The team's file says `prod`: with it no other environment is changed."""
    folder.prod()
    folder.write("x.tfvars", 'environment = "prod"')
    assert folder.load(var_files=["x.tfvars"]).environment == "prod"
    folder.write("y.tfvars", 'environment = "live"')
    assert folder.refusal(var_files=["y.tfvars"]).startswith(
        'y.tfvars:1: environment = "live": must be "prod", as the file is named'
    )


def test_a_further_name_is_no_other_keys_name() -> None:
    """Else a variable would mean two things: a model that has both is refused."""
    names = [it.name for it in VARIABLES]
    assert len(names) == len({*names})
    assert not FURTHER_NAMES.keys() & catalogue(Settings).terraform.keys()
    assert catalogue(Settings).further_names == FURTHER_NAMES

    class Network(Section):
        """A table with the key of a further name."""

        vpc_id: str = ""

    class Both(Section):
        """A model in which the further name is a key, too."""

        vpc_id: str = ""
        network: Network = Network()

    with pytest.raises(TypeError, match=r"vpc_id is a further name of network\.vpc_id"):
        catalogue(Both)


def test_a_name_by_rule_is_no_further_name() -> None:
    """`ecs_cpu` is the variable of `[ecs] cpu` already."""
    assert not Variable(name="ecs_cpu", paths=(("ecs", "cpu"),)).is_further_name
    assert Variable(name="cpu", paths=(("ecs", "cpu"),)).is_further_name
    assert "ecs_cpu" not in FURTHER_NAMES
    assert "security_group_id" in FURTHER_NAMES
