"""How an image gets into the repository: the lines to type."""

from __future__ import annotations

from templates.ecs import image

TAG = "TAG"
"""Stands for a tag that is not known yet."""
STATE_DIR = ".sandbox"
"""Where the embedded AWS keeps its state unless it is said."""
PLATFORMS = {"X86_64": "linux/amd64", "ARM64": "linux/arm64"}
"""Docker's names for the processors that a task can have."""


def push_commands(
    repository: str, *, environment: str, tag: str = TAG, architecture: str = "X86_64", sandbox_state: str = ""
) -> tuple[str, ...]:
    """Return the commands that build an image, push it and deploy it; `repository` is its address, without a tag.

    `sandbox_state` is the folder of the embedded AWS, "" for any other: nothing can be pushed there, and so a tag
    without an image is placed.
    """
    if sandbox_state:
        options = "" if sandbox_state == STATE_DIR else f" --state-dir {sandbox_state}"
        options += " --architecture arm64" if architecture == "ARM64" else ""
        return (
            f"python -m sandbox.image{options} {repository} {tag}",
            f"python build.py deploy {environment} --image {tag}",
        )
    return (
        _login(repository),
        f"docker build --platform {PLATFORMS[architecture]} --tag {repository}:{tag} .",
        f"docker push {repository}:{tag}",
        f"python build.py deploy {environment} --image {tag}",
    )


def _login(repository: str) -> str:
    """ECR gives a password for some hours; other registries know their users."""
    registry, in_ecr = image.registry(repository), image.ecr_repository(repository)
    if in_ecr is None:
        return f"docker login {registry}"
    login = f"docker login --username AWS --password-stdin {registry}"
    return f"aws ecr get-login-password --region {in_ecr.region} | {login}"
