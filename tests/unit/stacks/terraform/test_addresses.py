"""Addresses are exactly those of `terraform state list`, so that its commands take them."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.terraform.reading import read_state
from tests.support.terraform_states import add_instance, resource, state, written


def addresses(*resources: dict[str, Any]) -> list[str]:
    """Return the addresses of a state with these resources."""
    found = read_state(written(state(*resources)), {}, source="it", as_is=True)
    return [it.address for it in found.resources]


def test_of_modules_counts_and_keys() -> None:
    """Modules, `count` and `for_each` are part of an address; the order is the state's."""
    subnets = add_instance(resource("module.vpc.aws_subnet.a", key=0), key=1)
    each = add_instance(resource("aws_eip.nat", key="b"), key="a")
    nested = resource("module.fargate.module.alb.aws_lb.this")
    assert addresses(subnets, each, nested, resource("module.x.data.aws_vpc.this")) == [
        "module.vpc.aws_subnet.a[0]",
        "module.vpc.aws_subnet.a[1]",
        'aws_eip.nat["b"]',
        'aws_eip.nat["a"]',
        "module.fargate.module.alb.aws_lb.this",
        "module.x.data.aws_vpc.this",
    ]


@pytest.mark.parametrize(
    ("key", "written_key"),
    [
        ("", '""'),
        ("a b", '"a b"'),
        ('a"b\\c', r'"a\"b\\c"'),
        ("${d}%{e}$x%", '"$${d}%%{e}$x%"'),
        ("\n\r\t", r'"\n\r\t"'),
        ("\u2028\u00a0\x00é日", r'"\u2028\u00a0\u0000é日"'),
        ("\U000e0001", r'"\U000e0001"'),
    ],
)
def test_quotes_keys_as_terraform_does(key: str, written_key: str) -> None:
    """A key of `for_each` is quoted as Terraform 1.11 quotes it: compared with `terraform state list`."""
    assert addresses(resource("aws_eip.nat", key=key)) == [f"aws_eip.nat[{written_key}]"]


def test_leaves_out_deposed_instances() -> None:
    """What a replacement has left behind is not the resource of its address; that there is one is known."""
    replaced = add_instance(resource("aws_lb.this", {"name": "new"}), {"name": "old"}, deposed="0a1b2c3d")
    found = read_state(written(state(replaced)), {"aws_lb": ["name"]}, source="it")
    assert [(it.address, dict(it.attributes)) for it in found.resources] == [("aws_lb.this", {"name": "new"})]
    assert found.deposed == ("aws_lb.this",)
