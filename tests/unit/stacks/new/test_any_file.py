"""Whatever the files of an app hold: an app, or one clear error, and never a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.errors import UserError
from stacks.new.app import App, conclude
from stacks.new.draft import Draft
from stacks.new.evidence import gather
from stacks.new.sources import Sources
from tests.unit.stacks.new.test_app import drafted

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS = (
    *("FROM x", "FROM x AS y", "FROM y", "ARG A=1", "ENV A=$A B", "ENV PORT 80", "EXPOSE $A", "CMD [", 'CMD ["a"]'),
    *("CMD uvicorn a:b --port", "ENTRYPOINT a", "HEALTHCHECK CMD", "HEALTHCHECK NONE", "RUN <<E", "E", "\\", "# x"),
    *("SHELL []", "web: gunicorn -b", "-r requirements.txt", "-r ../x", "fastapi", "[project]", "name = 1"),
    *('{"scripts": []}', "'", '"'),
)
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=8).map("\n".join)
FILES = (
    "Dockerfile",
    "Procfile",
    "requirements.txt",
    "pyproject.toml",
    "package.json",
    ".streamlit/config.toml",
    "app.py",
)
KEYS = ["http", "path", "healthcheck", "alias", "allowed_source_ips", "image", "build", "dockerfile", "context", "args"]
KEYS += ["port", "location", "count", "range", "min", "cpu_percentage", "value", "spot", "variables", "secrets"]
KEYS += [
    "secretsmanager",
    "storage",
    "ephemeral",
    "command",
    "cpu",
    "memory",
    "platform",
    "sidecars",
    "environments",
    "prod",
]
VALUES = st.recursive(
    st.sampled_from(["1", "1-9", "60s", "/x", "a b", "'", "true", "", "on", "linux/arm64", "x:y", "${COPILOT_X}"])
    | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


class Memory(Sources):
    """Files that are nowhere on a disk."""

    def code(self, *suffixes: str) -> Any:
        """Yield the planned files of these kinds."""
        return ((name, text) for name, text in self.planned.items() if name.endswith(suffixes))


def result(files: Mapping[str, str], **folder: Path) -> App | Draft | UserError:
    """Return the file for an app, the app where something has to be asked, or the error."""
    try:
        app = conclude(gather(Memory(folder.get("folder", Path("/nowhere/app")), dict(files)), "prod"))
        return drafted(app) if app.framework else app
    except UserError as error:
        return error


@given(files=st.dictionaries(st.sampled_from(FILES), TEXTS, max_size=4))
@settings(max_examples=80, deadline=None)
def test_no_text_of_a_file_ends_in_a_traceback(files: dict[str, str]) -> None:
    """Lines as they occur in such files, in any order, and any text between them."""
    assert isinstance(result(files), App | Draft | UserError)


@given(document=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8))
@settings(max_examples=80, deadline=None)
def test_no_manifest_ends_in_a_traceback(document: dict[str, Any], tmp_path_factory: Any) -> None:
    """Keys of Copilot's with values of any type; what the settings refuse is left out."""
    folder = tmp_path_factory.getbasetemp() / "manifest"
    (folder / "copilot" / "api").mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({**document, "name": "api", "type": "Load Balanced Web Service"})
    (folder / "copilot" / "api" / "manifest.yml").write_text(text, encoding="utf-8")
    found = result({"Dockerfile": "FROM x\nCMD uvicorn a:b"}, folder=folder)
    assert isinstance(found, App | Draft | UserError)
    if isinstance(found, UserError):
        assert "not written" not in str(found)
