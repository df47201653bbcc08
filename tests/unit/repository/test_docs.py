"""The documentation: it can be followed, and both languages say the same."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import textwrap
import tomllib
from pathlib import Path

import pytest

from stacks import terminal
from stacks.cli import COMMANDS, parsing
from stacks.settings import Settings
from stacks.settings.keys import catalogue
from stacks.status.outputs import NAMES
from templates.root.parameters import Inputs
from tests.generated.documents import as_taken

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CERTIFICATE = "arn:aws:acm:ap-northeast-2:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"


def text(name: str) -> str:
    """A page."""
    return (ROOT / name).read_text(encoding="utf-8")


def code(page: str) -> set[str]:
    """Everything that is set as code inside a line: names, commands, options."""
    return set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL)))


def commands(page: str) -> list[str]:
    """The command lines of the code blocks, without comments."""
    blocks = re.findall(r"```console\n(.*?)```", page, flags=re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]


def settings_in(page: Path) -> list[str]:
    """The examples of environment files."""
    return re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def commands_in(page: Path) -> list[str]:
    """What examples pass to `python build.py` or `preto`, on lines of their own and within sentences."""
    shown = page.read_text(encoding="utf-8").replace("$ON", "")
    lines = re.findall(r"^ *(?:\$ )?(?:python build\.py|preto)\b(.*)$", shown, re.MULTILINE)
    return [*lines, *re.findall(r"`(?:python build\.py|preto) ([^`]*)`", shown)]


def anchors(page: Path) -> set[str]:
    """The fragments that GitHub gives the headings of a page."""
    prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file that is there, and a heading that the file has."""
    for target, fragment in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", page.read_text(encoding="utf-8")):
        linked = page.parent / target if target else page
        assert linked.exists(), target
        assert not fragment or fragment in anchors(linked), f"{target}#{fragment}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_settings_in_examples_are_accepted(page: Path) -> None:
    """Whoever copies an example into an environment file is not refused; sign-in goes with a certificate."""
    for example in settings_in(page):
        document = {"project": "preto-2", "environment": "prod", **tomllib.loads(textwrap.dedent(example))}
        document["aws"] = {"region": "ap-northeast-2", **document.get("aws", {})}
        if "sign_in" in document.get("network", {}):
            document["network"].setdefault("https", {"certificate_arn": CERTIFICATE, "domain_name": "app.example.com"})
        Settings.model_validate(as_taken(document))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_in_examples_can_be_parsed(page: Path) -> None:
    """Each command line has arguments and options that its command takes."""
    for line in commands_in(page):
        words = shlex.split(re.split(r" [|>] ", line)[0], comments=True)
        parsing.parse(words, terminal.PROGRAM, COMMANDS)


def test_examples_are_found() -> None:
    """Where no example is recognised any more, the two tests before would check nothing."""
    assert sum(len(settings_in(page)) for page in PAGES) >= 20
    assert sum(len(commands_in(page)) for page in PAGES) >= 50


def test_the_index_lists_every_page_once() -> None:
    """Whoever looks for a page finds it in docs/README.md."""
    index = ROOT / "docs" / "README.md"
    listed = re.findall(r"^\|[^|]*\| \[[^]]*\]\(([^)#]+)\) \|$", index.read_text(encoding="utf-8"), re.MULTILINE)
    pages = {page.relative_to(index.parent).as_posix() for page in index.parent.glob("**/*.md")}
    assert sorted(listed) == sorted(pages - {"README.md"})


def test_the_architecture_names_every_folder() -> None:
    """A folder that comes, goes or moves changes the page, in the order of the layers, and a new module the picture."""
    named = re.findall(r"^\| `stacks/([a-z_]+)/", text("docs/start/architecture.md"), re.MULTILINE)
    assert sorted(named) == sorted(path.parent.name for path in ROOT.glob("stacks/*/__init__.py"))
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    layers = [re.findall(r"stacks\.(\w+)", line) for line in setup["importlinter:contract:way"]["layers"].splitlines()]
    heights = [next(height for height, layer in enumerate(reversed(layers)) if name in layer) for name in named]
    assert heights == sorted(heights)
    root = json.loads(text("tests/unit/templates/golden/hardened/root.template.json"))
    children = [
        name for name, resource in root["Resources"].items() if resource["Type"] == "AWS::CloudFormation::Stack"
    ]
    picture = text("docs/pictures/architecture.svg")
    assert [name for name in children if f"({name})" not in picture] == []


def test_the_korean_readme_says_which_pages_are_in_english() -> None:
    """All others are; the README says so in Korean, and the index in English."""
    hangul = re.compile(r"[가-힣]")
    korean = {page.name for page in PAGES if hangul.search(page.read_text(encoding="utf-8").replace("[한국어]", ""))}
    assert korean == {"README.ko.md"}
    assert "docs 폴더의 문서와 CONTRIBUTING, CHANGELOG는 모두 영어로 되어 있습니다." in text("README.ko.md")


def test_both_readmes_say_the_same() -> None:
    """The Korean README has the same sections, commands, names and links as the English one."""
    english, korean = text("README.md"), text("README.ko.md")
    assert commands(english) == commands(korean)
    assert code(english) == code(korean)
    for pattern in (r"^#+ ", r"^\|"):
        assert len(re.findall(pattern, english, re.MULTILINE)) == len(re.findall(pattern, korean, re.MULTILINE))
    links = [set(re.findall(r"\]\(([^)]+)\)", page)) - {"README.md", "README.ko.md"} for page in (english, korean)]
    assert links[0] == links[1]


def test_the_readme_lists_every_command() -> None:
    """A command that exists is documented, and one that is documented exists."""
    rows = re.findall(r"^\| `([a-z]+)", text("README.md"), re.MULTILINE)
    assert rows == list(COMMANDS)


def test_the_way_from_terraform_names_every_variable_and_output() -> None:
    """Nobody has to guess what became of one; what is looked up when planning was no variable."""
    page = text("docs/start/from-terraform.md")
    known = set(catalogue(Settings).terraform) - {"image_tag"}
    variables = [name for name in Inputs.__dataclass_fields__ if name in known]
    for name in [*variables, *NAMES]:
        section, _, key = name.partition("_")
        assert f"`{name}`" in page or f"`[{section}] {key}`" in page, name
