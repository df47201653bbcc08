"""Put an image into the sandbox's registry through the ECR API: `python -m sandbox.image REPOSITORY TAG`.

The repository is a name, or an address that includes its account and region.

The image is a manifest and a configuration without layers. That is enough for services of the sandbox, whose tasks are
records and not containers.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import re
import sys
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sandbox.address import DEFAULT_ACCOUNT
from sandbox.process import running
from stacks.errors import UserError, uninstalled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from types_boto3_ecr import ECRClient

    from sandbox.address import Address

_ADDRESS = re.compile(r"([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/(.+)")
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
EXIT_CODE, LOG = "sandbox.exit-code", "sandbox.log"
"""Annotations of the manifest: the exit code with which its containers end at once, and the log that they write."""
SCRIPT = "sandbox.script"
"""Annotation of the manifest: what commands do in tasks of their own, as JSON."""
SERVES = "sandbox.serves"
"""Annotation of the manifest: on which port its containers listen and what they answer, as JSON."""
_CONFIG = "application/vnd.oci.image.config.v1+json"


def place_image(  # noqa: PLR0913 - what an image has
    address: Address,
    repository: str,
    tag: str,
    *,
    architecture: str = "amd64",
    command: Sequence[str] = (),
    exit_code: int | None = None,
    log: Sequence[str] = (),
    script: Sequence[Mapping[str, Any]] = (),
    port: int | None = None,
    port_variable: str = "",
    health: Mapping[str, int] = MappingProxyType({}),
) -> str:
    """Put an image with this tag into an existing repository, and return its digest.

    `architecture` (`amd64` or `arm64`), `command` and the exposed `port` go into its configuration. Its containers
    listen on that port, or on the one in the variable `port_variable` where they have it, and answer the paths in
    `health` with these codes and others with 404. Without `health` they answer all with 200; without a port they
    listen where they are asked. With none of these three, all health checks succeed. Containers of a service write the
    lines of `log` when they start, and with `exit_code` they end at once with that code. `script` says what commands do
    in tasks without a service, the first whose `command` (a pattern of `fnmatch`) fits: they write the lines of `log`,
    take `seconds`, and end with `exit_code`, or run on where that is null. `reason` is the container's, `stop_code` the
    task's, and `fails` says why it cannot be started. The same arguments always give the same image. Raises UserError
    if the repository does not exist, or if the tag exists and is immutable.
    """
    ecr = _client(address)
    cmd = {"Cmd": list(command)} if command else {}
    exposed: dict[str, Any] = {"ExposedPorts": {f"{port}/tcp": {}}} if port else {}
    configuration = json.dumps(
        {"architecture": architecture, "os": "linux", "config": {"Labels": {"tag": tag}, **cmd, **exposed}}
    ).encode()
    serves = {"port": port, "variable": port_variable, "paths": dict(health)}
    try:
        digest = _upload(ecr, repository, configuration)
        image = ecr.put_image(
            repositoryName=repository,
            imageTag=tag,
            imageManifest=_manifest(
                digest,
                len(configuration),
                ({} if exit_code is None else {EXIT_CODE: str(exit_code)})
                | ({LOG: "\n".join(log)} if log else {})
                | ({SCRIPT: json.dumps(list(script))} if script else {})
                | ({SERVES: json.dumps(serves)} if any(serves.values()) else {}),
            ),
            imageManifestMediaType=_MANIFEST,
        )
    except ecr.exceptions.ClientError as error:
        raise UserError(f"Image {repository}:{tag}", error.response["Error"]["Message"]) from error
    return str(image["image"]["imageId"]["imageDigest"])


def create_repository(address: Address, repository: str) -> None:
    """Create the repository, if it does not exist."""
    ecr = _client(address)
    with contextlib.suppress(ecr.exceptions.RepositoryAlreadyExistsException):
        ecr.create_repository(repositoryName=repository)


def _client(address: Address) -> ECRClient:
    import boto3  # noqa: PLC0415 - the server needs this file's annotations alone; and `main` says what is missing

    return boto3.client(
        "ecr",
        endpoint_url=address.endpoint_url,
        region_name=address.region,
        aws_access_key_id=address.access_key_id,
        aws_secret_access_key=address.secret_access_key,
    )


def _upload(ecr: ECRClient, repository: str, content: bytes) -> str:
    """Upload a blob to the repository, and return its digest."""
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    upload_id = ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
    ecr.upload_layer_part(
        repositoryName=repository,
        uploadId=upload_id,
        partFirstByte=0,
        partLastByte=len(content) - 1,
        layerPartBlob=content,
    )
    ecr.complete_layer_upload(repositoryName=repository, uploadId=upload_id, layerDigests=[digest])
    return digest


def _manifest(digest: str, size: int, marks: Mapping[str, str]) -> str:
    described = {"mediaType": _CONFIG, "digest": digest, "size": size}
    marked = {"annotations": dict(marks)} if marks else {}
    return json.dumps({"schemaVersion": 2, "mediaType": _MANIFEST, "config": described, "layers": [], **marked})


def _read_script(path: Path) -> list[Mapping[str, Any]]:
    """Return the script in a JSON file. Raises UserError for one that is no list of objects with a `command`."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"--script {path}", str(error)) from error
    if not isinstance(found, list) or not all(isinstance(it, dict) and "command" in it for it in found):
        raise UserError(f"--script {path}", 'it is no list of objects such as {"command": "...", "exit_code": 0}')
    return found


