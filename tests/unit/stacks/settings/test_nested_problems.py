"""What is wrong inside of tables in tables, maps and lists of tables is told as precisely as everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.stacks.settings.example import refusal

if TYPE_CHECKING:
    from tests.unit.stacks.settings.conftest import Folder


def test_everything_that_is_wrong_inside_is_reported_at_once_with_its_line(folder: Folder) -> None:
    """At any depth, in the order of the lines; a missing key at its table's header."""
    toml = """[network.https]
certifcate = "arn:x"
redirect = 1
[network.waf]
share = 2
[network.waf.limits]
rat = 1
[network.sign_in]
[ecs.environment]
OK = "1"
"A B" = "2"
C = 3
[[ecs.sidecars]]
name = "a"
imge = "b"
[[ecs.sidecars]]
name = "b"
[[ecs.sidecars.mounts]]
path = "tmp"
readonly = true
[ecs.sidecars.check]
command = [
]
interval = 1
[ecs.weights]
bleu = 1
green = 101
[ecs.schedules.night]
crom = "x"
"""
    assert refusal(folder, toml) == [
        'prod.toml:3: network.https.certifcate = "arn:x": no such key in [network.https]; did you mean "certificate"?',
        "prod.toml:4: network.https.redirect = 1: must be true or false",
        "prod.toml:6: network.waf.share = 2: must be a number from 0 to 1",
        'prod.toml:8: network.waf.limits.rat = 1: no such key in [network.waf.limits]; did you mean "rate"?',
        "prod.toml:9: network.sign_in.issuer: is missing; it must be a URL in quotes",
        'prod.toml:12: ecs.environment."A B" = "2": the key must be letters, digits and _, no digit first',
        "prod.toml:13: ecs.environment.C = 3: must be text in quotes",
        'prod.toml:16: ecs.sidecars[0].imge = "b": no such key; did you mean "image"?',
        "prod.toml:17: ecs.sidecars[1].image: is missing; it must be text in quotes",
        'prod.toml:20: ecs.sidecars[1].mounts[0].path = "tmp": must be a path in quotes that starts with /',
        'prod.toml:21: ecs.sidecars[1].mounts[0].readonly = true: no such key; did you mean "read_only"?',
        "prod.toml:23: ecs.sidecars[1].check.command = []: must be a list of 1 or more items, each item text in quotes",
        "prod.toml:25: ecs.sidecars[1].check.interval = 1: must be a whole number from 5 to 300",
        'prod.toml:27: ecs.weights.bleu = 1: the key must be one of "blue", "green"; did you mean "blue"?',
        "prod.toml:28: ecs.weights.green = 101: must be a whole number from 0 to 100",
        'prod.toml:30: ecs.schedules.night.crom = "x": no such key; did you mean "cron"?',
    ]


