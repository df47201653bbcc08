"""What is read of a state, whoever wrote it: addresses, allowed attributes, and nothing else."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from stacks.terraform.reading import read_state
from tests.support.terraform_preto2 import Preto2
from tests.support.terraform_states import LINEAGE, resource, state, written
from tests.support.terraform_variants import PLANTED, legacy, opentofu, other_providers, shown, with_secrets

SERVICE = "module.ecs.aws_ecs_service.this"
ALLOWED = {"aws_ecs_service": ["name", "launch_type", "force_delete"], "aws_lb": {"arn"}}


def test_the_team_s_project() -> None:
    """Version, serial, lineage, the digest that a lock table keeps, and every resource with its module and provider."""
    content = written(Preto2().state())
    found = read_state(content, ALLOWED, source="terraform.tfstate")
    assert (found.program_version, found.serial, found.lineage) == ("1.11.4", 7, LINEAGE)
    assert found.md5 == hashlib.md5(content, usedforsecurity=False).hexdigest()
    assert len([it for it in found.resources if not it.is_data]) == 15
    assert [it.address for it in found.resources if it.is_data][:1] == ["data.aws_security_group.selected"]
    assert not found.is_opentofu
    service = next(it for it in found.resources if it.address == SERVICE)
    assert (service.type, service.name, service.module) == ("aws_ecs_service", "this", "module.ecs")
    assert service.provider == "registry.terraform.io/hashicorp/aws"


def test_attributes_are_those_that_are_allowed() -> None:
    """Null is as if it were not there; a type that is not named has no attributes at all."""
    found = read_state(written(Preto2().state()), ALLOWED, source="it")
    attributes = {it.address: dict(it.attributes) for it in found.resources if it.attributes}
    assert attributes == {
        SERVICE: {"launch_type": "FARGATE", "name": "preto-2-streamlit-app-service"},
        "module.network.aws_lb.this": {"arn": Preto2().load_balancer_arn},
    }


def test_what_is_held_of_an_attribute_can_be_less_than_its_value() -> None:
    """A function makes of a value what may be held, such as environment variables by name only."""

    def names_only(definitions: str) -> list[str]:
        return [variable["name"] for it in json.loads(definitions) for variable in it["environment"]]

    allowed = {"aws_ecs_task_definition": {"container_definitions": names_only}}
    found = read_state(written(with_secrets(Preto2().state())), allowed, source="it")
    held = [it.attributes for it in found.resources if it.attributes]
    assert held == [{"container_definitions": ["ENVIRONMENT", "DB_PASSWORD"]}]


def test_no_secret_is_held_or_represented() -> None:
    """Whatever holds a secret in a state is not in what is read of it, and attributes are in no `repr`."""
    content = written(with_secrets(Preto2().state()))
    assert content.count(PLANTED.encode()) > 60
    found = read_state(content, lambda _: ["name", "arn", "id"], source="it")
    assert PLANTED not in json.dumps([dict(it.attributes) for it in found.resources])
    assert "preto-2-streamlit-app-service" not in repr(found)
    assert PLANTED not in repr(found)


@pytest.mark.parametrize("form", [opentofu, legacy, shown])
def test_other_programs_write_the_same_project(form: Any) -> None:
    """OpenTofu, Terraform 0.12 and `terraform show -json` give the same resources, addresses and attributes."""
    document = Preto2().state(*other_providers())
    plain = read_state(written(document), ALLOWED, source="it")
    other = read_state(written(form(document)), ALLOWED, source="it")
    assert {it.address: it.attributes for it in other.resources} == {
        it.address: it.attributes for it in plain.resources
    }
    host = "registry.opentofu.org" if form is opentofu else "registry.terraform.io"
    assert {it.provider for it in other.resources if it.type.startswith("aws_")} == {f"{host}/hashicorp/aws"}
    assert other.is_opentofu is (form is opentofu)
    assert (other.serial, other.lineage) == ((None, None) if form is shown else (7, LINEAGE))


@pytest.mark.parametrize(
    ("spelling", "source"),
    [
        ("provider.aws", "registry.terraform.io/hashicorp/aws"),
        ("provider.aws.west", "registry.terraform.io/hashicorp/aws"),
        ("module.a.module.b.provider.aws", "registry.terraform.io/hashicorp/aws"),
        ('provider["registry.terraform.io/-/aws"]', "registry.terraform.io/hashicorp/aws"),
        ('provider["registry.terraform.io/hashicorp/aws"].west', "registry.terraform.io/hashicorp/aws"),
        ('module.a["x"].provider["registry.opentofu.org/hashicorp/aws"]', "registry.opentofu.org/hashicorp/aws"),
        (
            'provider["registry.opentofu.org/hashicorp/aws"].by_region["eu-west-1"]',
            "registry.opentofu.org/hashicorp/aws",
        ),
        ('provider["example.com:8443/team/own"]', "example.com:8443/team/own"),
        ('provider["terraform.io/builtin/terraform"]', "terraform.io/builtin/terraform"),
    ],
)
def test_spellings_of_providers(spelling: str, source: str) -> None:
    """Before 0.13 a provider had no address; an alias and a module say only where it is configured."""
    found = read_state(written(state(resource("aws_lb.this", provider=spelling))), {}, source="it")
    assert [it.provider for it in found.resources] == [source]


@pytest.mark.parametrize("name", ["provider", "instance_provider"])
def test_providers_of_instances(name: str) -> None:
    """With `for_each` in a provider, OpenTofu writes it with each instance."""
    described = resource("aws_lb.this", key="a")
    described["instances"][0][name] = f'{described.pop("provider")}.by_region["eu-west-1"]'
    [found] = read_state(written(state(described)), {}, source="it").resources
    assert found.provider == "registry.terraform.io/hashicorp/aws"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_of_powershell(encoding: str) -> None:
    """A byte order mark and UTF-16, which PowerShell writes, are no reason to fail."""
    content = written(state(resource("aws_eip.nat", key="é"))).decode().encode(encoding)
    assert [it.address for it in read_state(content, {}, source="it").resources] == ['aws_eip.nat["é"]']
