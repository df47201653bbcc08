"""An image whose command has the app listen elsewhere than the settings say."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from stacks.errors import UserError
from stacks.preflight.command import check_command
from stacks.preflight.contents import Contents
from tests.e2e.preflight.test_preflight import push_index
from tests.support.commands import project
from tests.support.world import MANIFEST, PRETO, settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

REPOSITORY = "preto-2-prod"
RUN = ("streamlit", "run", "app.py")


@pytest.fixture
def registry(empty: World) -> World:
    """Give an account with the repository, and nothing else."""
    empty.aws.ecr.create_repository(repositoryName=REPOSITORY)
    return empty


def test_a_port_in_the_images_command_is_refused_before_anything_is_made(registry: World, tmp_path: Path) -> None:
    """The load balancer would ask on another port than Streamlit listens on, until the deployment fails."""
    here = project(tmp_path, registry.account.env)
    here.succeed("bootstrap", "prod", "--yes", "--quiet")
    place_image(registry.account.address, REPOSITORY, "v1", command=[*RUN, "--server.port=8501"])
    error = here.fail("plan", "prod", "--image", "v1", "--var", "network_container_port=8080")
    assert "image v1: its command has --server.port=8501, which wins over [network] container_port: 8080" in error
    assert "Remove the flag from the image's command, or set container_port to this." in error
    registry.aws.ecr.create_repository(repositoryName="team/app")
    place_image(registry.account.address, "team/app", "v2", command=[*RUN, "--server.port=80"])
    other = f"ecs_image={registry.account.account_id}.dkr-ecr.ap-northeast-2.on.aws/team/app"
    assert "its command has --server.port=80" in here.fail("plan", "prod", "--image", "v2", "--var", other)


def said(
    registry: World, config: dict[str, Any], ecs: dict[str, Any] | None = None, app: str = "streamlit", **network: Any
) -> str:
    """What is said of an image with this configuration."""
    blob, ecr = json.dumps({"architecture": "amd64", "os": "linux", "config": config}).encode(), registry.aws.ecr
    digest = f"sha256:{hashlib.sha256(blob).hexdigest()}"
    upload = {
        "repositoryName": REPOSITORY,
        "uploadId": ecr.initiate_layer_upload(repositoryName=REPOSITORY)["uploadId"],
    }
    ecr.upload_layer_part(**upload, partFirstByte=0, partLastByte=len(blob) - 1, layerPartBlob=blob)
    ecr.complete_layer_upload(**upload, layerDigests=[digest])
    manifest = MANIFEST | {"config": {"mediaType": "application/json", "size": len(blob), "digest": digest}}
    tag = digest[7:20]
    ecr.put_image(repositoryName=REPOSITORY, imageTag=tag, imageManifest=json.dumps(manifest))
    return check_command(
        Contents(registry.aws, REPOSITORY, tag),
        settings(app={"framework": app}, network=network, ecs=PRETO["ecs"] | (ecs or {})),
        "v1",
    )


SHELL = ["/bin/sh", "-c"]
REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "two words": ({"Cmd": [*RUN, "--server.port", "80"]}, {}, "--server.port=80, which wins over"),
    "an entry point": ({"Entrypoint": [*RUN, "--server.port=80"]}, {}, "--server.port=80"),
    "a line for a shell": ({"Cmd": [*SHELL, "streamlit run a.py --server.port=80"]}, {}, "--server.port=80"),
    "the last one counts": ({"Cmd": [*RUN, "--server.port=8501", "--server.port=80"]}, {}, "--server.port=80"),
    "the image's variable": (
        {"Cmd": [*SHELL, "streamlit run a.py --server.port=$PORT"], "Env": ["PATH=/bin", "PORT=80"]},
        {},
        "--server.port=80",
    ),
    "a default": ({"Cmd": [*SHELL, "streamlit run a.py --server.port ${PORT:-80}"]}, {}, "--server.port=80"),
    "a base path": ({"Cmd": [*RUN, "--server.baseUrlPath=/old"]}, {"base_url_path": "new"}, "base_url_path: 'new'"),
    "its own address": ({"Cmd": [*RUN, "--server.address=localhost"]}, {}, "only the container itself reaches"),
}


def test_flags_that_are_not_what_the_settings_say(registry: World) -> None:
    """However the command is written."""
    for case, (config, network, why) in REFUSED.items():
        with pytest.raises(UserError) as error:
            said(registry, config, **network)
        assert why in str(error.value), case


FITTING: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"Cmd": ["./start.sh"]}, {"container_port": 8080}),
    ({"Cmd": [*RUN, "--server.port=8080", "--server.address=0.0.0.0"]}, {"container_port": 8080}),
    ({"Cmd": [*SHELL, "streamlit run a.py --server.port=$STREAMLIT_SERVER_PORT"]}, {"container_port": 8080}),
    ({"Cmd": [*RUN, "--server.baseUrlPath=/app/"]}, {"base_url_path": "app"}),
]


def test_flags_that_are_what_the_settings_say(registry: World) -> None:
    """And commands that have none."""
    for config, network in FITTING:
        assert not said(registry, config, **network), config


def test_a_command_of_the_settings_is_read_instead_of_the_images(registry: World) -> None:
    """An entry point takes the image's command with it; a command keeps the image's entry point."""
    wrong, right = "--server.port=80", "--server.port=8501"
    image = {"Entrypoint": [*RUN], "Cmd": [wrong]}
    assert not said(registry, image, {"command": (right,)})
    assert not said(registry, image, {"entry_point": RUN})
    with pytest.raises(UserError, match=f"ecs.command: it has {wrong}, which wins over"):
        said(registry, {"Cmd": [right]}, {"command": (*RUN, wrong)})
    with pytest.raises(UserError, match=f"it has {wrong}"):
        said(registry, {"Entrypoint": [*RUN, wrong]}, {"command": ("--",)})


def test_without_our_options_the_port_is_the_images(registry: World) -> None:
    """Its variable counts, or that of the settings."""
    image = {"Cmd": [*SHELL, "streamlit run a.py --server.port=$STREAMLIT_SERVER_PORT"]}
    own = image | {"Env": ["STREAMLIT_SERVER_PORT=80"]}
    assert not said(registry, own)
    with pytest.raises(UserError, match=r"its command has --server\.port=80"):
        said(registry, own, {"streamlit_options": False})
    ours = {"streamlit_options": False, "environment": {"STREAMLIT_SERVER_PORT": "8501"}}
    assert not said(registry, own, ours)


def test_what_is_not_known_is_said_where_streamlits_own_port_is_not_meant(registry: World) -> None:
    """A variable that nobody sets; an index whose image is not there. It says where Streamlit must answer."""
    shell = {"Cmd": [*SHELL, "streamlit run a.py --server.port=$PORT"]}
    assert said(registry, shell, container_port=8080).endswith(
        "because a variable of its shell is in it; it must answer on port 8080"
    )
    assert not said(registry, shell)
    push_index(registry, "both", "arm64", "amd64")
    contents = Contents(registry.aws, REPOSITORY, "both")
    assert "because its manifest names no configuration" in check_command(
        contents, settings(network={"base_url_path": "app"}), "both"
    )


def test_of_a_web_app_the_exposed_ports_and_the_servers_options_are_read(registry: World) -> None:
    """Both are in the image's configuration, and PORT is what the templates set."""
    assert "exposes port 3000" in said(registry, {"ExposedPorts": {"3000/tcp": {}, "53/udp": {}}}, app="web")
    assert not said(registry, {"ExposedPorts": {"3000/tcp": {}}}, app="web", container_port=3000)
    with pytest.raises(UserError, match="uvicorn listen on port 8000"):
        said(registry, {"Cmd": [*SHELL, "uvicorn main:app --host 0.0.0.0"]}, app="web")
    assert not said(registry, {"Cmd": [*SHELL, "uvicorn main:app --host 0.0.0.0 --port $PORT"]}, app="web")


def test_of_an_index_the_image_for_the_tasks_processor_is_read(registry: World) -> None:
    """Another one's command is nobody's."""
    port = {"amd64": "8501", "arm64": "80"}
    entries = [
        {
            "digest": place_image(
                registry.account.address, REPOSITORY, it, architecture=it, command=[*RUN, f"--server.port={port[it]}"]
            ),
            "platform": {"architecture": it, "os": "linux"},
        }
        for it in port
    ]
    index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": entries}
    registry.aws.ecr.put_image(repositoryName=REPOSITORY, imageTag="both", imageManifest=json.dumps(index))
    contents = Contents(registry.aws, REPOSITORY, "both")
    assert not check_command(contents, settings(), "both")
    with pytest.raises(UserError, match=r"--server\.port=80"):
        check_command(contents, settings(ecs={"architecture": "ARM64"}), "both")
