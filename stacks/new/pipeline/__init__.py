"""The pipeline's files for the repository of an app."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from stacks.new.provenance import requirement

FOLDER = Path(__file__).parent
PIPELINES = ("github", "gitlab")
"""Where pipelines can run; the names of the files here."""
UNKNOWN = "preto-2-stacks @ git+https://github.com/OWNER/preto-2@COMMIT"
"""Stands in the files for what installs this project."""
COPIED = "prod"
"""The environment in the files here."""


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """A file, where it belongs, and what has to be done with it."""

    path: str
    text: str
    notes: tuple[str, ...]


def pipeline(name: str, environment: str) -> Pipeline:
    """Return the pipeline of an environment, which installs the project from where it is installed here."""
    installed = requirement()
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    text = text.replace(UNKNOWN, installed or UNKNOWN)
    text = re.sub(rf"(?<![\w.]){COPIED}(?![\w])", environment, text)
    missing = () if installed else ("put the address of this project, and a commit, in the place of OWNER and COMMIT",)
    if name == "github":
        path = f".github/workflows/deploy-{environment}.yml"
        text = text.replace("\nname: deploy\n", f"\nname: deploy-{environment}\n", 1)
        steps = (
            f"set the variables AWS_DEPLOY_ROLE_ARN, AWS_PLAN_ROLE_ARN, AWS_REGION and the environment {environment}"
        )
    else:
        path = ".gitlab-ci.yml"
        steps = "set the variables AWS_DEPLOY_ROLE_ARN and AWS_REGION"
    return Pipeline(path=path, text=text, notes=tuple(f"{path}: {it}" for it in (*missing, steps)))
