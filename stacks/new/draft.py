"""The environment file of an app: the shortest that is right for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from stacks import settings
from stacks.new.servers import STREAMLIT
from stacks.settings.written import Written, inline, key_of, tables
from templates.partitions import partition_of
from templates.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from stacks.new.app import App
    from stacks.settings.problems import Problem

SCHEMA = "environment.schema.json"
HEADER = f"""\
#:schema ./{SCHEMA}
# What is left out has a default, which the schema beside this file names.
"""
SECRETS = """\
# Copilot reads these from SSM and Secrets Manager. Put their ARNs here; from Secrets Manager the whole one, as
# `aws secretsmanager describe-secret` prints it:
# [ecs.secrets]
"""
ACCOUNT = "ACCOUNT"
"""Stands in an ARN for an account that is not known."""
LASTING = frozenset({"live", "prod", "production"})
"""Environments in which one task may fail without anybody noticing."""
UNWRITTEN = "Nothing was written: pass what has to be different as an option."
FIRST = ("aws", "app")
"""Tables that say where it goes, and what it is."""
ROUNDS = 5
"""How often values that the settings refuse are taken out."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What was given or confirmed, with the reason of each that was found; "" for one that somebody has typed."""

    environment: str
    project: str
    region: str
    framework: str
    port: int | None = None
    health_path: str | None = None
    cpu: int
    memory: int
    image: str | None = None
    domain: str | None = None
    hosted_zone: str | None = None
    certificate: str | None = None
    account_id: str | None = None
    is_sandbox: bool = False
    repository: str | None = None
    """OWNER/NAME at GitHub, where its Actions deploy."""
    context: str = "."
    """Folder of the app, seen from where commands run."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The text of a file that the settings accept, and what is said of what is not in it."""

    text: str
    settings: settings.Settings
    notes: tuple[str, ...]


def draft(app: App, answers: Answers, directory: Path) -> Draft:
    """Return the file. What was found and the settings refuse is left out, with a note.

    Raises SettingsError for an answer that they refuse.
    """
    own = list(_own(app, answers))
    given = {it.key for it in own}
    found = [it for it in app.others if it.key not in given]
    notes = [*app.notes, *_notes(app, answers)]
    for _ in range(ROUNDS):
        text = _text(app, answers, [*own, *found])
        try:
            accepted = settings.load_text(text, answers.environment, directory=directory)
        except settings.SettingsError as error:
            kept = [left for it in found if (left := _without(it, error.problems))]
            if kept == found:
                raise settings.SettingsError(answers.environment, error.problems, UNWRITTEN) from error
            notes += [f"not written: {problem.key}: {problem.reason}" for problem in error.problems]
            found = kept
        else:
            return Draft(text=text, settings=accepted, notes=tuple(dict.fromkeys(notes)))
    raise AssertionError(text)


def _text(app: App, answers: Answers, entries: Sequence[Written]) -> str:
    return HEADER + tables(entries, first=FIRST) + _secrets(app, answers)


def _own(app: App, answers: Answers) -> Iterator[Written]:
    """Yield what each file says, and what differs from the defaults."""

    def entry(key: str, value: Any, found: Any = None, why: str = "") -> Written:  # noqa: ANN401 - any setting
        return Written(key=tuple(key.split(".")), value=value, comment=why if value == found else "")

    framework, port, path = app.framework, app.port, app.health_path
    yield entry("project", answers.project)
    yield entry("environment", answers.environment)
    yield entry("aws.region", answers.region)
    if answers.is_sandbox:
        yield Written(key=("aws", "endpoint"), value="sandbox", comment="an AWS on this machine, without an account")
    if answers.account_id:
        yield Written(key=("aws", "account_id"), value=answers.account_id, comment="refuses any other account")
    if answers.framework != STREAMLIT:  # which is the default
        yield entry(
            "app.framework", answers.framework, framework and framework.value, framework.why if framework else ""
        )
    if answers.port not in {None, PROFILES[answers.framework].port}:
        yield entry("network.container_port", answers.port, port and port.value, port.why if port else "")
    if answers.health_path is not None:
        yield entry("network.health_check_path", answers.health_path, path and path.value, path.why if path else "")
    why = app.size.why if (answers.cpu, answers.memory) == app.size.value else ""
    yield Written(key=("ecs", "cpu"), value=answers.cpu, comment=f"CPU units; {why}" if why else "CPU units")
    yield Written(key=("ecs", "memory"), value=answers.memory, comment="MiB")
    if answers.image:
        yield entry("ecs.image", answers.image)
    yield from _building(app, answers)
    yield from _tasks(app, answers)
    yield from _https(answers)
    yield from _bootstrap(answers)


