"""The backend of a Terraform directory: the initialised one, or what its configuration says.

Of a backend's settings, only those are kept that say where the state is; some of the others are credentials.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stacks.errors import Code, UserError
from stacks.settings.files import file_name
from stacks.settings.hcl import MalformedError, parse_attributes
from stacks.settings.hcl.scanning import END, NAME, TEXT, Token, scan_tokens
from stacks.terraform.documents import load_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

KEPT = frozenset({
    "bucket",
    "dynamodb_table",
    "endpoint",
    "key",
    "path",
    "region",
    "use_lockfile",
    "workspace_dir",
    "workspace_key_prefix",
})  # fmt: skip
"""Settings of the backends `s3` and `local` that say where a state is."""
_MAYBE = re.compile(r'\bbackend["\s]|\bcloud["\s]*[:{]')
_SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")


@dataclass(frozen=True, kw_only=True)
class Backend:
    """A backend, and where it is written."""

    type: str
    where: str
    config: Mapping[str, str | bool] = field(default_factory=dict)
    """The settings of `KEPT` that have a constant value."""
    names: frozenset[str] = frozenset()
    """Those of all settings that it has."""


def initialised_backend(data: Path) -> Backend | None:
    """Return the backend that `terraform init` has noted in `terraform.tfstate` of Terraform's folder `.terraform`.

    Raises UserError where that file is not what Terraform writes.
    """
    path = data / "terraform.tfstate"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        why = f"it cannot be read: {error.strerror}"
        raise UserError(file_name(path), why, "Look at its permissions.", code=Code.FILE) from error
    noted = load_object(content, file_name(path)).get("backend")
    if noted is None:
        return None
    if not isinstance(noted, dict) or not isinstance(noted.get("type"), str):
        then = "Run `terraform init` again."
        raise UserError(file_name(path), "it does not say which backend there is", then, code=Code.FILE)
    config = noted.get("config")
    return _backend(noted["type"], file_name(path), config if isinstance(config, dict) else {})


def configured_backend(folder: Path) -> Backend | None:
    """Return the backend in the directory's configuration; those of override files win.

    Raises UserError for a file with a backend that is no HCL or no JSON.
    """
    found: Backend | None = None
    for path in sorted(folder.iterdir(), key=_precedence):
        if path.name.endswith(_SUFFIXES) and path.is_file():
            found = next(_backends_in(path), None) or found
    return found


def _precedence(path: Path) -> tuple[bool, bool, str]:
    """Return where a file comes in the order in which later ones win: override files, OpenTofu's own."""
    stem = path.name.split(".")[0]
    return stem == "override" or stem.endswith("_override"), ".tofu" in path.name, path.name


def _backends_in(path: Path) -> Iterator[Backend]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return
    if not _MAYBE.search(text):
        return
    if path.name.endswith(".json"):
        yield from _in_json(path, text)
        return
    try:
        yield from _in_hcl(path, text)
    except MalformedError as error:
        line = f":{error.line}" if error.line else ""
        then = "Correct it, or name the state itself: --state s3://BUCKET/KEY"
        raise UserError(f"{file_name(path)}{line}", f"it cannot be read: {error.why}", then, code=Code.FILE) from error


def _in_hcl(path: Path, text: str) -> Iterator[Backend]:
    """Return the `backend` and `cloud` blocks of all `terraform` blocks."""
    tokens = scan_tokens(text)
    for start, end in _blocks(tokens, 0, len(tokens), "terraform"):
        for name in ("backend", "cloud"):
            for opening, closing in _blocks(tokens, start, end, name):
                label = tokens[opening - 2]
                attributes = parse_attributes(text[tokens[opening - 1].end : tokens[closing].start])
                config = {it.name: it.value for it in attributes}
                type_ = str(label.value) if label.kind == TEXT else name
                yield _backend(type_, f"{file_name(path)}:{label.line}", config)


def _blocks(tokens: Sequence[Token], start: int, end: int, name: str) -> Iterator[tuple[int, int]]:
    """Return the first token within each block of this name, and the brace that closes it; no block inside others."""
    depth, at = 0, start
    while at < end and tokens[at].kind != END:
        token = tokens[at]
        if depth == 0 and token.kind == NAME and token.written == name:
            opening = at + 1
            while tokens[opening].kind in {NAME, TEXT}:
                opening += 1
            if tokens[opening].kind == "{":
                closing = _closing(tokens, opening)
                yield opening + 1, closing
                at = closing
        depth += {"{": 1, "}": -1}.get(tokens[at].kind, 0) if at < end and tokens[at] is token else 0
        at += 1


def _closing(tokens: Sequence[Token], opening: int) -> int:
    depth = 0
    for at in range(opening, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[at].kind, 0)
        if depth == 0:
            return at
    raise MalformedError("a closing brace is missing", tokens[opening].line)


def _in_json(path: Path, text: str) -> Iterator[Backend]:
    """Return the backends of a file in HCL's JSON form, in which a block can be a list of blocks."""
    for outer in _listed(load_object(text.encode(), file_name(path)).get("terraform")):
        for blocks in _listed(outer.get("backend")):
            for type_, block in blocks.items():
                for config in _listed(block):
                    yield _backend(type_, file_name(path), config)
        for config in _listed(outer.get("cloud")):
            yield _backend("cloud", file_name(path), config)


def _listed(value: object) -> list[dict[str, Any]]:
    return [it for it in (value if isinstance(value, list) else [value]) if isinstance(it, dict)]


def _backend(type_: str, where: str, config: Mapping[str, Any]) -> Backend:
    """Return a backend with the settings that are kept; null is as if it were not there, and a template no constant."""
    written = {name: value for name, value in config.items() if value not in (None, "", [], {})}
    endpoints = written.get("endpoints")
    own = {"endpoint": endpoints.get("s3")} if isinstance(endpoints, dict) else {}
    constant = {name: value for name, value in {**own, **written}.items() if isinstance(value, str | bool)}
    kept = {name: value for name, value in constant.items() if name in KEPT and "${" not in str(value)}
    return Backend(type=type_, where=where, config=kept, names=frozenset(written))
