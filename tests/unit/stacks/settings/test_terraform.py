"""Terraform variables: `.tfvars` in HCL and JSON, and `--var`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stacks.settings import load

if TYPE_CHECKING:
    from tests.unit.stacks.settings.conftest import Folder

ROOT = Path(__file__).parents[4]
TERRAFORMS_OWN = Path(__file__).parent / "data" / "terraform.tfvars"
SUBNETS = ("subnet-01234567", "subnet-01234568")


def test_the_terraform_projects_own_file_works_byte_for_byte(folder: Folder) -> None:
    """Text for numbers and a comment in Korean included, as --var-file and beside the environment's file."""
    folder.prod(tables="[autoscaling]\nmemory_scale_in = false")  # the one line of prod.toml that is not Terraform's
    folder.write("prod.tfvars", TERRAFORMS_OWN.read_bytes())
    prod = load("prod", directory=ROOT / "environments")
    for settings in (folder.load(), load("prod", var_files=[TERRAFORMS_OWN], directory=ROOT / "environments")):
        assert settings == prod


def test_the_terraform_projects_own_file_is_what_counts(folder: Folder) -> None:
    """It is read, not ignored: each of its eight values replaces another one."""
    folder.prod(
        tables="[ecs]\ncpu = 256\nmemory = 512\ndesired_count = 7\n[autoscaling]\nenabled = false\nmin_capacity = 7\n"
        "max_capacity = 8\ncpu_target = 9\nmemory_target = 10"
    )
    settings = folder.load(var_files=[str(TERRAFORMS_OWN)])
    assert (settings.ecs.cpu, settings.ecs.memory, settings.ecs.desired_count) == (4096, 16384, 2)
    scaling = settings.autoscaling
    assert (scaling.enabled, scaling.min_capacity, scaling.max_capacity) == (True, 1, 4)
    assert (scaling.cpu_target, scaling.memory_target) == (70, 70)


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n// here /* or\n/* here\n*/", "\ufeff", "\r\n"])
def test_an_empty_file_sets_nothing(folder: Folder, text: str) -> None:
    """Comments alone are no settings."""
    folder.prod()
    folder.write("prod.tfvars", text)
    assert folder.load().ecs.cpu == 4096


@pytest.mark.parametrize(
    "text",
    [
        'ecs_cpu = "1024"\necs_memory = 2048.0\nautoscaling_enabled="false"\nimage_tag=42\necs_desired_count="3e0"',
        'ecs_cpu=1024\r\necs_memory=(2048)\r\nautoscaling_enabled=false\r\nimage_tag="42"\r\necs_desired_count=3',
        'ecs_cpu=1.024e3#\n\n/**/ecs_memory="2048"//\nautoscaling_enabled=false\nimage_tag="42"\necs_desired_count=03',
    ],
)
def test_forms_are_as_lenient_as_terraforms(folder: Folder, text: str) -> None:
    """What Terraform converts to the wanted type is converted."""
    folder.prod()
    folder.write("x.tfvars", text)
    settings = folder.load(var_files=["x.tfvars"])
    assert (settings.ecs.cpu, settings.ecs.memory, settings.ecs.desired_count) == (1024, 2048, 3)
    assert (settings.autoscaling.enabled, settings.image_tag) == (False, "42")


@pytest.mark.parametrize(
    "text",
    [
        'network_vpc_id = "vpc-01234567"\nnetwork_public_subnet_ids = ["subnet-01234567", "subnet-01234568"]',
        'network_public_subnet_ids = [ #\n"subnet-01234567","subnet-01234568",\n]\nnetwork_vpc_id="vpc-0\\u0031234567"',
    ],
)
def test_lists_are_read(folder: Folder, text: str) -> None:
    """On one line or several, with comments and a comma at the end."""
    folder.prod()
    folder.write("prod.tfvars", text)
    network = folder.load().network
    assert (network.vpc_id, network.public_subnet_ids) == ("vpc-01234567", SUBNETS)


def test_escapes_are_read(folder: Folder) -> None:
    """Also those of references, which are text then."""
    folder.prod()
    folder.write("prod.tfvars", 'network_health_check_path = "/\\u0041\\"\\\\$${x}%%{y}100%$"')
    assert folder.load().network.health_check_path == '/A"\\${x}%{y}100%$'


@pytest.mark.parametrize("text", ["aws_sandbox_time_scale = 0.5", 'aws_sandbox_time_scale = "5e-1"'])
def test_fractions_are_read(folder: Folder, text: str) -> None:
    """Where a number may have some."""
    folder.prod()
    folder.write("prod.tfvars", text)
    assert folder.load().aws.sandbox_time_scale == 0.5
    assert folder.load(variables=["aws_sandbox_time_scale=1"]).aws.sandbox_time_scale == 1


