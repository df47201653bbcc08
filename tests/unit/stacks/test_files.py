"""Files that a user names are whole or not there, and looked at in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from stacks.files import refuse_unwritable, write_file

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    """An earlier one is overwritten, with the permissions of any new file; nothing else is left there."""
    file = tmp_path / "it"
    file.write_text("earlier", encoding="utf-8")
    (tmp_path / "plain").touch()
    refuse_unwritable(file)
    assert file.read_text(encoding="utf-8") == "earlier"
    write_file(file, "now")
    assert file.read_text(encoding="utf-8") == "now"
    assert file.stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert sorted(path.name for path in tmp_path.iterdir()) == ["it", "plain"]


@pytest.mark.parametrize("name", ["no-such-folder/x", ".", "/dev/null", "plain/x", "x" * 300])
def test_a_path_that_cannot_be_written_is_refused(tmp_path: Path, name: str) -> None:
    """Before anything is done, and without a trace."""
    (tmp_path / "plain").touch()
    with pytest.raises(UserError, match="it "):
        refuse_unwritable(tmp_path / name, "Nothing was done.")
    assert [path.name for path in tmp_path.iterdir()] == ["plain"]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    """A folder that has come in between is an error that names the file; no half file is left behind."""
    target = tmp_path / "it"
    target.mkdir()
    with pytest.raises(UserError, match="it could not be written: Is a directory"):
        write_file(target, "now")
    assert [path.name for path in tmp_path.iterdir()] == ["it"]
