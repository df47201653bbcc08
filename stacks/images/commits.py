"""The commit of which an image is built: its tag, and whether the image would hold anything else."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stacks.errors import UserError
from stacks.images.programs import Ended, ask
from stacks.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

LENGTH = 12
"""Characters of a commit's id in a tag: as many as name one in the largest repositories, and always the same number,
where git's own short form grows with the repository and differs in a shallow clone."""
SHOWN = 5
"""Files that an error names."""
SAY_TAG = "name the tag yourself with --tag"


@dataclass(frozen=True, kw_only=True)
class Commit:
    """The commit that is checked out where an image is built."""

    revision: str

    @property
    def tag(self) -> str:
        """The tag of its images."""
        return self.revision[:LENGTH]


def clean_commit(context: Path, dockerfile: Path, *, own: Collection[Path]) -> Commit:
    """Return the commit of a build, whose files are all in it as they are; `own` are folders that do not count.

    Raises UserError where there is none, or where the build context or the Dockerfile has changes or files that are in
    no commit, or lacks a submodule.
    """
    if shutil.which("git") is None:
        raise UserError("git", "it is not on PATH, and the tag is the commit's", f"Install it, or {SAY_TAG}.")
    top = _git(context, "rev-parse", "--show-toplevel")
    if top.code:
        why = f"{context} is in no git repository that can be read, and the tag is the commit's: {_said(top)}"
        raise UserError("tag", why, f"Run `git init` and commit, or {SAY_TAG}.")
    head = _git(context, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if head.code:
        raise UserError(
            "tag", "the repository has no commit yet, and the tag is the commit's", f"Commit, or {SAY_TAG}."
        )
    if absent := list(_absent_submodules(context)):
        then = "Run `git submodule update --init --recursive` first."
        raise UserError(f"submodule {absent[0]}", "it is not checked out, and the image would lack its files", then)
    if changed := list(_changes(context, dockerfile, Path(top.lines[-1]), own)):
        more = [f"and {len(changed) - SHOWN} more"] if len(changed) > SHOWN else []
        why = (
            f"{counted(len(changed), 'file')} of the image differ from the commit: {', '.join(changed[:SHOWN] + more)}"
        )
        raise UserError("tag", why.replace("1 file of the image differ ", "1 file of the image differs "), _CLEAN)
    return Commit(revision=head.lines[-1])


_CLEAN = f"Commit, stash or delete them, or {SAY_TAG}. What git ignores does not count."


def found_commit(context: Path, dockerfile: Path, *, own: Collection[Path]) -> Commit | None:
    """Return the commit that a build is exactly of; None where there is none."""
    try:
        return clean_commit(context, dockerfile, own=own)
    except UserError:
        return None


def _changes(context: Path, dockerfile: Path, top: Path, own: Collection[Path]) -> Iterator[str]:
    """Yield the files of a build that are not as in the commit, untracked ones and submodules among them."""
    outside = [] if dockerfile.resolve().is_relative_to(context.resolve()) else [str(dockerfile.resolve())]
    found = _git(
        context, "status", "--porcelain", "-z", "--untracked-files=normal", "--ignore-submodules=none",
        "--no-renames", "--", ".", *outside,
    )  # fmt: skip
    if found.code:
        raise UserError("git status", _said(found), f"Repair the repository, or {SAY_TAG}.")
    ignored = [it.resolve() for it in own]
    for entry in "\n".join(found.lines).split("\0"):
        name = entry[3:]
        if name and not any((top / name).resolve().is_relative_to(it) for it in ignored):
            yield name


def _absent_submodules(context: Path) -> Iterator[str]:
    """Yield the submodules within a folder that are not checked out: git marks them with `-`."""
    found = _git(context, "submodule", "status", "--recursive")
    for line in found.lines if not found.code else ():
        name = line[1:].partition(" ")[2]
        if line.startswith("-") and not name.startswith(".."):
            yield name


def _git(folder: Path, *words: str) -> Ended:
    """Ask git in a folder, in English, without a lock that another git would have to wait for."""
    return ask(["git", "--no-optional-locks", "-C", str(folder), *words], env={**os.environ, "LC_ALL": "C"})


def _said(ended: Ended) -> str:
    return next((line.removeprefix("fatal: ") for line in ended.lines if line.strip()), ended.how)
