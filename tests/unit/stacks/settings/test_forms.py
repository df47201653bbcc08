"""Tables in tables, maps and lists of tables: what they mean in every form of a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from stacks.settings import Settings
from stacks.settings.keys import catalogue
from templates.section import Map, Section
from tests.unit.stacks.settings.example import Check, Example, Limits, Mount, Schedule, Sidecar, Waf, load

if TYPE_CHECKING:
    from tests.unit.stacks.settings.conftest import Folder

WHOLE = """
[network.https]
certificate = "arn:x"
[network.waf.limits]
rate = 50
[ecs.environment]
B = "2"
A = "1"
[[ecs.sidecars]]
name = "proxy"
image = "nginx"
ports = [80, 443]
environment = { LEVEL = "debug" }
[ecs.sidecars.check]
command = ["true"]
[[ecs.sidecars.mounts]]
path = "/tmp"
[[ecs.sidecars.mounts]]
path = "/var"
read_only = false
[[ecs.sidecars]]
name = "logs"
image = "fluent-bit"
[ecs.schedules.night]
cron = "0 20 * * *"
"""
IN_HCL = """
network_https_certificate = "arn:x"
network_waf_limits_rate = "50"
ecs_environment = {
  B = 2 # two
  "A" : 1,
}
ecs_sidecars = [
  { name = "proxy", image = "nginx", ports = ["80", 443.0], mounts = [{ path = "/tmp" },
    { path = "/var", read_only = "false" }]
    environment = { LEVEL = "debug" }, check = { command = ["true"], timeout = null } },
  { name = "logs", image = "fluent-bit", check = null },
]
ecs_schedules = { night = { cron = "0 20 * * *", count = "0" } }
"""
IN_JSON = """{
"network_https_certificate": "arn:x", "network_waf_limits_rate": "50", "ecs_environment": {"B": 2, "A": "1"},
"ecs_sidecars": [{"name": "proxy", "image": "nginx", "ports": ["80", 443.0], "environment": {"LEVEL": "debug"},
"mounts": [{"path": "/tmp"}, {"path": "/var", "read_only": "false"}], "check": {"command": ["true"]}},
{"name": "logs", "image": "fluent-bit"}], "ecs_schedules": {"night": {"cron": "0 20 * * *"}}
}"""


def test_all_forms_are_read(folder: Folder) -> None:
    """As models of their own, frozen."""
    example = load(folder, WHOLE)
    assert example.network.https.certificate == "arn:x"
    assert example.network.waf == Waf(limits=Limits(rate=50))
    assert example.network.sign_in is None
    assert example.ecs.environment == {"A": "1", "B": "2"}
    proxy, logs = example.ecs.sidecars
    assert logs == Sidecar(name="logs", image="fluent-bit")
    assert proxy.ports == (80, 443)
    assert proxy.environment == {"LEVEL": "debug"}
    assert proxy.mounts == (Mount(path="/tmp"), Mount(path="/var", read_only=False))  # noqa: S108 - a path in a container
    assert proxy.check == Check(command=("true",))
    assert example.ecs.schedules == {"night": Schedule(cron="0 20 * * *")}


def test_settings_cannot_be_changed_and_are_hashable(folder: Folder) -> None:
    """Equal settings are equal in every respect, and what is rendered from them is in one order."""
    example, again = load(folder, WHOLE), load(folder, WHOLE)
    assert (example, hash(example)) == (again, hash(again))
    assert list(example.ecs.environment) == ["A", "B"]
    with pytest.raises(TypeError):
        example.ecs.environment["A"] = "2"  # type: ignore[index]  # that it cannot be is what is tested
    with pytest.raises(ValidationError, match="frozen"):
        example.ecs.sidecars[0].name = "x"  # type: ignore[misc]  # likewise
    assert Example.model_validate(example.model_dump()) == example


@pytest.mark.parametrize(("suffix", "text"), [("tfvars", IN_HCL), ("json", IN_JSON)])
def test_terraform_variables_mean_the_same(folder: Folder, suffix: str, text: str) -> None:
    """With Terraform's conversions inside of lists and objects too; `null` there is what is left out."""
    assert load(folder, **{suffix: text}) == load(folder, WHOLE)


def test_options_take_objects_and_lists(folder: Folder) -> None:
    """In JSON and in HCL."""
    options = [
        'ecs_environment={"A":"b"}',
        'ecs_sidecars=[{ name = "x", image = "y" }]',
        "network_sign_in_issuer=https://x",
    ]
    example = load(folder, "", *options)
    assert example.ecs.environment == {"A": "b"}
    assert example.ecs.sidecars == (Sidecar(name="x", image="y"),)
    assert example.network.sign_in is not None


def test_a_table_switches_on_what_is_optional(folder: Folder) -> None:
    """An empty one is enough, and so is any of its keys; `null` and `{}` for the table itself override."""
    assert load(folder).network.waf is None
    assert load(folder, "[network.waf]").network.waf == Waf()
    assert load(folder, "[network]\nwaf = {}").network.waf == Waf()
    assert load(folder, "[network.waf.limits]").network.waf == Waf()
    assert load(folder, "", "network_waf_share=1").network.waf == Waf(share=1)
    assert load(folder, "", "network_waf={}").network.waf == Waf()
    assert load(folder, "[network.waf]", "network_waf=null").network.waf is None
    assert load(folder, "[network.waf]\nshare = 0.1", "network_waf=null", "network_waf_share=1").network.waf == Waf(
        share=1
    )
    assert load(folder, "", "network_waf_share=null").network.waf is None


def test_a_later_map_or_list_replaces_the_earlier_one_as_a_whole(folder: Folder) -> None:
    """It is one value, as in Terraform; what it replaces is not judged."""
    assert load(folder, "[ecs.environment]\n1 = 2", 'ecs_environment={"C": "3"}').ecs.environment == {"C": "3"}
    assert load(folder, WHOLE, "ecs_environment=null", "ecs_sidecars=[]").ecs.environment == {}
    assert load(folder, "[[ecs.sidecars]]\nname = 3", "ecs_sidecars=null").ecs.sidecars == ()


class Clash(Section):
    """`waf.limits` and `waf_limits` are both `waf_limits`."""

    waf: Waf = Waf()
    waf_limits: str = ""


class Unfrozen(Section):
    """A list can be changed."""

    names: list[str]


class Inside(Section):
    """A form that no setting has, deep inside."""

    items: Map[str, tuple[Unfrozen, ...]] = Map()


@pytest.mark.parametrize("model", [Clash, Unfrozen, Inside])
def test_a_model_that_cannot_be_set_is_the_programmers_mistake(model: type[Section]) -> None:
    """It is refused when the first file is read, whatever is in it."""
    with pytest.raises(TypeError):
        catalogue(model)


@pytest.mark.parametrize("model", [Example, Settings])
def test_terraform_names_are_unique(model: type[Any]) -> None:
    """No variable sets two keys."""
    names = [key.terraform for key in catalogue(model).keys.values()]
    assert len(names) == len(set(names))