def _building(app: App, answers: Answers) -> Iterator[Written]:
    """Yield where the image is built, if that is another folder than this, and no manifest says it."""
    if answers.image is None and answers.context != "." and ("push", "context") not in {it.key for it in app.others}:
        yield Written(key=("push", "context"), value=answers.context)


def _tasks(app: App, answers: Answers) -> Iterator[Written]:
    """Yield the number of tasks, unless a manifest has it."""
    if any(it.key[0] == "autoscaling" or it.key == ("ecs", "desired_count") for it in app.others):
        return
    if answers.environment in LASTING:
        yield Written(key=("autoscaling", "min_capacity"), value=2, comment="one may fail; up to 4 by load")
    else:
        yield Written(key=("ecs", "desired_count"), value=1)
        yield Written(key=("autoscaling", "max_capacity"), value=2)
    if answers.framework == STREAMLIT:
        why = "Streamlit keeps memory: tasks would never be removed"
        yield Written(key=("autoscaling", "memory_scale_in"), value=False, comment=why)


def _https(answers: Answers) -> Iterator[Written]:
    values = {
        "domain_name": answers.domain,
        "hosted_zone_id": answers.hosted_zone,
        "certificate_arn": answers.certificate,
    }
    if answers.hosted_zone or answers.certificate:
        for key, value in values.items():
            if value:
                yield Written(key=("network", "https", key), value=value)


def _bootstrap(answers: Answers) -> Iterator[Written]:
    """Yield what GitHub Actions need to deploy: https://docs.github.com/actions/reference/security/oidc."""
    if not answers.repository:
        return
    at = ("bootstrap",)
    asked = f"gh api repos/{answers.repository}/actions/oidc/customization/sub --jq .sub_claim_prefix"
    why = f"as `{asked}` prints it after repo:"
    yield Written(key=(*at, "github_repository"), value=answers.repository, comment=why)
    yield Written(key=(*at, "github_branches"), value=["main"], comment="plans, and pushes the image")
    yield Written(key=(*at, "github_environments"), value=[answers.environment], comment="deploys, after the approval")
    yield Written(key=(*at, "github_pull_requests"), value=True)
    yield Written(key=(*at, "execution_role"), value=True)


def _secrets(app: App, answers: Answers) -> str:
    """Return the table of the secrets, as a comment: an ARN has the account, and that of a secret a suffix."""
    partition = partition_of(answers.region).name
    at = f"{answers.region}:{answers.account_id or ACCOUNT}"
    lines = []
    for name, place in app.secrets.items():
        service, is_secret, rest = place.partition(":")
        arn = f"arn:{partition}:ssm:{at}:parameter/{place.lstrip('/')}"
        if is_secret and service == "secretsmanager":
            arn = f"arn:{partition}:secretsmanager:{at}:secret:{rest}-SUFFIX"
        lines.append(f"# {key_of(name)} = {inline(place if place.startswith('arn:') else arn)}\n")
    return "\n" + SECRETS + "".join(lines) if lines else ""


def _notes(app: App, answers: Answers) -> Iterator[str]:
    if answers.domain and not (answers.hosted_zone or answers.certificate):
        yield f"{answers.domain}: HTTPS needs its hosted zone or a certificate: [network.https]"
    if app.secrets:
        yield f"the ARNs of {', '.join(app.secrets)} are to be filled in at the end of the file"
    if answers.framework != STREAMLIT and answers.port is None and not app.follows_port:
        yield "nothing says where the app listens: it has to be the port in the variable PORT, which is 8080"
    if answers.framework != STREAMLIT and answers.health_path is None and app.health_path is None:
        yield "nothing says which path answers while the app is healthy: it is asked for /, and 200 to 399 are fine"


def _without(it: Written, problems: Sequence[Problem]) -> Written | None:
    """Return a setting without what the problems are about: the keys of a table that they name, or all of it."""
    key = ".".join(it.key)
    about = [
        problem.key for problem in problems if problem.key == key or problem.key.startswith((f"{key}.", f"{key}["))
    ]
    if not about:
        return it
    if not isinstance(it.value, dict):
        return None
    left = {name: value for name, value in it.value.items() if f"{key}.{name}" not in about}
    return replace(it, value=left) if left and len(left) < len(it.value) else None
