"""Where a program in Go, or one of Spring Boot, listens, and what it serves for a health check."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stacks.new.clues import Clue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.new.sources import Sources

SPRING_PORT = 8080
"""`server.port` unless it is set: https://docs.spring.io/spring-boot/appendix/application-properties/"""
SPRING_PORT_VARIABLE = "SERVER_PORT"
ACTUATOR = "spring-boot-starter-actuator"
ACTUATOR_PATH = "/actuator/health"
"""https://docs.spring.io/spring-boot/reference/actuator/endpoints.html"""
BUILDS = ("pom.xml", "build.gradle", "build.gradle.kts")
PROPERTIES = tuple(f"src/main/resources/application.{ending}" for ending in ("properties", "yml", "yaml"))
_SERVER_PORT = re.compile(r"^(?:server\.port\s*[=:]|server:\s*\n(?:[ \t]+.*\n)*?[ \t]+port:)\s*(\S+)", re.MULTILINE)
_CONTEXT_PATH = re.compile(r"\b(?:context-path|contextPath|base-path)\b")
_GO_ADDRESS = re.compile(r"""\.(?:ListenAndServe(?:TLS)?|Listen|Run|Start)\(\s*["`][^"`:]*:([0-9]{2,5})["`]""")
_GO_ROUTE = re.compile(r"""\.(?:HandleFunc|Handle|GET|Get)\(\s*["`](?:GET )?(/[^"`{}:*]*)["`]""")


def port(sources: Sources) -> Clue[int | None] | None:
    """Return the port that the program has, None for that of the variable PORT; no clue where nothing says it."""
    for file in PROPERTIES:
        text = sources.text(file) or ""
        if found := _SERVER_PORT.search(text):
            value = found[1].strip("\"'")
            why = f"{file}:{text.count(chr(10), 0, found.start(1)) + 1} has server.port"
            if value.isdecimal():
                return Clue(value=int(value), why=why)
            return Clue(value=None, why=why) if value.startswith("${PORT") else None
    for file, text in sources.code(".go"):
        if found := _GO_ADDRESS.search(text):
            return Clue(value=int(found[1]), why=f"{file}:{text.count(chr(10), 0, found.start()) + 1} listens there")
    return None


def spring_build(sources: Sources) -> str:
    """Return the file that builds a program of Spring Boot, or ""."""
    return next((file for file in BUILDS if "spring-boot" in (sources.text(file) or "")), "")


def spring_health(sources: Sources) -> Clue[str] | None:
    """Return the path of Spring Boot's actuator, where nothing moves it."""
    file = spring_build(sources)
    if not file or ACTUATOR not in (sources.text(file) or ""):
        return None
    is_moved = any(_CONTEXT_PATH.search(sources.text(name) or "") for name in PROPERTIES)
    return None if is_moved else Clue(value=ACTUATOR_PATH, why=f"{file} has {ACTUATOR}, which serves it")


def go_routes(sources: Sources) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and path of each route of a program in Go."""
    for file, text in sources.code(".go"):
        for found in _GO_ROUTE.finditer(text):
            yield file, text.count("\n", 0, found.start()) + 1, found[1]
