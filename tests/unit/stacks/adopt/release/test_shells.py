"""The commands that remove resources from a state bring each address to Terraform exactly as it is."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.adopt.release import shells
from stacks.terraform.addresses import resource_address

AWKWARD = (
    "module.ecs.aws_ecs_service.this",
    "module.autoscaling[0].aws_appautoscaling_target.this",
    'aws_lb_listener_rule.app["a b"]',
    """aws_iam_role.it["it's"]""",
    'aws_iam_role.it["$HOME `date` $(date)"]',
    r'aws_iam_role.it["a\"b\\c"]',
    'aws_iam_role.it["$${x} %%{y} ; & | > <"]',
    'module.a["ü"].aws_iam_role.it["한국"]',
)


def _received(tmp_path: Path, script: str, shell: str) -> list[list[str]]:
    """Run a script with a `terraform` on PATH that writes its arguments down, and return what it was called with."""
    program = tmp_path / "terraform"
    record = f'open("{tmp_path}/calls", "a").write(repr(sys.argv[1:]) + "\\n")'
    program.write_text(f'#!{sys.executable}\nimport sys\n{record}\nprint("state")\n')
    program.chmod(0o755)
    subprocess.run(
        [shell, "-eu", "-c", script], check=True, cwd=tmp_path, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, timeout=60
    )
    return [ast.literal_eval(line) for line in (tmp_path / "calls").read_text().splitlines()]


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_a_shell_gives_terraform_each_address_as_it_is(tmp_path: Path, shell: str) -> None:
    """Quotes, blanks, dollar signs and other alphabets in keys of `for_each` reach `state rm` unchanged."""
    script = shells.sh_removal("terraform", AWKWARD)
    assert _received(tmp_path, script, shell) == [["state", "rm", *AWKWARD]]


def test_the_backup_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    """A state has secrets: the file that keeps it is closed to everybody else."""
    assert _received(tmp_path, shells.sh_backup("terraform", "preto-2-prod.57.tfstate.backup"), "sh") == [
        ["state", "pull"]
    ]
    kept = tmp_path / "preto-2-prod.57.tfstate.backup"
    assert kept.read_text() == "state\n"
    assert kept.stat().st_mode & 0o077 == 0


def _split_by_windows(line: str) -> list[str]:
    """Split a command line as Windows programs do: "Parsing C command-line arguments" of Microsoft."""
    found, word, quoted, position, begun = [], "", False, 0, False
    while position < len(line):
        slashes = len(line[position:]) - len(line[position:].lstrip("\\"))
        position += slashes
        following = line[position] if position < len(line) else ""
        if following == '"':
            word += "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            else:
                quoted = not quoted
            begun = True
        else:
            word += "\\" * slashes
            begun = begun or slashes > 0
            if following == " " and not quoted:
                if begun:
                    found.append(word)
                word, begun = "", False
            elif following:
                word, begun = word + following, True
        position += 1
    return [*found, word] if begun else found


@given(
    st.lists(
        st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1), min_size=1, max_size=4
    )
)
def test_powershell_gives_terraform_each_address_as_it_is(keys: list[str]) -> None:
    """An address with quotes passes after `--%`, and is split as Windows splits it into the same address again."""
    addresses = [
        resource_address(module="", type="aws_iam_role", name="it", key=key, is_data=False)
        for key in dict.fromkeys(keys)
    ]
    lines = list(shells.powershell_removals("terraform", addresses))
    received = [_split_by_windows(line.removeprefix("terraform --% ")) for line in lines]
    assert received == [["state", "rm", it] for it in addresses]


def test_powershell_has_one_command_for_what_needs_no_care() -> None:
    """Addresses without quotes go in one call; PowerShell does not look into single quotes."""
    plain, awkward = AWKWARD[:2], AWKWARD[2]
    first, second = shells.powershell_removals("tofu", [plain[0], awkward, plain[1]])
    assert first == f"tofu state rm `\n  '{plain[0]}' `\n  '{plain[1]}'"
    assert second == r'tofu --% state rm "aws_lb_listener_rule.app[\"a b\"]"'
