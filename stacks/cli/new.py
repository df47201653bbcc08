"""`new ENV`: write the environment file of an app, by what its own files say. Nothing here talks to AWS."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli import arguments, session
from stacks.cli.asking import Asking, Given, answered, unknown_framework
from stacks.cli.reporting import DONE, Formats, show
from stacks.errors import Code, UserError
from stacks.new import container, places
from stacks.new.app import conclude
from stacks.new.draft import SCHEMA, draft
from stacks.new.evidence import gather
from stacks.new.pipeline import PIPELINES, pipeline
from stacks.new.provenance import repository
from stacks.new.sources import Sources
from stacks.new.writing import refuse_existing, write_all
from stacks.settings.schema import schema_text
from stacks.views import new as view

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping

    from stacks.new.app import App
    from stacks.new.draft import Answers, Draft
    from stacks.new.pipeline import Pipeline

FORMATS: Formats[view.New] = {"text": view.text, "json": view.document}

EXAMPLES = {
    "new prod": "read the app's files, ask, write environments/prod.toml",
    "new prod --yes --region eu-west-1": "the same, without questions",
    "new prod --dockerfile --pipeline github": "also a Dockerfile, and a workflow for GitHub Actions",
    "new local --sandbox --yes": "for an AWS on this machine, to try it without an account",
}

NAME = re.compile(r"[a-z](?:-?[a-z0-9])*")
LONGEST = 24
GITHUB = "github.com"
ANOTHER = "Edit it, or choose another name."
IGNORED = ("out/", ".cache/", ".sandbox/")
"""What commands write beside the environments."""


@dataclass(frozen=True, kw_only=True)
class Options(Given):
    """The options of `new`."""

    service: str | None
    dockerfile: bool
    pipeline: str | None
    yes: bool

    def __post_init__(self) -> None:
        """Refuse a name that no environment can have, and options that exclude each other."""
        if not NAME.fullmatch(self.environment) or len(self.environment) > LONGEST:
            form = f"at most {LONGEST} lower-case letters, digits and single hyphens"
            why = f"{self.environment!r} is no name for an environment: {form}"
            raise ValueError(why)
        if self.dockerfile and self.image:
            why = "--dockerfile is for an image that is built here, and --image for one that is elsewhere"
            raise ValueError(why)
        if (self.hosted_zone or self.certificate) and not self.domain:
            why = "--hosted-zone and --certificate go with --domain"
            raise ValueError(why)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("environment", metavar="ENV", help="name of the file in environments/ that is written")
    parser.add_argument("--app", type=Path, default=Path(), metavar="DIR", help="folder of the app (this one)")
    parser.add_argument(
        "--project",
        type=arguments.given,
        metavar="NAME",
        help="name of the app, with which the names of all resources begin",
    )
    parser.add_argument("--region", type=arguments.given, help="AWS region, such as ap-northeast-2")
    parser.add_argument("--framework", choices=("streamlit", "web"), help="web: any server that speaks HTTP")
    parser.add_argument("--port", type=_port, help="port on which the app listens in the container")
    parser.add_argument(
        "--health-path", type=arguments.given, metavar="PATH", help="path that answers while the app is healthy"
    )
    parser.add_argument("--cpu", type=int, metavar="UNITS", help="CPU units of a task; 1024 are a vCPU")
    parser.add_argument("--memory", type=int, metavar="MIB", help="memory of a task")
    parser.add_argument(
        "--image", type=arguments.given, metavar="REPOSITORY", help="image that is built elsewhere, without its tag"
    )
    parser.add_argument("--domain", type=arguments.given, metavar="NAME", help="domain name, for HTTPS")
    parser.add_argument(
        "--hosted-zone",
        type=arguments.given,
        metavar="ID",
        help="its hosted zone in Route 53, where a certificate is issued",
    )
    parser.add_argument(
        "--certificate", type=arguments.given, metavar="ARN", help="its certificate, where there is one"
    )
    parser.add_argument(
        "--account-id", type=arguments.given, metavar="DIGITS", help="the only account that may be deployed to"
    )
    parser.add_argument(
        "--service", type=arguments.given, metavar="NAME", help="service of AWS Copilot, where copilot/ has several"
    )
    parser.add_argument("--sandbox", action="store_true", help="use the embedded AWS, not an account")
    parser.add_argument("--dockerfile", action="store_true", help="also write a Dockerfile, where there is none")
    parser.add_argument("--pipeline", choices=PIPELINES, help="also write the pipeline that deploys from there")
    arguments.add_yes(parser)
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else")
    parser.add_argument("--quiet", action="store_true", help="no progress, only results and errors")


def run(options: Options) -> int:
    """Read the app's files, ask, write."""
    file = session.ENVIRONMENTS / f"{options.environment}.toml"
    refuse_existing(file, ANOTHER)
    show(options, _New(options, file).made(), FORMATS)
    return DONE


