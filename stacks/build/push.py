"""How an image gets into the repository: the lines to type."""

from __future__ import annotations

from stacks.terminal import PROGRAM
from templates.ecs import image

TAG = "TAG"
"""Stands for a tag that is not known yet."""
STATE_DIR = ".sandbox"
"""Where the embedded AWS keeps its state unless it is said."""
PLATFORMS = {"X86_64": "linux/amd64", "ARM64": "linux/arm64"}
"""Docker's names for the processors that a task can have."""


def copy_commands(source: str, target: str, *, environment: str, tag: str, architecture: str) -> tuple[str, ...]:
    """Return the commands that bring an image as it is from any registry to a repository of ECR, and deploy it."""
    registry = image.registry(target)
    region = found.region if (found := image.ecr_repository(target)) else ""
    login = f"docker login --username AWS --password-stdin {registry}"
    return (
        f"docker pull --platform {PLATFORMS[architecture]} {source}:{tag}",
        f"docker tag {source}:{tag} {target}:{tag}",
        f"aws ecr get-login-password --region {region} | {login}",
        f"docker push {target}:{tag}",
        f"{PROGRAM} deploy {environment} --image {tag}",
    )


def push_commands(
    repository: str, *, environment: str, tag: str = TAG, architecture: str = "X86_64", sandbox_state: str = ""
) -> tuple[str, ...]:
    """Return the commands that build an image, push it and deploy it; `repository` is its address, without a tag.

    `sandbox_state` is the folder of the embedded AWS, "" for any other: a tag without an image is placed there, for
    which no container engine is needed.
    """
    deploy = f"{PROGRAM} deploy {environment} --image {tag}"
    if sandbox_state:
        options = "" if sandbox_state == STATE_DIR else f" --state-dir {sandbox_state}"
        options += " --architecture arm64" if architecture == "ARM64" else ""
        return (f"python -m sandbox.image{options} {repository} {tag}", deploy)
    if image.is_in_ecr(repository):
        return (f"{PROGRAM} push {environment}{'' if tag == TAG else f' --tag {tag}'}", deploy)
    return (
        f"docker login {image.registry(repository)}",
        f"docker build --platform {PLATFORMS[architecture]} --tag {repository}:{tag} .",
        f"docker push {repository}:{tag}",
        deploy,
    )
