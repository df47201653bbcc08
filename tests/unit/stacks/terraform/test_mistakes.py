"""Everything that is no usable state is refused by name, with what to do next and without a word of its content."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stacks.errors import UserError
from stacks.terraform.reading import read_state
from tests.support.terraform_preto2 import Preto2
from tests.support.terraform_states import add_instance, resource, state, written
from tests.support.terraform_variants import PLANTED, shown, with_secrets

HIDDEN = with_secrets(Preto2().state())
PULL = "`terraform state pull` prints the state."


def refused(content: bytes | dict[str, Any]) -> UserError:
    """Return the error, in which nothing of the content may be."""
    text = content if isinstance(content, bytes) else written(content)
    with pytest.raises(UserError) as caught:
        read_state(text, lambda _: ["name", "arn", "id"], source="it.tfstate")
    error: BaseException | None = caught.value
    while error:
        assert PLANTED not in f"{error!r} {error} {vars(error)}"
        error = error.__cause__ or error.__context__
    assert caught.value.what == "it.tfstate"
    assert caught.value.then
    return caught.value


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b" \n\t\n", "it is empty"),
        (written(HIDDEN)[:-30], "not valid JSON: it ends in the middle, on line"),
        (written(HIDDEN).replace(b'"serial": 7', b'"serial": seven'), "not valid JSON: line 4 is no JSON"),
        (b'{"a": NaN}', "not valid JSON: it has a number that is none"),
        (b'{"a": ' + b"7" * 5000 + b"}", "not valid JSON: it has a number that is none"),
        (b"[" * 100_000, "not valid JSON: it is nested too deeply"),
        (b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}", "not valid JSON: it is nested too deeply"),
        (b"[1, 2]", "it is JSON, but no Terraform state, which is an object"),
        (b'"text"', "it is JSON, but no Terraform state, which is an object"),
        (b'{"AWSTemplateFormatVersion": "2010-09-09"}', "it is JSON, but no Terraform state: it has no version"),
        (b"\xff\xfe\x00", "it is not UTF-8 text"),
        (b"\x00\x01\x02\x03", "it is not UTF-8 text"),
        (b"PK\x03\x04\x14\x00", "it is a saved plan, not a state"),
        (b"\x1f\x8b\x08\x00", "it is compressed with gzip"),
        (b'# the service\nresource "aws_lb" "this" {\n}\n', "it is Terraform configuration (HCL), not a state"),
        (b'region = "eu-west-1"\n', "it is Terraform configuration (HCL), not a state"),
        (b"aws_lb.this\nmodule.a.aws_eip.nat[0]\n", "it is a list of addresses"),
        (b'{"@level":"info","@message":"x"}\n{"@level":"info"}\n', "it is the log of a Terraform command with -json"),
        (b"No state file was found!\n", "it is not JSON, and so no Terraform state"),
    ],
)
def test_texts_that_are_no_state(content: bytes, why: str) -> None:
    """What the text is instead is said, where it can be recognised."""
    assert why in refused(content).why


@pytest.mark.parametrize(
    ("document", "why", "then"),
    [
        ({"version": 3, "serial": 1, "modules": []}, "it is a state of version 3; version 4 can be read", "upgrade"),
        ({"version": 1}, "it is a state of version 1; version 4 can be read", "upgrade"),
        (state(version=5), "its version is newer than 4", "terraform show -json > FILE"),
        (state(version="4"), "version is no whole number", PULL),
        (state(version=True), "version is no whole number", PULL),
        ({"format_version": "1.2", "resource_changes": []}, "it is a plan, not a state", "terraform show -json"),
        ({"format_version": "1.2", "planned_values": {}}, "it is a plan, not a state", "terraform show -json"),
        ({**shown(HIDDEN), "format_version": "2.0"}, "its format_version is newer than 1.x", "terraform state pull |"),
        ({"format_version": "1.0", "provider_schemas": {}}, "terraform providers schema -json", PULL),
        ({"format_version": "1.0", "valid": True, "diagnostics": []}, "terraform validate -json", PULL),
        (
            {"serial": 3, "lineage": "a", "meta": {}, "encrypted_data": PLANTED, "encryption_version": "v0"},
            "it is a state that OpenTofu has encrypted",
            "tofu state pull | python build.py adopt ENV --state -",
        ),
        (
            {"version": 3, "backend": {"type": "s3", "config": {"secret_key": PLANTED}}},
            "it says where the state is, and is none itself",
            "--state DIRECTORY",
        ),
    ],
)
def test_other_documents_of_terraform(document: dict[str, Any], why: str, then: str) -> None:
    """Another version, a plan, an encrypted state or the note about a backend is no state that can be read."""
    error = refused(document)
    assert why in error.why
    assert then in error.then


@pytest.mark.parametrize(
    "document",
    [state(), {"format_version": "1.0"}, shown(state()), state(resource("data.aws_vpc.this"))],
    ids=["empty", "no state", "nothing shown", "data only"],
)
def test_a_state_without_resources(document: dict[str, Any]) -> None:
    """There is nothing to take over; another workspace may have it."""
    error = refused(document)
    assert error.why == "it has no resources that Terraform manages"
    assert "terraform workspace list" in error.then


def test_what_terraform_wants_to_replace() -> None:
    """All tainted resources are named at once, with the command that keeps each of them."""
    tainted = [
        add_instance(resource("aws_eip.nat", key="a b"), key="c", status="tainted"),
        resource("module.x.aws_lb.this", status="tainted"),
    ]
    for document in (state(*tainted), shown(state(*tainted))):
        error = refused(document)
        assert error.why == 'Terraform has marked for replacement (tainted): aws_eip.nat["c"], module.x.aws_lb.this'
        assert "terraform untaint ADDRESS" in error.then


def _changed(**values: Any) -> dict[str, Any]:
    """Return a state whose one resource has other values; without those that are None."""
    described = {**resource("aws_lb.this", {"name": "a"}), **values}
    return state({key: value for key, value in described.items() if value is not None})


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (state(resources={}), "resources is no list of objects"),
        (state(resources=[1]), "resources is no list of objects"),
        (_changed(instances="x"), "resources[0].instances is no list of objects"),
        (_changed(instances=[None]), "resources[0].instances is no list of objects"),
        (_changed(mode=PLANTED), "resources[0].mode is none"),
        (_changed(mode=None), "resources[0].mode is missing"),
        (_changed(mode=["managed"]), "resources[0].mode is none"),
        (_changed(type="aws lb"), "resources[0].type is none"),
        (_changed(type=7), "resources[0].type is none"),
        (_changed(name=f"{PLANTED}\x1b[31m"), "resources[0].name is none"),
        (_changed(name=None), "resources[0].name is missing"),
        (_changed(module=f"modul.{PLANTED}"), "resources[0].module is no address of a module"),
        (_changed(module={"a": 1}), "resources[0].module is no address of a module"),
        (_changed(provider=f"{PLANTED}!"), "resources[0].provider is none"),
        (_changed(provider=None), "resources[0].provider is missing"),
        (_changed(instances=[{"index_key": [PLANTED]}]), "resources[0].index_key is neither a number nor text"),
        (_changed(instances=[{"index_key": 0.5}]), "resources[0].index_key is neither a number nor text"),
        (_changed(instances=[{"index_key": True}]), "resources[0].index_key is neither a number nor text"),
        (_changed(instances=[{"attributes": PLANTED}]), "aws_lb.this has no attributes that can be read"),
        (_changed(instances=[{"attributes_flat": {"name": "a"}}]), "aws_lb.this has no attributes that can be read"),
        (state(resource("aws_lb.a"), resource("aws_lb.a")), "aws_lb.a is in it more than once"),
        (state(add_instance(resource("aws_lb.a", key=1), key=1.0)), "aws_lb.a[1] is in it more than once"),
        (state(resource("aws_lb.a"), serial=-1), "serial is no whole number from 0 on"),
        (state(resource("aws_lb.a"), serial="1"), "serial is no whole number from 0 on"),
        (state(resource("aws_lb.a"), lineage=[PLANTED]), "lineage is no text"),
        (state(resource("aws_lb.a"), lineage=f"{PLANTED}\n"), "lineage is no text"),
        (state(resource("aws_lb.a"), terraform_version=1.5), "terraform_version is no text"),
        ({"format_version": "1.0", "values": []}, "values.root_module is no object"),
        ({"format_version": "1.0", "values": {"root_module": []}}, "values.root_module is no object"),
        (
            {"format_version": "1.0", "values": {"root_module": {"child_modules": [{"resources": []}]}}},
            "values.root_module.child_modules[0].address is missing",
        ),
    ],
)
def test_malformed_states(document: dict[str, Any], why: str) -> None:
    """The place that is wrong is named, and that it is no state as Terraform writes it."""
    assert refused(document).why == f"it is not a valid Terraform state: {why}"


def test_only_for_what_terraform_holds() -> None:
    """To learn what Terraform still holds, neither a tainted resource nor an empty state is an error."""
    content = written(state(resource("aws_lb.this", status="tainted")))
    assert [it.address for it in read_state(content, {}, source="it", as_is=True).resources] == ["aws_lb.this"]
    assert read_state(written(state()), {}, source="it", as_is=True).resources == ()
    assert read_state(json.dumps({"format_version": "1.0"}).encode(), {}, source="it", as_is=True).resources == ()
