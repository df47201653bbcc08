"""A stand-in for a container engine's program: it records what it is asked, and builds nothing.

It runs as `docker` or `podman` on PATH (tests/support/engines.py), with the standard library alone. Each call is a line
of `calls.jsonl` beside it: the words, what came on standard input, and the environment. `behaviour.json` says what it
has and what fails. A "build" remembers its name, platform and labels. A "push" to a registry on this machine is a real
one, by the registry's protocol and with the password of the last login: an image without layers, with that platform
and those labels.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import itertools
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(sys.argv[1])
NAME, *WORDS = sys.argv[2:]
CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def main() -> int:
    """Record the call and answer it."""
    behaviour = json.loads((HERE / "behaviour.json").read_text())
    step = next((word for word in WORDS if word in {"login", "build", "push"}), "")
    given = sys.stdin.read() if step == "login" else ""
    with (HERE / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps({"name": NAME, "words": WORDS, "stdin": given, "environment": dict(os.environ)}) + "\n")
    if not step:
        return about(behaviour)
    if step in behaviour.get("waits", []):
        (HERE / "waiting").touch()
        signal.signal(signal.SIGINT, lambda *_: ended_by_interrupt())
        time.sleep(60)
    if failure := behaviour.get(step):
        sys.stderr.write(failure["says"] + "\n")
        if "signal" in failure:
            os.kill(os.getpid(), failure["signal"])
        return int(failure["code"])
    return {"login": login, "build": build, "push": push}[step](given)


def ended_by_interrupt() -> None:
    """Leave a trace that Ctrl-C has come, and end as docker does."""
    (HERE / "interrupted").touch()
    sys.exit(130)


def say(text: str) -> None:
    """Write a line, on standard error as engines do."""
    sys.stderr.write(f"{text}\n")


def about(behaviour: dict[str, Any]) -> int:
    """Say whether there is an engine, and whether it has buildx."""
    if WORDS == ["--version"]:
        sys.stdout.write(behaviour.get("version", f"{NAME} version 28.2.2"))
    elif WORDS[0] in {"version", "info"} and not behaviour.get("runs", True):
        say(behaviour.get("stopped", "Cannot connect to the Docker daemon. Is the docker daemon running?"))
        return 1
    elif WORDS[0] == "buildx" and not behaviour.get("buildx", True):
        say("docker: unknown command: docker buildx")
        return 1
    return 0


def login(password: str) -> int:
    """Keep the password, as an engine does."""
    (HERE / "password").write_text(password)
    say("Login Succeeded")
    return 0


def build(_: str) -> int:
    """Remember what would be built."""
    labels = dict(value.split("=", 1) for option, value in itertools.pairwise(WORDS) if option == "--label")
    platform = WORDS[WORDS.index("--platform") + 1]
    made = {"platform": platform, "labels": labels}
    (HERE / "built.json").write_text(json.dumps(made | {"name": WORDS[WORDS.index("--tag") + 1]}))
    say("#1 [internal] load build definition from Dockerfile")
    return 0


def push(_: str) -> int:
    """Push the image that was remembered by this name."""
    built = json.loads((HERE / "built.json").read_text())
    if built["name"] != WORDS[-1]:
        say(f"An image does not exist locally with the tag: {WORDS[-1]}")
        return 1
    host, _, rest = WORDS[-1].partition("/")
    name, _, tag = rest.rpartition(":")
    system, _, architecture = built["platform"].partition("/")
    config = {"architecture": architecture, "os": system, "config": {"Labels": built["labels"]}}
    blob = json.dumps(config).encode()
    digest = f"sha256:{hashlib.sha256(blob).hexdigest()}"
    where = send(host, "POST", f"/v2/{name}/blobs/uploads/", b"")
    send(host, "PUT", f"{where}?digest={digest}", blob)
    described = {"mediaType": CONFIG, "digest": digest, "size": len(blob)}
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": described, "layers": []}
    send(host, "PUT", f"/v2/{name}/manifests/{tag}", json.dumps(manifest).encode())
    say(f"{tag}: pushed")
    return 0


def send(host: str, method: str, path: str, body: bytes) -> str:
    """Send one request with the password, and return where it leads; what is refused ends the program."""
    kept = HERE / "password"
    token = base64.b64encode(f"AWS:{kept.read_text() if kept.exists() else ''}".encode()).decode()
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request(method, path, body, {"Authorization": f"Basic {token}", "Content-Type": MANIFEST})
    answer = connection.getresponse()
    said = answer.read().decode()
    if answer.status >= 400:
        (error,) = json.loads(said)["errors"]
        say(f"{error['code'].lower()}: {error['message']}")
        sys.exit(1)
    return answer.headers.get("Location", "")


sys.exit(main())
