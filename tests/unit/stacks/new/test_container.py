"""The Dockerfile of an app that has none: what is installed, and what is started."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from stacks.new.container import dockerfile
from stacks.new.sources import Sources
from tests.unit.stacks.new.test_app import look

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

START = "exec streamlit run app.py"
PAGE = {"app.py": "import streamlit as st"}
FLASK = {"requirements.txt": "flask\ngunicorn", "shop/__init__.py": "from flask import Flask\napp = Flask('a')"}
NEXT = '{"dependencies": {"next": "15"}, "scripts": {"build": "next build", "start": "next start"}}'
APPS: dict[str, tuple[Mapping[str, str], tuple[str, ...], str]] = {
    "requirements": (
        {**PAGE, "requirements.txt": "streamlit"},
        ("COPY requirements.txt ./", "RUN pip install --no-cache-dir -r requirements.txt", "COPY . ."),
        START,
    ),
    "requirements that name other files": (
        {**PAGE, "requirements.txt": "streamlit\n-r more.txt", "more.txt": "pandas"},
        ("COPY . .", "RUN pip install --no-cache-dir -r requirements.txt"),
        START,
    ),
    "dependencies without a package": (
        {**PAGE, "pyproject.toml": '[project]\nname = "a"\nversion = "1"\ndependencies = ["streamlit"]'},
        ("COPY pyproject.toml ./", "RUN uv pip install --system --no-cache -r pyproject.toml", "COPY . ."),
        START,
    ),
    "a package": (
        {**PAGE, "pyproject.toml": '[project]\ndependencies = ["streamlit"]\n[build-system]\nrequires = ["hatchling"]'},
        ("COPY . .", "RUN pip install --no-cache-dir ."),
        START,
    ),
    "a page of its own name": (
        {"requirements.txt": "streamlit", "sales.py": "import streamlit", "pages/1.py": "import streamlit"},
        ("COPY requirements.txt ./",),
        "exec streamlit run sales.py",
    ),
    "an application in a package": (FLASK, (), "exec gunicorn --bind 0.0.0.0:${PORT:-8080} shop:app"),
    "dash by itself": (
        {"requirements.txt": "dash", "board.py": "from dash import Dash\napp = Dash()\napp.run()"},
        (),
        "HOST=0.0.0.0 PORT=${PORT:-8080} exec python board.py",
    ),
    "node that is built": (
        {"package.json": NEXT, "package-lock.json": "{}"},
        ("RUN npm ci --include=dev", "COPY . .", "RUN npm run build && npm prune --omit=dev"),
        "exec next start",
    ),
    "node": (
        {"package.json": '{"scripts": {"start": "node s.js"}}'},
        ("ENV NODE_ENV=production PATH=/app/node_modules/.bin:$PATH", "RUN npm install --omit=dev", "COPY . ."),
        "exec node s.js",
    ),
}


@pytest.mark.parametrize(("files", "lines", "command"), APPS.values(), ids=APPS)
def test_a_dockerfile_is_written_for_each_way_to_install(
    files: Mapping[str, str], lines: tuple[str, ...], command: str, tmp_path: Path
) -> None:
    """It installs before it copies the code, where it can, and starts the app where PORT says."""
    app = look(tmp_path, files)
    assert app.framework is not None
    written = dockerfile(Sources(tmp_path), app.framework.value).splitlines()
    assert written[-1] == f'CMD ["sh", "-c", "{command}"]'
    places = [written.index(line) for line in lines]
    assert places == sorted(places)


def test_an_app_without_a_known_start_is_refused(tmp_path: Path) -> None:
    """With two pages, neither of a usual name, nobody can know which one is the first."""
    look(tmp_path, {"requirements.txt": "streamlit", "a.py": "import streamlit", "b.py": "import streamlit"})
    with pytest.raises(UserError, match="nothing says how the app is started"):
        dockerfile(Sources(tmp_path), "streamlit")
