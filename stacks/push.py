"""How an image gets into the repository: the lines to type."""

from __future__ import annotations

TAG = "TAG"
"""Stands for a tag that is not known yet."""


def lines(repository: str, *, region: str, environment: str, tag: str = TAG) -> tuple[str, ...]:
    """The commands that build an image, push it and deploy it; `repository` is its address, without a tag."""
    registry = repository.split("/", 1)[0]
    login = f"docker login --username AWS --password-stdin {registry}"
    return (
        f"aws ecr get-login-password --region {region} | {login}",
        f"docker build --platform linux/amd64 --tag {repository}:{tag} .",
        f"docker push {repository}:{tag}",
        f"python build.py deploy {environment} --image {tag}",
    )
