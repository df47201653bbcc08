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
ALL = "COPY . ."
PYTHON = "3.13"
NODE = "22"
_OTHER_FILES = re.compile(r"^\s*(?:-[rce]\b|--(?:requirement|constraint|editable)\b|\.|file:)", re.MULTILINE)
"""Lines of a requirements file that name files or folders beside it."""
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
    lines = (
        _node(sources) if sources.has(packages.PACKAGE_JSON) and not packages.is_python(sources) else _python(sources)
    )
    return "\n".join([*lines, f'CMD ["sh", "-c", "{_escaped(command)}"]', ""])


def _python(sources: Sources) -> list[str]:
    installation = _installation(sources)
    return [
        f"FROM python:{_version(sources)}-slim",
        "ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1",
        "WORKDIR /app",
        *installation,
        *([] if ALL in installation else [ALL]),
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
        return [_copied(sources, requirements), f"RUN pip install --no-cache-dir -r {requirements}"]
    if sources.has(packages.PIPFILE):
        return [
            "RUN pip install --no-cache-dir pipenv",
            "COPY Pipfile* ./",
            "RUN pipenv install --system --deploy"
            if sources.has("Pipfile.lock")
            else "RUN pipenv install --system --skip-lock",
        ]
    return _of_pyproject(sources) if sources.has(packages.PYPROJECT) else []


def _of_pyproject(sources: Sources) -> list[str]:
    """Return the lines that install a package, or what a list of dependencies names that is none."""
    if packages.table(sources.toml(packages.PYPROJECT), "build-system"):
        return [ALL, "RUN pip install --no-cache-dir ."]
    return [
        "RUN pip install --no-cache-dir uv",
        "COPY pyproject.toml ./",
        "RUN uv pip install --system --no-cache -r pyproject.toml",
    ]


def _copied(sources: Sources, requirements: str) -> str:
    """Return the line that copies a requirements file: with its folder, or all, where it names other files."""
    if _OTHER_FILES.search(sources.text(requirements) or ""):
        return ALL
    folder = requirements.rpartition("/")[0]
    return f"COPY {folder} ./{folder}" if folder else f"COPY {requirements} ./"


def _node(sources: Sources) -> list[str]:
    """Return what installs and, where there is such a script, builds it, for which it needs what is for development."""
    install = "ci" if sources.has("package-lock.json") else "install"
    head = [
        f"FROM node:{NODE}-slim",
        "ENV NODE_ENV=production PATH=/app/node_modules/.bin:$PATH",
        "WORKDIR /app",
        "COPY package*.json ./",
    ]
    if packages.script(sources, "build"):
        steps = [f"RUN npm {install} --include=dev", ALL, "RUN npm run build && npm prune --omit=dev"]
    else:
        steps = [f"RUN npm {install} --omit=dev", ALL]
    return [*head, *steps, "USER node"]


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