def test_json_tfvars_are_read(folder: Folder) -> None:
    """With the same leniency; text that looks like a reference is text in JSON."""
    folder.prod()
    folder.write(
        "x.tfvars.json",
        '{"ecs_cpu": "1024", "ecs_memory": 2048, "autoscaling_enabled": "false", "network_vpc_id": "vpc-01234567",'
        ' "network_public_subnet_ids": ["subnet-01234567", "subnet-01234568"], "network_health_check_path": "/${x}"}',
    )
    settings = folder.load(var_files=["x.tfvars.json"])
    assert (settings.ecs.cpu, settings.ecs.memory, settings.autoscaling.enabled) == (1024, 2048, False)
    assert (settings.network.public_subnet_ids, settings.network.health_check_path) == (SUBNETS, "/${x}")


@pytest.mark.parametrize(
    ("option", "key", "value"),
    [
        ("ecs_cpu=8192", "cpu", 8192),
        ('ecs_cpu="8192"', "cpu", 8192),
        (" ecs_cpu = 8192 ", "cpu", 8192),
        ("ecs_container_insights=enhanced", "container_insights", "enhanced"),
        ('ecs_container_insights="enhanced"', "container_insights", "enhanced"),
        ("ecs_cpu=null", "cpu", 4096),
    ],
)
def test_an_option_sets_one_variable(folder: Folder, option: str, key: str, value: object) -> None:
    """Text needs no quotes, and may have them."""
    folder.prod()
    assert getattr(folder.load(variables=[option]).ecs, key) == value


@pytest.mark.parametrize(
    "ids",
    [
        '["subnet-01234567","subnet-01234568"]',
        '["subnet-01234567", "subnet-01234568",]',
        '[ # HCL\n"subnet-01234567",\n"subnet-01234568"\n]',
    ],
)
def test_an_option_sets_a_list(folder: Folder, ids: str) -> None:
    """In JSON or HCL."""
    folder.prod()
    settings = folder.load(variables=["network_vpc_id=vpc-01234567", f"network_public_subnet_ids={ids}"])
    assert settings.network.public_subnet_ids == SUBNETS


def test_an_option_may_hold_equals_signs(folder: Folder) -> None:
    """The first one ends the name."""
    folder.prod()
    path = "/health?a=b"
    assert folder.load(variables=[f"network_health_check_path={path}"]).network.health_check_path == path


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("ecs_cpu", '--var: must be NAME=VALUE, not "ecs_cpu"'),
        ("=4096", '--var: must be NAME=VALUE, not "=4096"'),
        ("", '--var: must be NAME=VALUE, not ""'),
        ("ecs_cpu=", '--var: ecs_cpu = "": must be one of 256, 512'),
        ("ecs_cpu=4 vCPU", "--var: ecs_cpu = 4 vCPU: must be one of 256, 512"),
        ("ecs_cpu=true", "--var: ecs_cpu = true: must be one of 256, 512"),
        ("ecs_cpu=1e999999999", "--var: ecs_cpu = 1e999999999: must be one of 256"),
        (f"ecs_cpu={'9' * 9999}", "must be one of 256, 512"),
        ("ecs_desired_count=-1", "--var: ecs_desired_count = -1: must be a whole number from 0 to 5000"),
        ("ecs_desired_count=nan", "--var: ecs_desired_count = nan: must be a whole number from 0 to 5000"),
        ("ecs_desired_count=½", "--var: ecs_desired_count = ½: must be a whole number from 0 to 5000"),
        ("ecs_desired_count=[2]", "--var: ecs_desired_count = [2]: must be a whole number from 0 to 5000"),
        ("autoscaling_enabled=yes", "--var: autoscaling_enabled = yes: must be true or false"),
        ("network_public_subnet_ids=subnet-01234567", "must be a list, each item like"),
        ("network_public_subnet_ids=[subnet-01234567]", "must be a literal value: "),
        ('network_public_subnet_ids=["a"', "is neither text nor valid HCL: it ends in the middle of a value"),
        ('image_tag="a" b = "c"', "is neither text nor valid HCL: two settings on one line"),
        ('image_tag="a"\nproject = "b"', "is more than one value"),
        ("ecs={ cpu = 4096 }", "each key of the table is one of its own, ecs_cpu, ecs_memory"),
        ("ecs.cpu=4096", '--var: ecs.cpu = 4096: no such variable; did you mean "ecs_cpu"?'),
        ("cpu=4096", '--var: cpu = 4096: no such variable; did you mean "ecs_cpu"?'),
        ("region=us-east-1", '--var: region = us-east-1: no such variable; did you mean "aws_region"?'),
        ("autoscaling_max=4", 'no such variable; did you mean "autoscaling_max_capacity"?'),
        ("xyzzy=1", "--var: xyzzy = 1: no such variable: `cpu` of the table [ecs] is `ecs_cpu`, and so on"),
        ("\udcff=\udcff", "--var: \\udcff = \\udcff: no such variable"),
    ],
)
def test_a_wrong_option_is_refused(folder: Folder, option: str, message: str) -> None:
    """One line, with what is allowed or what was probably meant."""
    folder.prod()
    refusal = folder.refusal(variables=[option])
    assert message in refusal
    assert "\n" not in refusal