@pytest.mark.parametrize(
    ("toml", "line"),
    [
        (
            "[network.https]\nredirect = true",
            "prod.toml:3: network.https.redirect = true: there is no certificate",
        ),
        (
            '[network]\nport = 80\nhttps = { redirect = true, certificate = "arn:x" }',
            "prod.toml:3: network.port = 80: 80 is the port that redirects",
        ),
        (
            '[[ecs.sidecars]]\nname = "a"\nimage = "b"\ncheck = { command = ["x"], timeout = 60 }',
            "prod.toml:5: ecs.sidecars[0].check.timeout = 60: timeout is longer than the interval",
        ),
        (
            '[[ecs.sidecars]]\nname = "a"\nimage = "b"\n[ecs.sidecars.check]\ncommand = ["x"]\ninterval = 5\ntimeout=6',
            "prod.toml:8: ecs.sidecars[0].check.timeout = 6: timeout is longer than the interval",
        ),
        (
            '[[ecs.sidecars]]\nname = "a"\nimage = "b"\nmounts = [\n{ path = "/x" },\n{ path = "/x" }]',
            'prod.toml:7: ecs.sidecars[0].mounts[1].path = "/x": /x is there twice',
        ),
        (
            '[[ecs.sidecars]]\nname = "a"\nimage = "b"\n[[ecs.sidecars]]\nimage = "c"\nname = "a"',
            'prod.toml:7: ecs.sidecars[1].name = "a": two sidecars are called a',
        ),
        (
            "[ecs]\nsidecars = [" + 4 * '{ name = "a", image = "b" },' + "]",
            "must be a list of up to 3 items, each item a table with name, image, ports, environment, mounts, check",
        ),
        ("[ecs]\nsidecars = [1]", "prod.toml:3: ecs.sidecars[0] = 1: must be a table with name, image, ports"),
        ("[ecs]\nsidecars = 1", "prod.toml:3: ecs.sidecars = 1: must be a list of up to 3 items, each item a table"),
        ("[ecs.sidecars]\nname = 1", 'prod.toml:2: ecs.sidecars = {"name": 1}: must be a list of up to 3 items, each'),
        (
            "[[ecs.environment]]\nA = 1",
            "must be a table of up to 3 keys",
        ),
        (
            "[network]\nhttps = 1",
            "prod.toml:3: network.https = 1: must be a table: [network.https] on a",
        ),
        ("[network.htps]", 'network.htps = {}: no such key in [network]; did you mean "https"?'),
        ("[waf]", 'prod.toml:2: waf = {}: no such key; did you mean "[network.waf]"?'),
        (
            "[https]\ncertificate = 1",
            'prod.toml:2: https = {"certificate": 1}: no such key; did you mean "[network.https]"?',
        ),
        ("network_waf_limits_rate = 1", 'no such key; did you mean "[network.waf.limits] rate"?'),
        (
            "[network]\nrate = 1",
            'no such key in [network]; did you mean "[network.waf.limits] rate"?',
        ),
        ("[ecs.enviroment]\nA = 1", 'ecs.enviroment = {"A": 1}: no such key in [ecs]; did you mean "environment"?'),
        ("[network.https]\nqq = 1", "no such key in [network.https]: there are certificate, redirect"),
    ],
)
def test_a_mistake_in_a_nested_place_is_one_line(folder: Folder, toml: str, line: str) -> None:
    """Models' own checks at any depth, forms in the place of others, tables in the wrong place."""
    (found,) = refusal(folder, toml)
    assert line in found


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            'ecs_sidecars = [\n  { name = "a",\n    imge = "b" }]',
            'x.tfvars:3: ecs_sidecars[0].imge = "b": no such key; did you mean "image"?',
        ),
        (
            'ecs_sidecars = [\n  {\n    name = "a",\n } ]',
            "x.tfvars:2: ecs_sidecars[0].image: is missing; it must be text in quotes",
        ),
        ("ecs_environment = {\n  A = []\n}", "x.tfvars:2: ecs_environment.A = []: must be text in quotes"),
        ('ecs_environment = {\n  "A-B" = 1\n}', 'x.tfvars:2: ecs_environment.A-B = "1": the key must be letters'),
        ("ecs_environment = { A = 1, A = 2 }", "x.tfvars:1: ecs_environment = { A = 1, A = 2 }: sets A twice"),
        ("ecs_environment = { (A) = 1 }", "must be a literal value"),
        ("ecs_environment = { A = var.a }", "x.tfvars:1: ecs_environment = { A = var.a }: must be a literal value"),
        ("ecs_environment {\n A = 1\n}", "must not be a block"),
        (
            "network_waf = { share = 1 }",
            "each key of the table is one of its own, network_waf_rules, ",
        ),
        ("network_waf_limits = {}", "each key of the table is one of its own, network_waf_limits_rate"),
        ("network_https_certifcate = 1", 'no such variable; did you mean "network_https_certificate"?'),
        ("network_waf = null\nnetwork_sign_in = {}", "x.tfvars:2: network.sign_in.issuer: is missing"),
    ],
)
def test_a_mistake_in_a_variables_object_is_one_line(folder: Folder, text: str, line: str) -> None:
    """With the line inside of the value, where the file is HCL."""
    (found,) = refusal(folder, tfvars=text)
    assert line in found


@pytest.mark.parametrize(
    ("option", "line"),
    [
        ('ecs_environment={"A": 1, "A": 2}', '--var: ecs_environment = {"A": 1, "A": 2}: sets A twice'),
        (
            'ecs_sidecars=[{"name": "x", "image": "y", "ports": [0]}]',
            "ecs_sidecars[0].ports = [0]: must be a list",
        ),
        ("ecs_environment=A", "--var: ecs_environment = A: must be a table of up to 3 keys"),
        (f"ecs_environment={'[' * 300}{']' * 300}", "is nested too deeply"),
        ('ecs_environment={"\\ud800": "\\ud800"}', "--var: ecs_environment"),
        ('ecs_environment={"\\u001b[31m": "x"}', "the key must be letters, digits and _"),
    ],
)
def test_a_mistake_in_an_options_object_is_one_line(folder: Folder, option: str, line: str) -> None:
    """Printable, whatever is in it."""
    (found,) = refusal(folder, "", option)
    assert line in found
    assert found.isprintable()


def test_a_problem_between_places_of_two_sources_names_both(folder: Folder) -> None:
    """Also between a table and a table in it."""
    toml = '[network.https]\ncertificate = "arn:x"\nredirect = true'
    (line,) = refusal(folder, toml, "network_port=80")
    why = "80 is the port that redirects; network.https.redirect = true is from"
    assert line.startswith(f"--var: network_port = 80: {why} ")


def test_a_check_that_names_no_key_is_about_its_table(folder: Folder) -> None:
    """Or about the whole file, where it is the whole model's."""
    assert refusal(folder, "[network.waf.limits]\nrate = 13") == [
        "prod.toml:2: network.waf.limits: 13 is not a good limit"
    ]
    assert refusal(folder, "", "project=prod") == ["prod.toml: project and environment have one name"]