def _answer(text: str) -> tuple[str, int]:
    """Return path and code of `/healthz=204`; 200 without a code. Raises ValueError."""
    path, _, code = text.partition("=")
    if not path.startswith("/"):
        raise ValueError(text)
    return path, int(code or 200)


def _address(repository: str) -> tuple[str, str, str] | None:
    """Return account, region and name of a repository that is given by its address."""
    found = _ADDRESS.fullmatch(repository)
    return (found[1], found[2], found[3]) if found else None


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command's arguments."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.image", description=__doc__)
    parser.add_argument("repository", help="its name or its address, as `outputs ENV ecr_repository_url` has it")
    parser.add_argument("tag")
    parser.add_argument("--state-dir", type=Path, default=Path(".sandbox"))
    parser.add_argument("--region", default="ap-northeast-2", help="of a repository that is given by its name")
    parser.add_argument("--account", default=DEFAULT_ACCOUNT, help="likewise")
    parser.add_argument("--architecture", choices=("amd64", "arm64"), default="amd64", help="what it is built for")
    parser.add_argument("--command", action="append", default=[], help="a word of its command (any number)")
    parser.add_argument("--create", action="store_true", help="make the repository where it is not there")
    parser.add_argument("--exit-code", type=int, help="let containers of this image end at once with this code")
    parser.add_argument(
        "--log", action="append", default=[], help="a line that they write when they start (any number)"
    )
    parser.add_argument("--port", type=int, help="the port that it exposes, and on which its containers listen")
    parser.add_argument("--port-variable", default="", metavar="NAME", help="the variable whose port wins over that")
    parser.add_argument(
        "--health",
        action="append",
        default=[],
        type=_answer,
        metavar="PATH[=CODE]",
        help="a path that its containers answer, with 200 or this code (any number); all others get 404",
    )
    parser.add_argument("--script", type=Path, help="JSON file that says what commands do in tasks of their own")
    return parser


def _place(given: argparse.Namespace) -> str:
    """Put the image where the arguments say, and return its digest."""
    account, region, repository = _address(given.repository) or (given.account, given.region, given.repository)
    with running(state_dir=given.state_dir, region=region) as found:
        address = found.as_account(account)
        if given.create:
            create_repository(address, repository)
        return place_image(
            address,
            repository,
            given.tag,
            architecture=given.architecture,
            command=given.command,
            exit_code=given.exit_code,
            log=given.log,
            script=_read_script(given.script) if given.script else (),
            port=given.port,
            port_variable=given.port_variable,
            health=dict(given.health),
        )


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    given = _parser().parse_args(arguments)
    try:
        digest = _place(given)
    except (ImportError, UserError) as error:
        problem = uninstalled(error) if isinstance(error, ImportError) else error
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write(f"{given.repository}:{given.tag} {digest}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
