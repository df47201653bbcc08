"""A Dockerfile: what the image of its last stage, or of a named one, listens on and runs.

Instructions, continuation lines, here-documents, stages and the places in which variables are filled in are those of
https://docs.docker.com/reference/dockerfile/. Instructions that nothing here depends on are passed over.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stacks.new.clues import Clue
from stacks.new.shell import SHELL_FORM, fill_in

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIRECTIVE = re.compile(r"#\s*(\w+)\s*=\s*(\S+)\s*$")
_HEREDOC = re.compile(r"<<-?\s*([\"']?)(\w+)\1")
_PORT = re.compile(r"(\d+)(?:-\d+)?(?:/(\w+))?", re.ASCII)
WITH_HEREDOCS = frozenset({"RUN", "COPY", "ADD"})
LARGEST_PORT = 65535


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """One instruction: its line in the file, its name in capitals, and the rest."""

    line: int
    name: str
    rest: str


@dataclass(frozen=True, kw_only=True)
class Image:
    """What a stage says about the containers of its image."""

    base: str = ""
    """The image that it starts from, where that is no other stage."""
    platform: str = ""
    """Of `FROM --platform`, where it names one."""
    environment: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[Clue[int], ...] = ()
    """TCP ports of EXPOSE, the first one of a range."""
    entry_point: Clue[tuple[str, ...]] | None = None
    command: Clue[tuple[str, ...]] | None = None
    health_check: Clue[tuple[str, ...]] | None = None
    """The command of HEALTHCHECK, which ECS does not run, but which says what a healthy container is."""

    @property
    def process(self) -> Clue[tuple[str, ...]] | None:
        """Entry point and command, as the container runtime puts them together; None where the base image has both."""
        if self.entry_point is None:
            return self.command
        if self.entry_point.value[:2] == SHELL_FORM or self.command is None:
            return self.entry_point  # its shell form ignores the command
        return Clue(value=(*self.entry_point.value, *self.command.value), why=self.command.why)


def read(text: str, name: str, target: str = "") -> Image:
    """Return the image of a stage, the last one without `target`; `name` is the file's, for the clues."""
    return _Reading(name).image(list(instructions(text)), target)


def instructions(text: str) -> Iterator[Instruction]:
    """Yield the instructions of a Dockerfile, each on one line."""
    lines = text.split("\n")
    escape = _escape(lines)
    index = 0
    while index < len(lines):
        start = index
        parts: list[str] = []
        while index < len(lines):
            line = lines[index].strip()
            index += 1
            if line.startswith("#") or (not line and parts):
                continue  # comments and empty lines between the parts of an instruction do not end it
            parts.append(line.removesuffix(escape).rstrip() if line.endswith(escape) else line)
            if not line.endswith(escape):
                break
        joined = " ".join(part for part in parts if part)
        name, _, rest = joined.partition(" ")
        if name.upper() in WITH_HEREDOCS:
            for _, word in _HEREDOC.findall(rest):
                index = _after_heredoc(lines, index, word)
        if name:
            yield Instruction(line=start + 1, name=name.upper(), rest=rest.strip())


def _after_heredoc(lines: list[str], index: int, word: str) -> int:
    """Return the line after the end of a here-document."""
    while index < len(lines) and lines[index].strip() != word:
        index += 1
    return index + 1


def _escape(lines: list[str]) -> str:
    """Return the sign at the end of a line that goes on: of the directive `# escape=`, which only the top may have."""
    for line in lines:
        found = _DIRECTIVE.match(line.strip())
        if not found:
            break
        if found[1].lower() == "escape":
            return found[2]
    return "\\"


@dataclass
class _Stage:
    """A stage that is being read."""

    image: Image
    arguments: dict[str, str]
    shell: tuple[str, ...] = SHELL_FORM
    has_command: bool = False
    """Whether it has a CMD of its own, and not of the stage that it starts from."""

    @property
    def variables(self) -> dict[str, str]:
        """ARG and ENV, which wins."""
        return {**self.arguments, **self.image.environment}


