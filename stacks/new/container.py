"""A Dockerfile for an app that has none: small, not as root, and listening where PORT says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stacks.errors import Code, UserError
from stacks.new import packages
from stacks.new.starting import start_command

if TYPE_CHECKING:
    from stacks.new.sources import Sources

FILE = "Dockerfile"
IGNORE = ".dockerignore"
IGNORED = """\
.git
.venv
venv
node_modules
__pycache__
*.pyc
.env
.env.*
.cache
.sandbox
out
environments
"""
PYTHON = "3.13"
NODE = "22"
_PYTHON_VERSION = re.compile(r"3\.(\d+)")


def dockerfile(sources: Sources, framework: str) -> str:
    """Return a Dockerfile. Raises UserError where nothing says how the app is started."""
    command = start_command(sources, framework)
    if command is None:
        raise UserError(
            FILE,
            "nothing says how the app is started",
            f"Write a {FILE} of your own, or a Procfile with `web: COMMAND` that listens on 0.0.0.0 and $PORT.",
            code=Code.FILE,
        )
    lines = _node() if sources.has(packages.PACKAGE_JSON) and not packages.is_python(sources) else _python(sources)
    return "\n".join([*lines, f'CMD ["sh", "-c", "{_escaped(command)}"]', ""])


def _python(sources: Sources) -> list[str]:
    return [
        f"FROM python:{_version(sources)}-slim",
        "ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1",
        "WORKDIR /app",
        *_installation(sources),
        "COPY . .",
        "RUN useradd --uid 1000 --create-home app",
        "USER 1000",
    ]


def _installation(sources: Sources) -> list[str]:
    """Return the lines that install what the app needs, before its code: a change of code keeps them."""
    requirements = next((name for name in packages.REQUIREMENTS if sources.has(name)), None)
    if sources.has("uv.lock"):
        return [
            "RUN pip install --no-cache-dir uv",
            "COPY pyproject.toml uv.lock ./",
            "RUN uv sync --frozen --no-dev --no-install-project",
            'ENV PATH="/app/.venv/bin:$PATH"',
        ]
    if sources.has("poetry.lock"):
        return [
            "RUN pip install --no-cache-dir poetry",
            "COPY pyproject.toml poetry.lock ./",
            "RUN POETRY_VIRTUALENVS_CREATE=false poetry install --only main --no-root --no-interaction",
        ]
    if requirements:
        folder = requirements.rpartition("/")[0]
        copied = f"COPY {folder} ./{folder}" if folder else f"COPY {requirements} ./"
        return [copied, f"RUN pip install --no-cache-dir -r {requirements}"]
    if sources.has(packages.PIPFILE):
        return [
            "RUN pip install --no-cache-dir pipenv",
            "COPY Pipfile* ./",
            "RUN pipenv install --system --deploy"
            if sources.has("Pipfile.lock")
            else "RUN pipenv install --system --skip-lock",
        ]
    if sources.has(packages.PYPROJECT):
        return ["COPY . .", "RUN pip install --no-cache-dir ."]
    return []


def _node() -> list[str]:
    return [
        f"FROM node:{NODE}-slim",
        "ENV NODE_ENV=production",
        "WORKDIR /app",
        "COPY package*.json ./",
        "RUN npm install --omit=dev",
        "COPY . .",
        "USER node",
    ]


def _version(sources: Sources) -> str:
    """Return the Python that the app asks for: .python-version, or the lowest that `requires-python` allows."""
    pinned = _PYTHON_VERSION.match((sources.text(".python-version") or "").strip())
    if pinned:
        return f"3.{pinned[1]}"
    project = sources.toml(packages.PYPROJECT).get("project")
    asked = str(project.get("requires-python", "")) if isinstance(project, dict) else ""
    exact = re.search(r"(?:==|~=)\s*3\.(\d+)", asked)
    below = re.search(r"<\s*3\.(\d+)", asked)
    if exact:
        return f"3.{exact[1]}"
    if below and int(below[1]) <= int(PYTHON.partition(".")[2]):
        return f"3.{int(below[1]) - 1}"
    return PYTHON


def _escaped(command: str) -> str:
    return command.replace("\\", "\\\\").replace('"', '\\"')
