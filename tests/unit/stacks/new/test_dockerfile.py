"""A Dockerfile is read as Docker builds it."""

from __future__ import annotations

import pytest

from stacks.new.dockerfile import Image, read


def image(text: str, target: str = "") -> Image:
    """Return the image of the last stage, or of a target."""
    return read(text, "Dockerfile", target)


def ports(text: str) -> list[int]:
    """Return the ports that a Dockerfile exposes."""
    return [it.value for it in image(text).ports]


def process(text: str) -> tuple[str, ...] | None:
    """Return what a container starts."""
    found = image(text).process
    return found.value if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EXPOSE 8000", [8000]),
        ("EXPOSE 8000/tcp 9000/udp", [8000]),
        ("expose 80 443", [80, 443]),
        ("EXPOSE 8000-8005", [8000]),
        ("ENV PORT=9000\nEXPOSE $PORT", [9000]),
        ("ENV PORT 9000\nEXPOSE ${PORT}", [9000]),
        ("ARG PORT=9001\nEXPOSE ${PORT:-80}", [9001]),
        ("EXPOSE ${PORT:-8123}", [8123]),
        ("ARG PORT=1\nENV PORT=9002\nEXPOSE $PORT", [9002]),
        ("# EXPOSE 1\nRUN echo \\\n  # EXPOSE 2\n  EXPOSE 3\nEXPOSE 4", [4]),
        ("RUN <<EOF\nEXPOSE 5\nEOF\nEXPOSE 6", [6]),
        ("EXPOSE 70000 $UNKNOWN x", []),
    ],
)
def test_exposed_ports_are_read(text: str, expected: list[int]) -> None:
    """TCP ports with their variables filled in, past comments, continuation lines and here-documents."""
    assert ports(f"FROM python:3.13\n{text}\n") == expected


def test_a_default_from_before_the_first_stage_is_asked_for() -> None:
    """A global ARG counts in FROM, and in a stage that declares it again."""
    text = "ARG PORT=7000\nARG BASE=python\nFROM ${BASE}:3.13\n{}EXPOSE $PORT\n"
    assert ports(text.replace("{}", "ARG PORT\n")) == [7000]
    assert ports(text.replace("{}", "")) == []
    assert image(text).base == "python:3.13"


STAGES = """\
FROM node:22 AS assets
EXPOSE 1
CMD ["npm", "run", "watch"]

FROM python:3.13-slim AS base
ENV PORT=8000
EXPOSE 8000
CMD ["python", "-m", "http.server"]

FROM base AS development
CMD flask run

FROM --platform=linux/arm64 base
COPY --from=assets /dist /dist
ENTRYPOINT ["gunicorn"]
"""


def test_the_last_stage_counts_and_inherits() -> None:
    """It has what the stage has that it starts from; a new entry point drops the command of that one."""
    last = image(STAGES)
    assert [it.value for it in last.ports] == [8000]
    assert last.environment == {"PORT": "8000"}
    assert last.process is not None
    assert (last.process.value, last.process.why) == (("gunicorn",), "Dockerfile:15")


def test_a_target_is_another_stage() -> None:
    """By its name, or its number; `[push] target` builds it."""
    named = image(STAGES, "Development").process
    assert named is not None
    assert named.value == ("/bin/sh", "-c", "flask run")
    first = image(STAGES, "assets")
    assert [it.value for it in first.ports] == [1]
    assert image(STAGES, "0") == first


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('CMD ["a", "b c"]', ("a", "b c")),
        ("CMD a b", ("/bin/sh", "-c", "a b")),
        ('SHELL ["/bin/bash", "-lc"]\nCMD a b', ("/bin/bash", "-lc", "a b")),
        ('ENTRYPOINT ["a"]\nCMD ["b"]', ("a", "b")),
        ('CMD ["b"]\nENTRYPOINT ["a"]', ("a", "b")),
        ('ENTRYPOINT a\nCMD ["b"]', ("/bin/sh", "-c", "a")),
        ('ENTRYPOINT ["a"]\nCMD b', ("a", "/bin/sh", "-c", "b")),
        ('CMD ["first"]\nCMD ["last", \\\n  "word"]', ("last", "word")),
        ("CMD []", None),
        ("", None),
    ],
)
def test_entry_point_and_command(text: str, expected: tuple[str, ...] | None) -> None:
    """As https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact has it."""
    assert process(f"FROM x\n{text}\n") == expected


def test_another_escape_sign() -> None:
    """Where the first line says so, a backtick goes on, and a backslash is one."""
    assert ports("# escape=`\nFROM x\nRUN dir C:\\\nEXPOSE `\n  81") == [81]


def test_a_health_check_is_read_and_none_removes_it() -> None:
    """With its options left out; NONE takes an inherited one away."""
    text = "FROM x AS a\nHEALTHCHECK --interval=5s CMD curl -f http://localhost:80/up || exit 1\nFROM a\n"
    found = image(text).health_check
    assert found is not None
    assert "http://localhost:80/up" in found.value[-1]
    assert image(f"{text}HEALTHCHECK NONE").health_check is None


@pytest.mark.parametrize(
    "text", ["", "FROM", "EXPOSE 80", "CMD [", "FROM x\nENV", 'FROM x\nENV A="b\nRUN <<EOF\nx', "\\"]
)
def test_what_is_no_dockerfile_says_nothing(text: str) -> None:
    """Docker refuses it later; here it is no error."""
    assert isinstance(image(text), Image)
