"""The questions of `new`: each with what was found as its default, which Enter takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from stacks import terminal
from stacks.cli import arguments
from stacks.errors import Code, UserError
from stacks.new.app import name_of
from stacks.new.draft import Answers
from stacks.new.places import REGION
from stacks.new.servers import STREAMLIT, WEB

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.new.app import App
    from stacks.new.clues import Clue

FRAMEWORKS = (STREAMLIT, WEB)
ATTEMPTS = 3
"""How often a question is repeated after an answer that is none."""


@dataclass(frozen=True, kw_only=True)
class Given(arguments.Options):
    """The answers that options give."""

    environment: str
    app: Path
    project: str | None
    region: str | None
    framework: str | None
    port: int | None
    health_path: str | None
    cpu: int | None
    memory: int | None
    image: str | None
    domain: str | None
    hosted_zone: str | None
    certificate: str | None
    account_id: str | None
    sandbox: bool


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Whether somebody is asked, and how."""

    is_asked: bool

    def text(self, question: str, default: str, why: str = "") -> str:
        """Return the answer; the default where nobody is asked."""
        if not self.is_asked:
            return default
        return terminal.answer(f"{question} ({why})" if why else question, default)

    def checked(self, question: str, default: str, why: str, usable: Callable[[str], bool]) -> str:
        """Return the first answer that is usable. Raises UserError after `ATTEMPTS` others."""
        for _ in range(ATTEMPTS):
            found = self.text(question, default, why)
            if not self.is_asked or usable(found):
                return found
            terminal.message(f"{found!r} cannot be used.")
        raise UserError("answer", f"{question}: none that can be used", "Nothing was written.", code=Code.UNCONFIRMED)

    def agreed(self, question: str, *, default: str = "yes") -> bool:
        """Whether the answer is yes; not where nobody is asked."""
        return self.is_asked and terminal.answer(question, default).lower() in {"y", "yes"}


def answered(options: Given, app: App, region: Clue[str] | None, ask: Asking) -> Answers:
    """Return what the options say, else what somebody answers, else what was found.

    Raises UserError where nothing says the region, or what the app is.
    """
    project = options.project or ask.checked(
        "Name of the app? Lower-case letters, digits and single hyphens",
        app.project.value,
        app.project.why,
        lambda text: name_of(text, len(text)) == text,
    )
    place = options.region or _region(region, ask)
    framework = options.framework or _framework(app, ask)
    is_web = framework == WEB
    port = options.port if options.port or not is_web else _port(app, ask)
    if not is_web and port is None and app.port:
        port = app.port.value
    path = options.health_path if options.health_path or not is_web else _health_path(app, ask)
    cpu, memory = _size(options, app, ask)
    domain, proof = _domain(options, app, ask)
    return Answers(
        environment=options.environment,
        project=project,
        region=place,
        framework=framework,
        port=port,
        health_path=path,
        cpu=cpu,
        memory=memory,
        image=options.image,
        domain=domain,
        hosted_zone=options.hosted_zone or (proof if proof and not proof.startswith("arn:") else app.hosted_zone),
        certificate=options.certificate or (proof if proof and proof.startswith("arn:") else None),
        account_id=options.account_id,
        is_sandbox=options.sandbox,
        context=options.app.as_posix(),
    )


def unknown_framework(app: App) -> NoReturn:
    """Raise UserError: nothing says what the app is, or several things do."""
    if app.frameworks:
        why = "several are possible: " + "; ".join(f"{name}: {reason}" for name, reason in app.frameworks.items())
    else:
        why = "no Dockerfile, requirements.txt, pyproject.toml, package.json or Procfile says what the app is"
    raise UserError("framework", why, "Pass --framework streamlit, or --framework web.", code=Code.USAGE)


def _region(found: Clue[str] | None, ask: Asking) -> str:
    if found is None and not ask.is_asked:
        why = "neither AWS_REGION nor AWS's configuration has one"
        raise UserError("region", why, "Pass --region, such as ap-northeast-2.", code=Code.USAGE)
    value, why = (found.value, found.why) if found else ("", "")
    return ask.checked("AWS region?", value, why, lambda text: REGION.fullmatch(text) is not None)


def _framework(app: App, ask: Asking) -> str:
    if app.framework and not ask.is_asked:
        return app.framework.value
    if not ask.is_asked:
        unknown_framework(app)
    default, why = (
        (app.framework.value, app.framework.why) if app.framework else ("", "; ".join(app.frameworks.values()))
    )
    return ask.checked("Framework, streamlit or web?", default, why, FRAMEWORKS.__contains__)


def _port(app: App, ask: Asking) -> int | None:
    """Return the port if it is the app's own; None where it follows PORT, which is what Enter says then."""
    default = str(app.port.value) if app.port else "PORT"
    why = app.port.why if app.port else app.follows_port
    found = ask.checked("Port on which it listens, or PORT for that variable?", default, why, _is_port)
    return int(found) if found.isdecimal() else None


def _is_port(text: str) -> bool:
    return text == "PORT" or (text.isdecimal() and text.isascii())


def _health_path(app: App, ask: Asking) -> str | None:
    """Return the path; None for the default, the app's first page."""
    default, why = (app.health_path.value, app.health_path.why) if app.health_path else ("/", "")
    found = ask.checked("Path that answers while it is healthy?", default, why, lambda text: text.startswith("/"))
    return None if found == "/" else found


def _size(options: Given, app: App, ask: Asking) -> tuple[int, int]:
    cpu, memory = app.size.value
    if options.cpu or options.memory:
        return options.cpu or cpu, options.memory or memory
    found = ask.checked(
        "CPU units and MiB of memory of a task?",
        f"{cpu} {memory}",
        app.size.why,
        lambda text: len(text.split()) == 2 and all(it.isdecimal() for it in text.split()),  # noqa: PLR2004 - a pair
    )
    first, second = found.split()
    return int(first), int(second)


def _domain(options: Given, app: App, ask: Asking) -> tuple[str | None, str | None]:
    """Return the domain name, if there is one, and the hosted zone or certificate that somebody has typed."""
    found = app.domain.value if app.domain else None
    if options.domain or not ask.is_asked:
        return options.domain or found, None
    domain = ask.text("Domain name for HTTPS, or none?", found or "none", app.domain.why if app.domain else "")
    if domain == "none":
        return None, None
    proof = ask.text(f"Hosted zone of {domain} in Route 53, or ARN of its certificate?", app.hosted_zone or "later")
    return domain, None if proof == "later" else proof
