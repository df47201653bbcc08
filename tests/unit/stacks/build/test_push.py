"""What to type for an image."""

from __future__ import annotations

from stacks.build.push import copy_commands, push_commands

ECR = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/preto-2-prod"


def test_push_does_it_where_the_repository_is_in_ecr() -> None:
    """Under the tag that was asked for, or the commit's."""
    assert push_commands(ECR, environment="prod", tag="v1", architecture="ARM64") == (
        "python build.py push prod --tag v1",
        "python build.py deploy prod --image v1",
    )
    assert push_commands(ECR, environment="prod")[0] == "python build.py push prod"


def test_the_embedded_aws_takes_a_tag_without_an_image() -> None:
    """In the account and region of the repository's address, and in the folder where its state is."""
    placed, deploy = push_commands(ECR, environment="local", tag="v1", sandbox_state=".sandbox")
    assert placed == f"python -m sandbox.image {ECR} v1"
    assert deploy == "python build.py deploy local --image v1"
    elsewhere, _ = push_commands(ECR, environment="local", architecture="ARM64", sandbox_state="other")
    assert elsewhere == f"python -m sandbox.image --state-dir other --architecture arm64 {ECR} TAG"


def test_another_registry_knows_its_users() -> None:
    """ECR's password is not asked for; a name without a host is Docker Hub's."""
    login, build, *_ = push_commands("ghcr.io/team/app", environment="prod")
    assert login == "docker login ghcr.io"
    assert build == "docker build --platform linux/amd64 --tag ghcr.io/team/app:TAG ."
    assert push_commands("team/app", environment="prod")[0] == "docker login docker.io"


def test_an_image_of_another_registry_is_brought_over_as_it_is() -> None:
    """It is the one that runs, and is not built again."""
    pull, tag, login, push, _ = copy_commands(
        "ghcr.io/team/app", ECR, environment="prod", tag="v1", architecture="ARM64"
    )
    assert pull == "docker pull --platform linux/arm64 ghcr.io/team/app:v1"
    assert tag == f"docker tag ghcr.io/team/app:v1 {ECR}:v1"
    assert login.startswith("aws ecr get-login-password --region ap-northeast-2 | docker login --username AWS ")
    assert push == f"docker push {ECR}:v1"
