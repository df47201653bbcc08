"""The settings that say what a manifest says.

Every key of https://aws.github.io/copilot-cli/docs/manifest/lb-web-service/ is either taken, or named in a note.
"""

from __future__ import annotations

import posixpath
import shlex
from typing import TYPE_CHECKING, Any

from stacks.new.copilot.count import take_count
from stacks.new.copilot.reading import Reading, Taken, number, seconds
from stacks.new.copilot.remaining import note_others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.new.copilot.manifests import Manifest

DOCKERFILE = "Dockerfile"
DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""Retentions that CloudWatch Logs has."""


def taken(manifest: Manifest, application: str, environment: str) -> Taken:
    """Return what the manifest says, in the words of an environment file; port, path and size are the caller's."""
    it = Reading(manifest, {"COPILOT_APPLICATION_NAME": application, "COPILOT_ENVIRONMENT_NAME": environment})
    for take in (_take_http, _take_image, _take_process, take_count, _take_variables, _take_rest, note_others):
        take(it)
    return it.found


def _take_http(it: Reading) -> None:
    """Take what the load balancer does; `path` and the health check's path are the caller's."""
    at = it.manifest.at
    check = ("http", "healthcheck")
    it.numbers(
        ("network.healthy_threshold", (*check, "healthy_threshold"), number),
        ("network.unhealthy_threshold", (*check, "unhealthy_threshold"), number),
        ("network.health_check_port", (*check, "port"), number),
        ("network.health_check_timeout", (*check, "timeout"), seconds),
        ("network.health_check_interval", (*check, "interval"), seconds),
        ("ecs.health_check_grace_period", (*check, "grace_period"), seconds),
        ("network.deregistration_delay", ("http", "deregistration_delay"), seconds),
    )
    codes = at(*check, "success_codes")
    if isinstance(codes, str) and codes != "200":
        it.set("network.health_check_matcher", codes, "http.healthcheck.success_codes")
    sticky = at("http", "stickiness")
    if sticky in {"true", "false"}:
        it.set("network.sticky_sessions", sticky == "true", "http.stickiness")
    if isinstance(ranges := at("http", "allowed_source_ips"), list) and ranges:
        whole = [each if "/" in each else f"{each}/{128 if ':' in each else 32}" for each in map(str, ranges)]
        it.set("network.allowed_ranges", whole, "http.allowed_source_ips")
    _take_alias(it)
    path = at("http", "path")
    if isinstance(path, str) and path.strip("/"):
        it.note(
            "http.path",
            f"this app has a load balancer of its own, so that /{path.strip('/')} needs no rule; "
            "[network.listener] shares one",
        )


def _take_alias(it: Reading) -> None:
    """Take the first domain name and its hosted zone."""
    found = list(_aliases(it.manifest.at("http", "alias")))
    if not found:
        return
    (it.found.alias, zone), *others = found
    general = it.manifest.at("http", "hosted_zone")
    it.found.hosted_zone = zone or (general if isinstance(general, str) else None)
    if others:
        names = ", ".join(name for name, _ in others)
        it.note("http.alias", f"{names}: [network.https] alternative_names, in the same hosted zone")


def _take_image(it: Reading) -> None:
    """Take where the image is, or how it is built."""
    at = it.manifest.at
    if isinstance(location := at("image", "location"), str):
        repository, tag = _split(location)
        it.set("ecs.image", repository, "image.location")
        if tag:
            it.set("image_tag", tag, "image.location")
    if isinstance(credentials := at("image", "credentials"), str):
        it.set("ecs.registry_credentials_arn", credentials, "image.credentials")
    build = at("image", "build")
    if isinstance(build, str):
        build = {"dockerfile": build}
    if isinstance(build, dict):
        _take_build(it, build)


def _take_build(it: Reading, build: dict[str, Any]) -> None:
    """Take the build: Copilot's paths are from the workspace; the context is the Dockerfile's folder unless given."""
    file = str(build.get("dockerfile", DOCKERFILE))
    context = str(build.get("context", posixpath.dirname(file) or "."))
    found = {"context": context, "dockerfile": posixpath.relpath(file, context), "target": build.get("target", "")}
    for key, usual in (("context", "."), ("dockerfile", DOCKERFILE), ("target", "")):
        if found[key] != usual:
            it.set(f"push.{key}", found[key], "image.build")
    if isinstance(build.get("args"), dict) and build["args"]:
        it.set("push.build_args", build["args"], "image.build.args")


def _take_process(it: Reading) -> None:
    """Take what replaces the image's own entry point and command."""
    for key, name in (("ecs.entry_point", "entrypoint"), ("ecs.command", "command")):
        value = it.manifest.at(name)
        if isinstance(value, str) and value:
            try:
                value = shlex.split(value)
            except ValueError:
                it.note(name, f"a quote does not end: write {key} by hand")
                continue
        if isinstance(value, list) and value:
            it.set(key, [str(word) for word in value], name)
    if it.manifest.at("exec") == "true":
        it.set("ecs.exec", value=True, at="exec")
    platform = it.manifest.at("platform")
    if "arm" in str(platform).lower():
        it.set("ecs.architecture", "ARM64", "platform")
    if "windows" in str(platform).lower():
        it.note("platform", "there are Linux tasks only")


def _take_variables(it: Reading) -> None:
    """Take environment variables in plain text; name the secrets, whose ARNs a manifest does not have."""
    plain: dict[str, str] = {}
    given = it.manifest.at("variables")
    for name, value in (given if isinstance(given, dict) else {}).items():
        if isinstance(value, str):
            plain[str(name)] = it.filled(value)
        else:
            it.note(f"variables.{name}", "is the output of another stack: write its value into [ecs.environment]")
    if plain:
        it.set("ecs.environment", plain, "variables")
    secrets = it.manifest.at("secrets")
    for name, value in (secrets if isinstance(secrets, dict) else {}).items():
        if isinstance(value, str):
            it.found.secrets[str(name)] = it.filled(value)
        elif isinstance(value, dict) and isinstance(value.get("secretsmanager"), str):
            it.found.secrets[str(name)] = f"secretsmanager:{it.filled(value['secretsmanager'])}"
        else:
            it.note(f"secrets.{name}", "is the output of another stack: write its ARN into [ecs.secrets]")


def _take_rest(it: Reading) -> None:
    """Take storage and logs."""
    it.numbers(("ecs.ephemeral_storage", ("storage", "ephemeral"), number))
    if it.manifest.at("storage", "readonly_fs") == "true":
        it.set("ecs.read_only", value=True, at="storage.readonly_fs")
    days = number(it.manifest.at("logging", "retention"))
    if days in DAYS:
        it.set("ecs.log_retention_days", days, "logging.retention")


def _aliases(value: Any) -> Iterator[tuple[str, str | None]]:  # noqa: ANN401 - any YAML
    """Yield names and hosted zones of `alias`: a text, a list of texts, or a list of maps with `name`."""
    for it in value if isinstance(value, list) else [value]:
        name, zone = (it.get("name"), it.get("hosted_zone")) if isinstance(it, dict) else (it, None)
        if isinstance(name, str) and name:
            yield name.lower(), zone if isinstance(zone, str) else None


def _split(location: str) -> tuple[str, str]:
    """Return repository and tag of an image."""
    repository, _, tag = location.rpartition(":")
    return (repository, tag) if repository and "/" not in tag else (location, "")
