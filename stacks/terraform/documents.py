"""The text of a state as JSON, or why it is none; nothing of the text is ever in an error."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

from stacks.errors import Code, UserError

LARGEST = 64_000_000
"""Bytes. States of ten thousand resources have less, and Python takes several times as much to read them."""
PULL = "terraform state pull | python build.py adopt ENV --state -"
"""The command with which Terraform itself reads a state, wherever it is."""
_DEEPEST = 100
_PULLED = "`terraform state pull` prints the state."
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_HCL = re.compile(
    r"(?:\s|#[^\n]*\n|//[^\n]*\n|/\*.*?\*/)*+"
    r"(?:(?:terraform|locals|moved|import|removed)\s*\{|(?:resource|data|module|variable|output|provider|check)\s+\"|[\w-]+\s*=[^=])",
    re.DOTALL,
)
_LISTED = re.compile(r"(?:module\.|data\.)?[a-z0-9_]+\.[\w-]+(?:[.\[][^\n]*)?\s*(?:\n|\Z)")
_HALF = re.compile("[\ud800-\udfff]")


def malformed(source: str, where: str, why: str) -> UserError:
    """Return the error for a state with the right outside, and something wrong at `where`."""
    then = f"Was it changed by hand? {_PULLED}"
    return UserError(source, f"it is not a valid Terraform state: {where} {why}", then, code=Code.FILE)


def refused(source: str, why: str, then: str = _PULLED) -> UserError:
    """Return the error for something that cannot be read as a state."""
    return UserError(source, why, then, code=Code.FILE)


def load_object(content: bytes, source: str) -> dict[str, Any]:
    """Return the JSON object that a state is.

    A byte order mark and UTF-16, as PowerShell's `>` writes it, are read. Raises UserError.
    """
    text = _decoded(content, source)
    document, why = _parsed(text)
    if why:
        raise refused(source, *_diagnosed(text, why))
    if not isinstance(document, dict):
        raise refused(source, "it is JSON, but no Terraform state, which is an object")
    return document


def cleaned(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value whose texts can be printed and written anywhere: half of a surrogate pair is replaced."""
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [cleaned(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {cleaned(key): cleaned(item, depth + 1) for key, item in value.items()}
    return value


def _decoded(content: bytes, source: str) -> str:
    if len(content) > LARGEST:
        raise refused(
            source, f"it has more than {LARGEST // 1_000_000} MB, too many for a state", "Is it the right file?"
        )
    if content.startswith(b"PK\x03\x04"):
        raise refused(
            source, "it is a saved plan, not a state", f"A plan says what will change, not what runs. {_PULLED}"
        )
    if content.startswith(b"\x1f\x8b"):
        raise refused(source, "it is compressed with gzip", "Decompress it first: gunzip.")
    encoding = next((name for mark, name in _UTF16.items() if content.startswith(mark)), "utf-8-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = None
    if text is None or "\0" in text:
        raise refused(source, "it is not UTF-8 text, and so no Terraform state")
    if not text.strip():
        then = f"Terraform has no state there, or the command that wrote it failed. {_PULLED}"
        raise refused(source, "it is empty", then)
    return text


def _parsed(text: str) -> tuple[Any, str]:
    """Return a document, and why it is none; the parser's own errors hold the text, and end here."""
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        ends = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        return None, f"it ends in the middle, on line {error.lineno}" if ends else f"line {error.lineno} is no JSON"
    except ValueError:
        return None, "it has a number that is none"
    except RecursionError:
        return None, "it is nested too deeply"
    return document, "it is nested too deeply" if _is_too_deep(document) else ""


def _refuse_constant(_: str) -> None:
    raise ValueError


def _is_too_deep(document: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Whether there are more levels than any provider has, so that nobody who walks through it comes to an end."""
    level = [document]
    for _ in range(_DEEPEST):
        level = [
            item
            for it in level
            if isinstance(it, dict | list)
            for item in (it.values() if isinstance(it, dict) else it)
        ]
        if not level:
            return False
    return True


def _diagnosed(text: str, why: str) -> tuple[str, str]:
    """Return what a text without JSON is, and what to do next."""
    if text.lstrip("\ufeff").lstrip().startswith('{"@level"'):
        return "it is the log of a Terraform command with -json, not a state", _PULLED
    if text.lstrip().startswith(("{", "[")):
        return f"not valid JSON: {why}", f"Was it copied as a whole? {_PULLED}"
    if _HCL.match(text):
        then = f"Name its directory or the state itself. {_PULLED} `terraform show` writes JSON with -json."
        return "it is Terraform configuration (HCL), not a state", then
    if _LISTED.match(text):
        return "it is a list of addresses, as `terraform state list` prints it, not a state", _PULLED
    return "it is not JSON, and so no Terraform state", _PULLED
