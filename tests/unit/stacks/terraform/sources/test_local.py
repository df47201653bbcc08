"""Files and pipes: what is read of them, how they are locked, and whether they can be read again."""

from __future__ import annotations

import io
import json
import os
import threading
from typing import TYPE_CHECKING, Any

import pytest

from stacks.errors import UserError
from stacks.terraform.sources import restore_source
from tests.support.terraform_states import state, written
from tests.unit.stacks.terraform.sources.opened import LOCK, ONE, TWO, addresses, no_aws, opened, put, refused

if TYPE_CHECKING:
    from pathlib import Path


class TestFiles:
    """A file is a state; Terraform's local backend locks it with a file beside it."""

    def test_is_read_and_looked_at_again(self, tmp_path: Path) -> None:
        """The same content is no change, another serial, lineage or content is."""
        path = put(tmp_path / "terraform.tfstate", ONE)
        source = opened(path)
        found = source.read({"aws_lb": ["name"]})
        assert [dict(it.attributes) for it in found.resources] == [{"name": "one"}]
        source.check_unchanged(found.revision)
        for content, why in [
            (TWO, "it has changed since it was read: serial 7 is now 8"),
            (written(state(lineage="other")), "it is another state now: its lineage has changed"),
            (ONE + b" ", "its content has changed since it was read, without a new serial"),
            (b"", "it is empty"),
        ]:
            put(path, content)
            with pytest.raises(UserError) as caught:
                source.check_unchanged(found.revision)
            assert caught.value.why == why
        path.unlink()
        with pytest.raises(UserError, match="it cannot be read: No such file"):
            source.check_unchanged(found.revision)

    def test_is_found_again_from_a_journal(self, tmp_path: Path) -> None:
        """What is noted of it is its place alone."""
        source = opened(put(tmp_path / "terraform.tfstate", ONE))
        noted = json.loads(json.dumps(source.document()))
        assert noted == {"kind": "file", "path": str(tmp_path / "terraform.tfstate")}
        assert addresses(restore_source(noted, aws=no_aws)) == ["aws_lb.one"]

    def test_a_copy_is_named_as_that(self, tmp_path: Path) -> None:
        """Terraform does not work on a file of another name, and changes would go unnoticed."""
        assert opened(put(tmp_path / "terraform.tfstate", ONE)).notes == ()
        assert "If this file is a copy" in opened(put(tmp_path / "pulled.json", ONE)).notes[0]

    def test_a_held_lock(self, tmp_path: Path) -> None:
        """Who holds it, for what and since when, and how a forgotten one is removed."""
        path = put(tmp_path / "terraform.tfstate", ONE)
        lock = put(tmp_path / ".terraform.tfstate.lock.info", LOCK)
        error = refused(path)
        assert error.why == "it is locked for apply by ann@workstation since 2026-11-30 07:05:12 UTC"
        assert error.then.endswith(f"If it ended without unlocking: remove {lock}")
        with pytest.raises(UserError, match="it is locked for apply"):
            opened(path).check_unchanged(opened(put(tmp_path / "copy", ONE)).read({}).revision)

    @pytest.mark.parametrize("info", ["", "[]", "{", '{"ID": 7, "Who": ["x"]}', "\x00", "[" * 100_000])
    def test_a_lock_that_says_nothing(self, tmp_path: Path, info: str) -> None:
        """A lock is one whatever is written in it."""
        path = put(tmp_path / "terraform.tfstate", ONE)
        put(tmp_path / ".terraform.tfstate.lock.info", info)
        assert refused(path).why == "it is locked"

    def test_nothing_there(self, tmp_path: Path) -> None:
        """The forms that there are come with the error."""
        error = refused(tmp_path / "nothing")
        assert error.why == "there is no such file or directory"
        assert "s3://BUCKET/KEY" in error.then
        assert refused("x" * 5000).why == "there is no such file or directory"
        assert refused("a\0b").why == "there is no such file or directory"

    def test_huge_files(self, tmp_path: Path) -> None:
        """What is larger than any state is not read to its end."""
        path = put(tmp_path / "terraform.tfstate", b"")
        os.truncate(path, 10**12)
        assert refused(path).why == "it has more than 64 MB, too many for a state"

    @pytest.mark.parametrize("url", ["gs://bucket/key", "https://example.com/terraform.tfstate", "S3://bucket/key"])
    def test_other_urls(self, url: str) -> None:
        """Terraform reads what it keeps elsewhere."""
        assert "terraform state pull | " in refused(url).then

    @pytest.mark.parametrize(
        "text", ["s3://", "s3://bucket", "s3://bucket/", "s3:///key", "s3://a_b c/key", "s3://bucket/a\nb"]
    )
    def test_incomplete_names_in_s3(self, text: str) -> None:
        """Both the bucket and the key are named."""
        assert refused(text).why == "it names no object: s3://BUCKET/KEY does"

    @pytest.mark.parametrize("options", [{"workspace": "dev"}, {"lock_table": "locks"}])
    def test_options_that_a_file_has_not(self, tmp_path: Path, options: dict[str, Any]) -> None:
        """They are refused instead of left unused."""
        path = put(tmp_path / "terraform.tfstate", ONE)
        assert "It goes with a Terraform directory" in refused(path, **options).then


class TestPipes:
    """Standard input and named pipes are read once, and that is said."""

    def test_standard_input(self) -> None:
        """A second reading is refused, also from a journal."""
        source = opened("-", stdin=io.BytesIO(ONE))
        assert not source.repeatable
        assert "cannot be read again" in source.notes[0]
        with pytest.raises(UserError, match="standard input: it can be read only once"):
            source.refuse_unrepeatable()
        found = source.read({})
        for it in (source, restore_source(source.document(), aws=no_aws)):
            with pytest.raises(UserError, match="standard input: it can be read only once"):
                it.check_unchanged(found.revision)

    def test_a_named_pipe(self, tmp_path: Path) -> None:
        """As a shell makes one of `<(terraform state pull)`."""
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        writer = threading.Thread(target=pipe.write_bytes, args=(ONE,))
        writer.start()
        source = opened(pipe)
        assert (addresses(source), source.repeatable) == (["aws_lb.one"], False)
        writer.join()

    def test_a_terminal(self) -> None:
        """Nobody types a state."""
        reading, writing = os.openpty()
        with os.fdopen(reading, "rb", buffering=0) as terminal, os.fdopen(writing, "wb", buffering=0):
            assert "terraform state pull |" in refused("-", stdin=terminal).then


@pytest.mark.parametrize(
    "document", [{}, {"kind": "file"}, {"kind": "file", "path": 7}, {"kind": "s3", "bucket": "b"}, {"kind": "other"}]
)
def test_journals_that_are_damaged(document: dict[str, Any]) -> None:
    """The place of the state is named again then."""
    with pytest.raises(UserError, match="the place of the state"):
        restore_source(document, aws=no_aws)