REFERENCE = "must be a literal value: Terraform, too, allows no reference here"
FUNCTION = "must be a literal value: Terraform, too, allows no function here"
UNSUPPORTED = "is not supported here, although Terraform would calculate it: write what comes out"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ecs_cpu = var.cpu", f"ecs_cpu = var.cpu: {REFERENCE}"),
        ("ecs_cpu = max(1, 2)", f"ecs_cpu = max(1, 2): {FUNCTION}"),
        ("ecs_cpu = 1024 * 5", "ecs_cpu = 1024 * 5: must be one of 256"),
        ("ecs_cpu = true ? 1 : 2", "ecs_cpu = true ? 1 : 2: must be one of 256"),
        ("ecs_cpu = 1 / 0", "divides by zero"),
        ("ecs_cpu = 1 + true", "+ takes numbers"),
        ("ecs_cpu = 1 && true", "&& takes true and false"),
        ("ecs_cpu = !3", "! takes true or false"),
        ("ecs_cpu = 3 ? 1 : 2", "? takes true or false"),
        ("ecs_cpu = true ? var.x : 2", REFERENCE),
        ("ecs_cpu = [1, 2][0]", UNSUPPORTED),
        ("ecs_cpu = {a = 1}.a", UNSUPPORTED),
        ("ecs_cpu = [for x in [1] : x]", UNSUPPORTED),
        ("ecs_cpu = 1_000", "not valid HCL: it cannot be understood from column 12 on: ecs_cpu = 1_000"),
        ("ecs_cpu = 0x10", "not valid HCL: it cannot be understood from column 12 on"),
        ("ecs_cpu = '256'", 'not valid HCL: text goes in double quotes: "..."'),
        ("ecs_cpu = .5", "not valid HCL: it cannot be understood from column 11 on"),
        ("ecs_cpu = +5", "not valid HCL: it cannot be understood from column 11 on"),
        ('image_tag = "v${var.x}"', f'image_tag = "v${{var.x}}": {REFERENCE}'),
        ('image_tag = "v${lower("X")}"', FUNCTION),
        ('image_tag = "v${1 + 1}"', UNSUPPORTED),
        ('image_tag = "%{ if true }v%{ endif }"', UNSUPPORTED),
        ("image_tag = latest", "image_tag = latest: must be a literal value: text goes in quotes"),
        ("image_tag = <<EOT\nv1\nEOT", "must be a tag in quotes"),
        ("image_tag = <<EOT\nv1\nEND", "not valid HCL: the line EOT is missing that ends a text of several"),
        ('image_tag = "v\\q"', "has an unknown escape"),
        ('image_tag = "\\U99999999"', "has an unknown escape"),
        ('image_tag = "\\ud800"', "has an unknown escape"),
        ('image_tag = "$${x}"', "must be a tag in quotes"),
        ('image_tag = "a\nb"', "must end on its line: a quotation mark is missing"),
        ("ecs_cpu = { a = 1 }", "ecs_cpu = { a = 1 }: must be one of 256"),
        ("ecs_cpu = -4096", "ecs_cpu = -4096: must be one of 256"),
        ("ecs_cpu = 1e400", "ecs_cpu = 1e400: "),
        (f"ecs_cpu = {'9' * 9999}", "is no number that could be meant"),
        (f"ecs_cpu = {'[' * 99}1{']' * 99}", "is nested too deeply"),
        ("ecs {\n  cpu = 4096\n}", "ecs = { ... }: no such variable: each key of the table is one of its own, ecs_cpu"),
        ("project {\n}", "project = { ... }: must not be a block: a tfvars file has lines of the form NAME = VALUE"),
        ("null = 3", "null = 3: no such variable"),
    ],
)
def test_a_tfvars_value_that_is_no_constant_is_refused(folder: Folder, line: str, message: str) -> None:
    """With the reason that is true: Terraform's own, or that this does less than Terraform."""
    folder.prod()
    folder.write("prod.tfvars", f"# first\n{line}\n")
    refusal = folder.refusal()
    assert refusal.startswith("prod.tfvars:2: ")
    assert message in refusal
    assert "\n" not in refusal


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.tfvars", "ecs_cpu = ", "x.tfvars:1: not valid HCL: it cannot be understood from column 11 on: ecs_cpu ="),
        ("x.tfvars", "ecs_cpu 4096", "x.tfvars:1: not valid HCL: it cannot be understood from column 9 on"),
        ("x.tfvars", 'ecs_cpu = "4096', "x.tfvars: not valid HCL: it ends in the middle of a value"),
        ("x.tfvars", "ecs_cpu = 4096 ecs_memory = 1", "x.tfvars:1: not valid HCL: two settings on one line"),
        ("x.tfvars", "키 = 1", "x.tfvars:1: 키 = 1: no such variable"),
        ("x.tfvars", "a-b! = 1", "x.tfvars:1: not valid HCL: it cannot be understood from column 4 on: a-b! = 1"),
        ("x.tfvars", "ecs_cpu = 256\necs_cpu = 512", "x.tfvars:2: ecs_cpu = 512: is set 2 times in this file"),
        ("x.tfvars", b"image_tag = '\xff'", "x.tfvars:1: not UTF-8 text: byte 0xff at offset 13"),
        ("x.json", "", "x.json:1: not valid JSON: Expecting value, column 1"),
        ("x.json", "[1]", "x.json: must be one JSON object of variables"),
        ("x.json", '{"ecs_cpu": }', "x.json:1: not valid JSON: Expecting value, column 13"),
        ("x.json", '{"ecs_cpu": 256, "ecs_cpu": 512}', "x.json:1: ecs_cpu = 512: is set 2 times in this file"),
        ("x.json", '{"ecs_cpu": NaN}', "x.json:1: ecs_cpu = NaN: NaN is no value in JSON"),
        ("x.json", '{\n"ecs_cpu":\n-Infinity}', "x.json:2: ecs_cpu = -Infinity: -Infinity is no value in JSON"),
        ("x.json", '{"ecs_cpu": {"a": 1}}', 'x.json:1: ecs_cpu = {"a": 1}: must be one of 256'),
        ("x.json", '{"ecs_cpu": {\n "a": 1,\n "a": 2}}', 'x.json:1: ecs_cpu = { "a": 1, "a": 2}: sets a twice'),
        ("x.json", f'{{"ecs_cpu": {"9" * 5000}}}', f"x.json:1: ecs_cpu = {'9' * 77}...: is no number that could be"),
        ("x.json", '{"image_tag": 5e80123}', "x.json:1: image_tag = 5e80123: is no number that could be meant"),
        ("x.json", "[" * 99999, "x.json: not valid JSON: nested too deeply"),
        ("gone.tfvars", None, "gone.tfvars: cannot be read: No such file or directory"),
        ("x.tfvars/y", None, "x.tfvars/y: cannot be read: No such file or directory"),
        (".", None, "FOLDER: cannot be read: Is a directory"),
    ],
)
def test_a_variable_file_that_cannot_be_used_says_why(
    folder: Folder, name: str, text: str | bytes | None, message: str
) -> None:
    """Malformed, ambiguous, missing: one problem with its line."""
    folder.prod()
    if text is not None:
        folder.write(name, text)
    refusal = folder.refusal(var_files=[name])
    assert refusal.startswith(message)
    assert "\n" not in refusal


def test_a_broken_link_beside_the_environment_is_not_overlooked(folder: Folder) -> None:
    """Values that somebody put there must not be lost in silence."""
    folder.prod()
    (folder.path / "prod.tfvars").symlink_to("gone")
    assert folder.refusal() == "prod.tfvars: cannot be read: No such file or directory"


def test_a_file_can_be_a_pipe(folder: Folder) -> None:
    """`--var-file <(sops -d secret.tfvars)` works: a file is read once, from its beginning to its end."""
    folder.prod()
    code = (
        "import sys; from pathlib import Path; from stacks.settings import load;"
        f"print(load('prod', var_files=[Path('/dev/stdin')], directory=Path({str(folder.path)!r})).ecs.cpu)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input="ecs_cpu = 8192\n", capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "8192\n"


def test_what_is_not_needed_is_not_imported() -> None:
    """To read settings takes nothing of AWS, of lint or of JSON schemas."""
    code = (
        "import sys; from pathlib import Path; from stacks.settings import load;"
        "load('prod', variables=['ecs_cpu=8192', 'network_public_subnet_ids=[]'], directory=Path('environments'));"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not {"jsonschema", "boto3", "botocore", "cfnlint", "ministack"} & set(done.stdout.split())