class _Reading:
    """Reads the instructions of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._globals: dict[str, str] = {}
        self._stages: dict[str, _Stage] = {}
        self._stage: _Stage | None = None
        self._count = 0

    def image(self, found: list[Instruction], target: str) -> Image:
        for it in found:
            if it.name == "FROM" and target and target.lower() in self._stages:
                break
            self._read(it)
        wanted = self._stages.get(target.lower()) or self._stage
        return wanted.image if wanted else Image()

    def _read(self, it: Instruction) -> None:
        if it.name == "FROM":
            self._begin(it)
        elif self._stage is not None:
            self._apply(it, self._stage)
        elif it.name == "ARG":
            self._globals |= self._declared(it, self._globals, {})

    def _apply(self, it: Instruction, stage: _Stage) -> None:
        """Apply an instruction to a stage."""
        changed: dict[str, Any] = {}
        if it.name == "ARG":
            stage.arguments |= self._declared(it, stage.variables, self._globals)
        elif it.name == "ENV":
            values = _environment(fill_in(it.rest, stage.variables))
            changed["environment"] = {**stage.image.environment, **values}
        elif it.name == "EXPOSE":
            changed["ports"] = (*stage.image.ports, *self._ports(it, fill_in(it.rest, stage.variables)))
        elif it.name == "SHELL":
            stage.shell = _exec_form(it.rest) or SHELL_FORM
        elif it.name == "CMD":
            changed["command"] = self._process(it, it.rest, stage)
            stage.has_command = True
        elif it.name == "ENTRYPOINT":
            changed["entry_point"] = self._process(it, it.rest, stage)
            changed["command"] = stage.image.command if stage.has_command else None  # an inherited one is dropped
        elif it.name == "HEALTHCHECK":
            command = re.search(r"(?:^|\s)CMD\s+(.*)", it.rest)
            changed["health_check"] = self._process(it, command[1], stage) if command else None
        stage.image = replace(stage.image, **changed)

    def _begin(self, it: Instruction) -> None:
        words = fill_in(it.rest, self._globals).split()
        platform = next((word.partition("=")[2] for word in words if word.startswith("--platform=")), "")
        words = [word for word in words if not word.startswith("--")]
        base = words[0] if words else ""
        before = self._stages.get(base.lower())
        if before is None:
            stage = _Stage(Image(base=base, platform=platform), {})
        else:
            stage = _Stage(before.image, dict(before.arguments), before.shell)
        self._stage = stage
        if len(words) > 2 and words[1].lower() == "as":  # noqa: PLR2004 - FROM base AS name
            self._stages[words[2].lower()] = stage
        self._stages[str(self._count)] = stage
        self._count += 1

    def _declared(self, it: Instruction, known: Mapping[str, str], inherited: Mapping[str, str]) -> dict[str, str]:
        """Return the variables of ARG; without a default, a stage gets the one from before its FROM."""
        values: dict[str, str] = {}
        for word in _words(fill_in(it.rest, known)):
            name, is_given, value = word.partition("=")
            if is_given:
                values[name] = value
            elif name in inherited:
                values[name] = inherited[name]
        return values

    def _ports(self, it: Instruction, rest: str) -> Iterator[Clue[int]]:
        for word in rest.split():
            found = _PORT.fullmatch(word)
            if found and (found[2] or "tcp").lower() == "tcp" and 0 < int(found[1]) <= LARGEST_PORT:
                yield Clue(value=int(found[1]), why=f"{self._file}:{it.line} exposes it")

    def _process(self, it: Instruction, rest: str, stage: _Stage) -> Clue[tuple[str, ...]] | None:
        """Return the words of CMD, ENTRYPOINT or HEALTHCHECK; an empty list is none."""
        words = _exec_form(rest)
        if words is None:
            words = (*stage.shell, rest) if rest else ()
        return Clue(value=words, why=f"{self._file}:{it.line}") if words else None


def _exec_form(rest: str) -> tuple[str, ...] | None:
    """Return the words of a JSON array of texts, or None: anything else is the shell form."""
    try:
        found = json.loads(rest)
    except ValueError:
        return None
    return tuple(found) if isinstance(found, list) and all(isinstance(word, str) for word in found) else None


def _environment(rest: str) -> dict[str, str]:
    """Return the variables of ENV: `NAME=value ...`, or the old form `NAME the rest`."""
    name, space, value = rest.partition(" ")
    if "=" not in name:
        return {name: value.strip()} if space else {}
    return {key: value for key, is_given, value in (word.partition("=") for word in _words(rest)) if is_given}


def _words(rest: str) -> list[str]:
    try:
        return shlex.split(rest)
    except ValueError:  # a quote that does not end
        return rest.split()
