"""HCL is read as Terraform reads it: one table of values, which Terraform itself confirms where it is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from stacks.settings.entries import Unusable, usable
from stacks.settings.hcl import MalformedError, parse_attributes
from stacks.settings.hcl.constants import UNSUPPORTED

if TYPE_CHECKING:
    from pathlib import Path

TERRAFORM = shutil.which("terraform")

ACCEPTED: list[tuple[str, Any]] = [
    ("1", 1),
    ("007", 7),
    ("1.0", 1),
    ("1.10", Decimal("1.1")),
    ("1e3", 1000),
    ("1E-2", Decimal("0.01")),
    ("100e-2", 1),
    ("-0.0", 0),
    ("12345678901234567890123.10", Decimal("12345678901234567890123.1")),
    ("0.1234567890123456789012345678901234567890", Decimal("0.123456789012345678901234567890123456789")),
    ("9" * 60, int("9" * 60)),
    ("true", True),
    ("null", None),
    ('""', ""),
    (r'"\n\r\t\"\\"', '\n\r\t"\\'),
    (r'"\u00e9\u0041\U0001F600"', "éA😀"),
    (r'"e\u0301"', "é"),
    ('"e\u0301"', "é"),
    ('"$${"', "${"),
    ('"%%{"', "%{"),
    ('"$$${a} %%%{b}"', "$${a} %%{b}"),
    ('"$$ % $ {"', "$$ % $ {"),
    (r'"\\$${a}"', "\\${a}"),
    ('{ A = "$${", B = "}" }', {"A": "${", "B": "}"}),
    ('<<EOT\n  a $${b} %%{c} \\n "q"\n  EOT\n', '  a ${b} %{c} \\n "q"\n'),
    ("<<EOT\nEOT\n", ""),
    ("<<EOT\nx\n  EOT x\nEOT \t\n", "x\n  EOT x\n"),
    ("<<EOT\r\nx\r\nEOT\r\n", "x\r\n"),
    ("<<-EOT\n    a\n  \n\n   b\n EOT\n", " a\n  \n\nb\n"),
    ("<<-EOT\n\ta\n  b\n  EOT\n", "a\n b\n"),
    ("<<-EOT\n    $${a}\n  b$${c}\n  EOT\n", "  ${a}\nb${c}\n"),
    ("<<-한-1\n  e\u0301\n한-1\n", "é\n"),
    ("[<<EOT\nx\nEOT\n, 2]", ["x\n", 2]),
    ("{a = <<EOT\nx\nEOT\nb = 1}", {"a": "x\n", "b": 1}),
    ("/* a\n */ 1 /* \n b */ # c", 1),
    ("1 // c", 1),
    ("[ # c\n1 // d\n, /* e */ 2, ]", [1, 2]),
    ("{ # c\n a /* x */ = /* y */ 1 # d\n}", {"a": 1}),
    ("{}", {}),
    ('{ a = 1, "b" : 2\n c: 3,\n\n d = 4, }', {"a": 1, "b": 2, "c": 3, "d": 4}),
    ("{ true = 1, null = 2, 3 = 4, 1.50 = 5, -1 = 6, (1 + 1) = 7 }",
     {"true": 1, "null": 2, "3": 4, "1.5": 5, "-1": 6, "2": 7}),
    ('{ a-b = 1, _c = 2, 한 = 3, "$${d}" = 4, ("e") = 5 }', {"a-b": 1, "_c": 2, "한": 3, "${d}": 4, "e": 5}),
    ("60 * 5", 300),
    ("1 + 2 * 3 - 4 / 2", 5),
    ("10 - 3 - 2", 5),
    ("(1\n+ 2) * 3", 9),
    ("0.1 + 0.2", Decimal("0.3")),
    ("5 / 2", Decimal("2.5")),
    ("-7 % 3", -1),
    ("7.5 % -2", Decimal("1.5")),
    ('"5" * 2', 10),
    ("2 * -3", -6),
    ("--1", 1),
    ("!!true", True),
    ('!"true"', False),
    ("1 == 1.0", True),
    ('"1" == 1', False),
    ("null == null", True),
    ("null != 1", True),
    ('"5" > 3 && 1 <= 1', True),
    ("false && false || true", True),
    ("1 > 2 ? 3 : 4", 4),
    ("true ? false ? 1 : 2 : 3", 2),
    ("false ? 1 : null", None),
]  # fmt: skip

REFUSED = [
    "foo", "var.x", "foo[0]", "max(1, 2)", "max([1]...)", "provider::a::b(1)", '"${foo}"', '"a${max(1)}"', "[foo]",
    "{ a = foo }", "{ (foo) = 1 }", "1_000", "0x10", ".5", "5.", "+5", "1e", "1..2", "'a'", "`a`", "@", "~1", "1 & 1",
    "1 === 1", "1;", "1, 2", '"a" "b"', "1 2", r'"\/"', r'"\q"', r'"\u12"', r'"\ud800"', r'"\U00110000"', '"a\nb"',
    '"a\rb"', "", "\n1", "1 +\n2", "[1 2]", "[,]", "[1,,2]", "{,}", "{a = 1 b = 2}", "{a = 1\n,b = 2}", "{a =\n1}",
    "{a\n= 1}", "{a.b = 1}", "{1a = 1}", "{for = 1}", "{(null) = 1}", "{[1] = 1}", "[1", "{a = 1", "(1", "1)", "]",
    '"a', '"${"', "/* x", "<<EOT\nx\nEOT", "<<EOT\nx", "<<EOT \nx\nEOT\n", '<<"EOT"\nx\nEOT\n', "<<EOT\na\rb\nEOT\n",
    "[<<EOT\nx\nEOT, 2]", "1 / 0", '1 + "a"', "1 + true", "1 + null", "1 && true", "!1", "1 ? 2 : 3", "true ? foo : 1",
]  # fmt: skip

ONLY_TERRAFORM = [
    "[for x in [1, 2] : x * 2]", '{for x in ["a"] : x => 1}', "[1, 2][0]", "[1, 2].0", "{a = 1}.a", "[{a = 1}][*].a",
    '"${1}"', '"x${~ "a" ~} y"', '"a${"b${"c"}"}d"', '"%{ if true }x%{ endif }"', "<<EOT\n${1}\nEOT\n", "[1] == [1]",
    'true ? 1 : "a"', "true ? [1] : [2]", "true ? 1 : foo",
]  # fmt: skip


def read(text: str) -> object:
    """The value that is set, or why there is none."""
    try:
        (found,) = parse_attributes(f"v = {text}")
    except MalformedError as error:
        return Unusable(why=error.why)
    return usable(found.value)


@pytest.mark.parametrize(("text", "value"), ACCEPTED)
def test_a_constant_is_what_terraform_makes_of_it(text: str, value: object) -> None:
    """Of the same type, too: no number is a flag, and no whole one a fraction."""
    found = read(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", REFUSED)
def test_what_terraform_refuses_is_refused(text: str) -> None:
    """And not as if it were a matter of this program alone."""
    found = read(text)
    assert isinstance(found, Unusable)
    assert UNSUPPORTED not in found.why


@pytest.mark.parametrize("text", ONLY_TERRAFORM)
def test_what_only_terraform_calculates_is_refused_as_that(text: str) -> None:
    """The reason is the true one."""
    found = read(text)
    assert isinstance(found, Unusable)
    assert UNSUPPORTED in found.why


@pytest.mark.skipif(TERRAFORM is None, reason="there is no terraform on PATH to compare with")
def test_terraform_itself_says_the_same(tmp_path: Path) -> None:
    """`terraform console -var-file` gives the values of the table, and refuses what is refused."""
    names = [f"v{number}" for number in range(len(ACCEPTED))]
    variables = "".join(f'variable "{name}" {{\n  type    = any\n  default = null\n}}\n' for name in [*names, "v"])
    (tmp_path / "main.tf").write_text(variables, encoding="utf-8")
    text = "".join(f"{name} = {text}\n" for name, (text, _) in zip(names, ACCEPTED, strict=True))
    found = console(tmp_path, text, f"jsonencode([{', '.join(f'var.{name}' for name in names)}])")
    assert json.loads(json.loads(found), parse_float=Decimal) == [value for _, value in ACCEPTED]
    accepted = [text for text in REFUSED[::8] if console(tmp_path, f"v = {text}", "jsonencode(var.v)")]
    assert accepted == []
    assert all(console(tmp_path, f"v = {text}\n", "jsonencode(var.v)") for text in ONLY_TERRAFORM[::4])


def console(folder: Path, tfvars: str, expression: str) -> str:
    """What Terraform prints for an expression; "" where it refuses the variables."""
    (folder / "x.tfvars").write_bytes(tfvars.encode())
    done = subprocess.run(
        [TERRAFORM or "", "console", "-no-color", "-var-file=x.tfvars"],
        input=f"{expression}\n",
        cwd=folder,
        env={**os.environ, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode or "Error: " in done.stdout + done.stderr else done.stdout