class _New:
    """One run of the command."""

    def __init__(self, options: Options, file: Path) -> None:
        if not options.app.is_dir():
            raise UserError(str(options.app), "there is no such folder", "Pass --app DIR.", code=Code.FILE)
        self._options = options
        self._file = file
        self._ask = Asking(is_asked=terminal.is_interactive() and not options.yes and not options.json)
        self._is_elsewhere = options.app.resolve() != Path.cwd()

    def made(self) -> view.New:
        """Decide everything, then write."""
        options, others = self._options, places.others(Sources(Path()), session.ENVIRONMENTS)
        planned = self._dockerfile()
        app = conclude(gather(Sources(options.app, planned), options.environment, service=options.service))
        if not self._is_elsewhere and (project := places.project(others)):
            app = replace(app, project=project)
        answers = answered(options, app, places.region(others), self._ask)
        where = repository(options.app)
        is_github = where is not None and where[0] == GITHUB
        chosen = options.pipeline
        if chosen is None and is_github and self._ask.agreed("Deploy from GitHub Actions?", default="no"):
            chosen = PIPELINES[0]
        added = pipeline(chosen, options.environment) if chosen else None
        if chosen == PIPELINES[0] and where and is_github:
            answers = replace(answers, repository=where[1])
        found_draft = draft(app, answers, session.ENVIRONMENTS)
        return self._written(app, answers, found_draft, planned, added)

    def _dockerfile(self) -> dict[str, str]:
        """Return the files that build an image, by name, where they are wanted and not there."""
        options, sources = self._options, Sources(self._options.app)
        found = conclude(gather(sources, options.environment, service=options.service))
        if options.image or found.dockerfile or any(it.key == ("ecs", "image") for it in found.others):
            return {}
        framework = options.framework or (found.framework.value if found.framework else None)
        if not options.dockerfile:
            if not self._ask.is_asked or not framework:
                return {}
            try:
                text = container.dockerfile(sources, framework)
            except UserError:
                return {}
            if not self._ask.agreed(f"There is no {container.FILE}. Write one?"):
                return {}
        else:
            text = container.dockerfile(sources, framework or unknown_framework(found))
        ignored = {} if sources.has(container.IGNORE) else {container.IGNORE: container.IGNORED}
        return {container.FILE: text, **ignored}

    def _written(
        self, app: App, answers: Answers, found: Draft, planned: Mapping[str, str], added: Pipeline | None
    ) -> view.New:
        """Write the environment file, then what goes with it; what is there stays."""
        files = {self._file: found.text, self._file.parent / SCHEMA: schema_text()}
        files |= {self._options.app / name: text for name, text in planned.items()}
        files |= {Path(added.path): added.text} if added else {}
        written, kept = write_all(files, self._file, ANOTHER)
        if self._options.dockerfile and not planned and app.dockerfile:
            kept.append(self._options.app / app.dockerfile)
        notes = [*found.notes, *(added.notes if added else ()), *self._ignored()]
        if not app.dockerfile and not found.settings.ecs.image:
            notes.append(f"there is no {container.FILE} yet, from which `{terminal.PROGRAM} push` builds the image")
        return view.New(app=app, answers=answers, draft=found, written=_names(written), kept=_names(kept), notes=notes)

    def _ignored(self) -> Iterator[str]:
        """Yield what belongs into .gitignore."""
        lines = (Sources(Path()).text(".gitignore") or "").split("\n")
        if missing := [
            name for name in IGNORED if not {name, f"/{name}", name.rstrip("/"), f"/{name.rstrip('/')}"} & {*lines}
        ]:
            yield f"put into .gitignore: {' '.join(missing)}"


def _names(paths: Iterable[Path]) -> list[str]:
    return [path.as_posix() for path in paths]


def _port(text: str) -> int:
    return arguments.whole(text, "port", 1, 65535)
