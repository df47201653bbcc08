"""What makes Terraform let go: a script for a shell, a file of `removed` blocks, or a JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.adopt.release import shells
from stacks.adopt.release.data_sources import data_source
from stacks.adopt.release.removed_blocks import Removed, has_removed_blocks, removed_blocks
from stacks.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stacks.adopt.release.releasing import Release

SHELLS = ("sh", "powershell")
REMOVED = "removed"
FORMS = (*SHELLS, REMOVED)
"""What `--as` takes."""


def text(release: Release, form: str) -> str:
    """Return a script for a shell, or a file of `removed` blocks, with explanations in comments."""
    body = _removed_file(release) if form == REMOVED else _script(release, form)
    return "\n".join([*_comments(_head(release)), "", *body, "", *_comments(_files(release))])


def document(release: Release) -> dict[str, Any]:
    """Return the same for programs."""
    removed = _removed(release)
    return {
        "stack": release.journal.root,
        "owned": [
            {
                "addresses": list(it.owned.addresses),
                "path": it.owned.path,
                "type": it.owned.type,
                "physical_id": it.physical_id,
                "stack_id": it.stack_id,
            }
            for it in release.proven
        ],
        "release": list(release.released),
        "stay": list(release.staying),
        "backup": release.backup,
        "commands": {form: list(_commands(release, form)) for form in SHELLS},
        "removed_blocks": removed.blocks,
        "without_block": list(removed.apart),
        "data_sources": list(_data(release)),
    }


def _head(release: Release) -> Iterator[str]:
    stack, count = release.journal.root, len(release.proven)
    yield f"CloudFormation owns {counted(count, 'resource')} of the takeover: stack {stack} and those in it."
    if not release.released:
        yield f"{_name(release)}'s state has none of them: there is nothing to let go of."
        return
    yield f"This makes {_name(release)} let go of them, under {len(release.released)} addresses. It destroys nothing."


def _script(release: Release, form: str) -> Iterator[str]:
    if not release.released:
        return
    yield f"# In the folder of the {_name(release)} project, in the same workspace, while nobody applies:"
    yield from _commands(release, form)


def _commands(release: Release, form: str) -> Iterator[str]:
    if not release.released:
        return
    if form == "sh":
        yield shells.sh_backup(release.program, release.backup)
        yield shells.sh_removal(release.program, release.released)
    else:
        yield shells.powershell_backup(release.program, release.backup)
        yield from shells.powershell_removals(release.program, release.released)


def _removed_file(release: Release) -> Iterator[str]:
    if not release.released:
        return
    if not has_removed_blocks(release.version):
        yield f"# {_name(release)} {release.version} wrote the state, and `removed` blocks need version 1.7."
    removed = _removed(release)
    yield "# Keep the state before the apply, readable by you alone:"
    yield f"#   {shells.sh_backup(release.program, release.backup)}"
    yield ""
    yield removed.blocks
    if removed.apart:
        yield "# A block cannot name single instances, and others of these resources stay:"
        yield from _comments(shells.sh_removal(release.program, removed.apart).split("\n"))


def _removed(release: Release) -> Removed:
    return removed_blocks(release.released, release.staying, is_opentofu=release.is_opentofu)


def _files(release: Release) -> Iterator[str]:
    """Yield what has to change in the .tf files."""
    if release.released:
        yield "In the .tf files, before the next plan: delete the blocks of all of them, or the calls of modules that"
        yield f"have nothing else. {_name(release)} would create anew what is written there and not in its state."
    if release.staying:
        yield f"With {_name(release)} stay:"
        yield from (f"  {it}" for it in release.staying)
    blocks = list(_data(release))
    if release.released and blocks:
        yield "Where outputs, or what stays, refer to what is deleted, write `data.TYPE.NAME` instead of `TYPE.NAME`,"
        yield "with those of these blocks that are needed, in the module that needs them:"
        for block in blocks:
            yield ""
            yield from block.split("\n")


def _data(release: Release) -> Iterator[str]:
    for it in release.proven:
        if block := data_source(it.owned):
            yield block


def _name(release: Release) -> str:
    return "OpenTofu" if release.is_opentofu else "Terraform"


def _comments(lines: Iterable[str]) -> Iterator[str]:
    return (f"# {it}".rstrip() for it in lines)
