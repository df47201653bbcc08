"""Files and folders that are written whole or not at all, and results that are kept in them."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import uuid
from contextlib import suppress
from types import GenericAlias
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from stacks.errors import Code, UserError, coded

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")

UNFINISHED = ".unfinished-"
"""How the names of files begin that are not whole yet."""
ENTRIES = 64
"""Results that a cache keeps, the newest; one takes some hundred kilobytes at most."""


@coded(Code.FILE)
def refuse_unwritable(path: Path, then: str = "") -> None:
    """Raise UserError where no file can be made: no such folder, no permission or space, or no file of that name."""
    try:
        why = "it is there, and it is no file" if path.exists() and not path.is_file() else ""
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=UNFINISHED):
            pass
    except OSError as error:
        why = f"it cannot be written: {error.strerror or error}"
    if why:
        raise UserError(str(path), why, then)


@coded(Code.FILE)
def write_file(path: Path, text: str, then: str = "") -> None:
    """Put the text there in one step; what was there before stays until then.

    Raises UserError if it cannot be written.
    """
    unfinished = path.parent / f"{UNFINISHED}{uuid.uuid4().hex}"
    try:
        with unfinished.open("x", encoding="utf-8") as file:
            file.write(text)
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise UserError(str(path), f"it could not be written: {error.strerror or error}", then) from error


def replace_folder(new: Path, target: Path, old: Path) -> None:
    """Move `new` to `target`, and what was there to `old`; it comes back if the move fails.

    Raises OSError. A process that is killed in between leaves no `target`, and both `new` and `old`.
    """
    if not target.exists():
        new.rename(target)
        return
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise


def digest(parts: Any) -> str:  # noqa: ANN401 - any JSON
    """Return the SHA-256 of a document, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def digest_sources(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each Python file below a folder, by its path there."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.py")
    }


class Cache(Generic[T]):
    """Results in a folder, one file for each, named by the digest of all that the result depends on.

    A file that is missing, damaged, of another type, or stored under another digest is as if it were not there. A
    folder that cannot be written is left alone; it is made when it is needed, and can be deleted at any time.
    """

    def __init__(self, folder: Path, result: Any) -> None:  # noqa: ANN401 - a type, of which there is no type
        from pydantic import ConfigDict, TypeAdapter  # noqa: PLC0415 - where it is missing, others say what to install

        self._folder = folder
        # With its key, so that a renamed or copied file is never read as another result.
        entry: Any = GenericAlias(tuple, (str, result))
        self._entry: TypeAdapter[tuple[str, T]] = TypeAdapter(entry, config=ConfigDict(strict=True, extra="forbid"))

    def load(self, key: str) -> T | None:
        """Return the result stored under a digest, or None."""
        try:
            stored, result = self._entry.validate_json((self._folder / f"{key}.json").read_bytes())
        except (OSError, ValueError):
            return None
        return result if stored == key else None

    def store(self, key: str, result: T) -> None:
        """Store a result, and remove the oldest ones beyond `ENTRIES`."""
        with suppress(OSError, UserError):
            self._folder.mkdir(parents=True, exist_ok=True)
            write_file(self._folder / f"{key}.json", self._entry.dump_json((key, result)).decode())
            self._prune()

    def _prune(self) -> None:
        """Remove old results, and what processes that were killed have left unfinished."""
        ours = [path for path in self._folder.iterdir() if _is_entry(path.name)]
        for path in sorted(ours, key=lambda path: path.stat().st_mtime_ns, reverse=True)[ENTRIES:]:
            path.unlink(missing_ok=True)


def _is_entry(name: str) -> bool:
    return name.startswith(UNFINISHED) or re.fullmatch(r"[0-9a-f]{64}\.json", name) is not None
