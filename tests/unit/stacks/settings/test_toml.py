"""Environment files in TOML: what is refused, and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.stacks.settings.conftest import Folder

WHOLE = "must be a whole number from"


@pytest.mark.parametrize(
    ("table", "line", "message"),
    [
        ("ecs", 'cpu = "4096"', 'ecs.cpu = "4096": must be one of 256, 512, 1024, 2048, 4096, 8192, 16384'),
        ("ecs", "cpu = 4095", "ecs.cpu = 4095: must be one of 256, 512, 1024"),
        ("ecs", "memory = 16000", "with 4096 it has 8192 to 30720 MiB in steps of 1024"),
        ("ecs", "memory = 0", f"ecs.memory = 0: {WHOLE} 512 to 122880"),
        ("ecs", "desired_count = nan", f"ecs.desired_count = NaN: {WHOLE} 0 to 5000"),
        ("ecs", "desired_count = -inf", f"ecs.desired_count = -Infinity: {WHOLE} 0 to 5000"),
        ("ecs", "desired_count = -1", f"ecs.desired_count = -1: {WHOLE} 0 to 5000"),
        ("ecs", "desired_count = 2.5", f"ecs.desired_count = 2.5: {WHOLE} 0 to 5000"),
        ("ecs", "desired_count = 2.0", f"ecs.desired_count = 2.0: {WHOLE} 0 to 5000"),
        ("ecs", "desired_count = true", f"ecs.desired_count = true: {WHOLE} 0 to 5000"),
        ("ecs", "desired_count = 99999999999999999999", f"= 99999999999999999999: {WHOLE} 0 to 5000"),
        ("ecs", f"memory = 0x{'f' * 5000}", f"ecs.memory = a number of thousands of digits: {WHOLE} 512 to"),
        ("ecs", "desired_count = 1979-05-27", f'ecs.desired_count = "1979-05-27": {WHOLE} 0 to 5000'),
        ("ecs", "desired_count = []", f"ecs.desired_count = []: {WHOLE} 0 to 5000"),
        ("ecs", "desired_count = { a = 1 }", f'ecs.desired_count = {{"a": 1}}: {WHOLE} 0 to 5000'),
        ("ecs", 'container_insights = "on"', '= "on": must be one of "enabled", "enhanced", "disabled"'),
        ("ecs", "log_retention_days = 2", "must be one of 1, 3, 5, 7, 14, 30"),
        ("autoscaling", 'enabled = "true"', 'autoscaling.enabled = "true": must be true or false'),
        ("autoscaling", "enabled = 1", "autoscaling.enabled = 1: must be true or false"),
        ("autoscaling", "cpu_target = 0", f"autoscaling.cpu_target = 0: {WHOLE} 1 to 100"),
        ("autoscaling", "max_capacity = 0", f"autoscaling.max_capacity = 0: {WHOLE} 1 to 5000"),
        ("autoscaling", "min_capacity = 5", "min_capacity = 5: min_capacity 5 is more than max_capacity 4"),
        ("ecr", 'repository_name = "Preto"', "must be 2 to 256 lower-case letters and digits in quotes"),
        ("iam", 'github_actions_role_name = "arn:aws:iam::123456789012:role/x"', "a role in quotes, not its ARN"),
        ("network", "vpc_id = 5", "network.vpc_id = 5: must be the id of a VPC, like"),
        ("network", 'vpc_cidr = "10.0.0.1/16"', "not an IPv4 range: 10.0.0.1/16 has host bits set"),
        ("network", 'vpc_cidr = "10.0.0.0/8"', "/8 is not between /16 and /24"),
        ("network", "vpc_cidr = 10", "must be an IPv4 range in quotes, from /16 to /24"),
        ("network", 'public_subnet_ids = "subnet-01234567"', "must be a list, each item like"),
        ("network", 'public_subnet_ids = [1, "x"]', 'public_subnet_ids = [1, "x"]: must be a list, each item like'),
        ("network", 'health_check_path = "health"', "must be a path in quotes that starts with /"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(folder: Folder, table: str, line: str, message: str) -> None:
    """Strict: no text is taken for a number, and no 1 for true."""
    folder.prod(tables=f"[{table}]\n{line}")
    refusal = folder.refusal()
    assert refusal.startswith(f"prod.toml:7: {table}.")
    assert message in refusal.split("\n")[0]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("account_id = 123456789012", "must be the 12 digits of an account in quotes, because a number loses its"),
        ('account_id = "12345678901"', "must be the 12 digits of an account"),
        ('sandbox_time_scale = "1"', 'aws.sandbox_time_scale = "1": must be a number from 0 to 10'),
        ("sandbox_time_scale = nan", "must be a number from 0 to 10"),
        ("sandbox_time_scale = true", "must be a number from 0 to 10"),
        ('endpoint = "localhost:4566"', 'must be "sandbox" or a URL in quotes'),
        ('endpoint = "http://127.0.0.1:99999"', "not a URL: Port out of range 0-65535"),
        ('endpoint = "http://127.0.0.1:0"', "port 0 cannot be connected to"),
        ('endpoint = "ftp://host"', 'must be "sandbox" or a URL in quotes'),
        ('artifact_bucket = "a..b"', "must be the name of a bucket in quotes: 3 to 63"),
        ('artifact_bucket = "My-Bucket"', "must be the name of a bucket in quotes: 3 to 63"),
    ],
)
def test_a_wrong_place_in_aws_is_refused(folder: Folder, line: str, message: str) -> None:
    """`[aws]` decides what is changed: nothing there is guessed."""
    folder.prod(aws=line)
    assert message in folder.refusal()


@pytest.mark.parametrize("endpoint", ["sandbox", "http://127.0.0.1:4566", "https://aws.example/x", "http://[::1]:80"])
def test_an_endpoint_is_the_sandbox_or_a_url(folder: Folder, endpoint: str) -> None:
    """Any emulator or proxy works."""
    folder.prod(aws=f'endpoint = "{endpoint}"')
    assert folder.load().aws.endpoint == endpoint


@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1", "cn-north-1", "us-isob-east-1", "eusc-de-east-1"])
def test_the_regions_of_all_partitions_are_regions(folder: Folder, region: str) -> None:
    """Also those of the partitions for China, governments and sovereign clouds."""
    folder.write("prod.toml", f'project = "a"\n[aws]\nregion = "{region}"')
    assert folder.load().aws.region == region


@pytest.mark.parametrize("tag", ["a/b", "a b", "x" * 129, "-a", ".a", "a\\n", "한국"])
def test_a_tag_that_no_registry_takes_is_refused(folder: Folder, tag: str) -> None:
    """Before anything is sent to AWS."""
    folder.prod(top=f'image_tag = "{tag}"')
    assert "must be a tag in quotes, 1 to 128 letters, digits" in folder.refusal()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ecs_cpu = 1", 'prod.toml:1: ecs_cpu = 1: no such key; did you mean "[ecs] cpu"?'),
        ("cpu = 1", 'prod.toml:1: cpu = 1: no such key; did you mean "[ecs] cpu"?'),
        ("xyzzy = 1", "prod.toml:1: xyzzy = 1: no such key: there are project, environment, image_tag, tasks, app"),
        ("ecs = 1", "prod.toml:1: ecs = 1: must be a table: [ecs] on a line of its own, and the keys below it"),
        ("ecs = []", "prod.toml:1: ecs = []: must be a table"),
        ("[[ecs]]\ncpu = 256", "must be a table: [ecs] on a line of its own"),
        ("[ecs]\nmin_capacity = 1", 'ecs.min_capacity = 1: no such key in [ecs]; did you mean "[autoscaling] min_'),
        ("[ecs]\nqqqq = 1", "ecs.qqqq = 1: no such key in [ecs]: there are cpu, memory, desired_count"),
        ("[ecs.cpu]\nx = 1", 'ecs.cpu = {"x": 1}: must be one of 256'),
        ("[auto_scaling]\nx = 1", 'auto_scaling = {"x": 1}: no such key; did you mean "autoscaling"?'),
        ("[project]\nx = 1", 'project = {"x": 1}: must be 1 to 24 lower-case letters'),
        ("project = 2", "prod.toml:1: project = 2: must be 1 to 24 lower-case letters"),
    ],
)
def test_a_key_in_the_wrong_place_is_pointed_to_the_right_one(folder: Folder, text: str, message: str) -> None:
    """Misspelt keys, keys in another table, tables in the place of values, and the reverse."""
    folder.write("prod.toml", f"{text}\n")
    assert message in folder.refusal()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a =", "prod.toml:1: not valid TOML: Invalid value: a ="),
        ("a = 1\nb", "prod.toml:2: not valid TOML: Expected '=' after a key in a key/value pair: b"),
        ('a = "x', "prod.toml:1: not valid TOML: "),
        ("a = 012", "prod.toml:1: not valid TOML: "),
        ("a = 1\na = 2", "prod.toml:2: not valid TOML: a key or a table is there twice: a = 2"),
        ("[ecs]\ncpu = 1\n[ecs]\n", "prod.toml:3: not valid TOML: a key or a table is there twice: [ecs]"),
        (f"a = {'[' * 5000}", "prod.toml: not valid TOML: nested too deeply"),
        (f"a = {'9' * 5000}", "prod.toml:1: not valid TOML: "),
        (b"project = 'a'\nx = '\xff'", "prod.toml:2: not UTF-8 text: byte 0xff at offset 19"),
        ("project = 'a'".encode("utf-16"), "prod.toml:1: not UTF-8 text: byte 0xff at offset 0"),
        ("a = '\0'", "prod.toml:1: not valid TOML: "),
    ],
)
def test_what_is_no_toml_is_one_problem_with_its_line(folder: Folder, text: str | bytes, message: str) -> None:
    """The line is shown, and nothing else is said about a file that cannot be read."""
    folder.write("prod.toml", text)
    refusal = folder.refusal()
    assert refusal.startswith(message)
    assert "\n" not in refusal


def test_an_empty_file_lacks_what_is_required(folder: Folder) -> None:
    """The project and the region have no default: a wrong one would deploy to the wrong place."""
    folder.write("prod.toml", "")
    header, project, region = folder.refusal().split("\n")
    assert header == "settings of prod: 2 problems"
    assert project.startswith("prod.toml: project: is missing; it must be 1 to 24 lower-case")
    assert region == 'prod.toml: aws.region: is missing; it must be a region in quotes, such as "ap-northeast-2"'


def test_a_file_that_cannot_be_read_says_why(folder: Folder) -> None:
    """A folder in the place of a file, a link that leads nowhere."""
    (folder.path / "prod.toml").mkdir()
    assert folder.refusal() == "prod.toml: cannot be read: Is a directory"
    (folder.path / "loop.toml").symlink_to("loop.toml")
    assert folder.refusal("loop") == "loop.toml: cannot be read: Too many levels of symbolic links"


def test_windows_files_are_read(folder: Folder) -> None:
    """A byte order mark and CRLF are no mistakes."""
    folder.write("prod.toml", b'\xef\xbb\xbfproject = "a"\r\n[aws]\r\nregion = "us-east-1"\r\n')
    assert folder.load().project == "a"


def test_a_key_that_only_looks_like_one_gives_no_wrong_line(folder: Folder) -> None:
    """Inside a text of several lines there are no keys."""
    folder.prod(tables='[ecs]\ncontainer_insights = """\ncpu = 1\n"""\ncpu = 3')
    assert "prod.toml:10: ecs.cpu = 3: must be one of" in folder.refusal()


def test_messages_are_safe_for_a_terminal_and_short(folder: Folder) -> None:
    """No control sequence of a file reaches the terminal, and no value fills the screen."""
    folder.prod(top='image_tag = "\\u001b[31m\\u009b"', tables=f'[ecs]\ncontainer_insights = "{"x" * 5000}"')
    message = folder.refusal()
    assert all(letter.isprintable() or letter == "\n" for letter in message)
    assert len(message) < 700


@pytest.mark.parametrize(
    "words", ["Input should", "pydantic", "http", "validation", "type=", "Expecting", "<class", "None"]
)
def test_no_words_of_the_tools_behind_it_reach_the_user(folder: Folder, words: str) -> None:
    """Messages speak of settings, not of what validates them."""
    folder.write(
        "prod.toml",
        "project = 1\nimage_tag = []\n[ecs]\ncpu = []\nmemory = {}\nstop_timeout = 0.5\ncontainer_insights = 3\n"
        "[network]\npublic_subnet_ids = 4\nvpc_id = true\nvpc_cidr = nan\n"
        "[autoscaling]\nenabled = 'x'\n[aws]\nregion = 3\n",
    )
    assert words not in folder.refusal()
