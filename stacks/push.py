"""How an image gets into the repository: the lines to type."""

from __future__ import annotations

from templates.ecs import image

TAG = "TAG"
"""Stands for a tag that is not known yet."""
PLATFORMS = {"X86_64": "linux/amd64", "ARM64": "linux/arm64"}
"""Docker's names for the processors that a task can have."""


def lines(repository: str, *, environment: str, tag: str = TAG, architecture: str = "X86_64") -> tuple[str, ...]:
    """The commands that build an image, push it and deploy it; `repository` is its address, without a tag."""
    return (
        _login(repository),
        f"docker build --platform {PLATFORMS[architecture]} --tag {repository}:{tag} .",
        f"docker push {repository}:{tag}",
        f"python build.py deploy {environment} --image {tag}",
    )


def _login(repository: str) -> str:
    """ECR gives a password for some hours; other registries know their users."""
    registry, in_ecr = image.registry(repository), image.in_ecr(repository)
    if in_ecr is None:
        return f"docker login {registry}"
    login = f"docker login --username AWS --password-stdin {registry}"
    return f"aws ecr get-login-password --region {in_ecr.region} | {login}"
