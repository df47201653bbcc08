"""The commit of a build: what makes an image one of it, and what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from stacks.images.commits import clean_commit, found_commit
from tests.support.engines import committed, git

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a git repository with an app in a folder of its own."""
    app = tmp_path / "repository" / "app"
    app.mkdir(parents=True)
    (app / "Dockerfile").write_text("FROM scratch\n")
    (app / "main.py").write_text("")
    (app.parent / ".gitignore").write_text("*.log\n")
    committed(app.parent)
    return app.parent


def refusal(repository: Path) -> str:
    """Return why the app's image would be of no commit."""
    with pytest.raises(UserError) as caught:
        clean_commit(repository / "app", repository / "app" / "Dockerfile", own=[repository / "app" / ".cache"])
    return str(caught.value)


def test_the_tag_is_the_commits(repository: Path) -> None:
    """Twelve characters of its id, whatever changes beside the context, is ignored by git or is written by us."""
    app = repository / "app"
    (repository / "environments.toml").write_text("changed")
    (app / "debug.log").write_text("ignored")
    (app / ".cache" / "lint").mkdir(parents=True)
    (app / ".cache" / "lint" / "x").write_text("ours")
    found = clean_commit(app, app / "Dockerfile", own=[app / ".cache"])
    assert found.revision == git(repository, "rev-parse", "HEAD")
    assert found.tag == found.revision[:12]


def test_any_change_in_the_context_counts(repository: Path) -> None:
    """Changed, staged, deleted and untracked files are named, the first five of them."""
    app = repository / "app"
    (app / "main.py").write_text("changed")
    assert "1 file of the image differs from the commit: app/main.py" in refusal(repository)
    for number in range(7):
        (app / f"{number}.py").write_text("")
    git(repository, "add", "app/0.py")
    assert "8 files of the image differ from the commit: app/0.py" in refusal(repository)
    assert "and 3 more" in refusal(repository)
    assert found_commit(app, app / "Dockerfile", own=()) is None


def test_a_dockerfile_outside_of_the_context_counts_too(repository: Path) -> None:
    """It decides what the image is."""
    outside = repository / "Dockerfile.prod"
    outside.write_text("FROM scratch\n")
    with pytest.raises(UserError, match=r"Dockerfile\.prod"):
        clean_commit(repository / "app", outside, own=())


def test_a_submodule_has_to_be_there_as_it_was_committed(repository: Path, tmp_path: Path) -> None:
    """An empty folder would go into the image in its place, and a changed one would not be the commit's."""
    library = tmp_path / "library"
    library.mkdir()
    (library / "x.py").write_text("")
    committed(library)
    allowed = ("-c", "protocol.file.allow=always")
    git(repository, *allowed, "submodule", "--quiet", "add", str(library), "app/library")
    committed(repository)
    clean_commit(repository / "app", repository / "app" / "Dockerfile", own=())
    (repository / "app" / "library" / "new.py").write_text("")
    assert "app/library" in refusal(repository)
    git(repository, "submodule", "--quiet", "deinit", "--force", "app/library")
    assert "submodule library: it is not checked out" in refusal(repository)


def test_without_git_there_is_no_tag(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor without a repository."""
    monkeypatch.setenv("PATH", str(repository))
    assert refusal(repository).startswith("git: it is not on PATH, and the tag is the commit's")
