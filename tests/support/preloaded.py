"""A Python that has loaded the project and forks: a command from it is a process of its own, without 0.6 s of imports.

What differs from a start by a shell: what an interpreter reads before its first line (`PYTHON...`, the locale, the seed
of hashes) is that of the test process; modules that a command would not have needed are loaded, and so are botocore's
descriptions of services; an exit code ends the process without taking apart what is loaded. Tests of what differs set
`Project.fresh`.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

import stacks
import templates
from stacks.aws.clients import SERVICES, Clients
from tests.support.service_models import read_service_models_once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[2]
BUILD = str(ROOT / "build.py")
NUMBER = struct.Struct("i")
UNLOADED = ("sandbox", "stacks.lint.__main__", "stacks.lint.linter", "stacks.lint.rules")
"""What no command loads, or nearly none: the server and the rules. Of cfn-lint only the schemas' reader is loaded, half
a second, which every command needs that derives rights for an account that has not been seen."""


@dataclass(frozen=True)
class Preloaded:
    """The waiting Python, and the socket on which it takes one command after the other."""

    process: subprocess.Popen[bytes]
    asking: socket.socket
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(
        self, words: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdin: str, patience: float
    ) -> subprocess.CompletedProcess[str]:
        """Run `python build.py WORDS`; `stdin` is at most the 64 KiB of a pipe.

        Raises TimeoutExpired after `patience` seconds, and kills it.
        """
        wanted = {"words": words, "cwd": str(cwd), "env": dict(env)}
        temporary = tempfile.TemporaryFile
        with self.lock, temporary("w+") as out, temporary("w+") as err, temporary("w+") as request:
            json.dump(wanted, request)
            request.seek(0)
            reading, writing = os.pipe()
            os.write(writing, stdin.encode())
            os.close(writing)
            socket.send_fds(self.asking, [b"!"], [reading, out.fileno(), err.fileno(), request.fileno()])
            os.close(reading)
            code = self._wait(words, patience)
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess([BUILD, *words], code, out.read(), err.read())

    def _wait(self, words: Sequence[str], patience: float) -> int:
        pid = self._number(None)
        try:
            return self._number(patience)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            self._number(None)
            raise subprocess.TimeoutExpired([BUILD, *words], patience) from None

    def _number(self, patience: float | None) -> int:
        self.asking.settimeout(patience)
        answer = self.asking.recv(NUMBER.size)
        assert answer, "the Python that has loaded the project has ended; it says why on stderr"
        (number,) = NUMBER.unpack(answer)
        return int(number)

    def end(self) -> None:
        """Close the socket, upon which it ends, and wait for it."""
        self.asking.close()
        self.process.wait()


@functools.cache
def preloaded() -> Preloaded:
    """Return the preloaded Python of this test process; the first call starts it."""
    ours, its = socket.socketpair()
    with its:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.preloaded", str(its.fileno())],
            cwd=ROOT,
            pass_fds=[its.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    found = Preloaded(process, ours)
    atexit.register(found.end)
    return found


def _load() -> None:
    read_service_models_once()
    for package in (stacks, templates):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(UNLOADED):
                importlib.import_module(module.name)
    client: Any = boto3.Session("none", "none", region_name="us-east-1").client
    for name in ("sts", *Clients.__annotations__):
        client(SERVICES.get(name, name)).close()
    importlib.import_module("cfnlint.schema")
    gc.collect()
    gc.freeze()


def _next(asked: socket.socket) -> list[str] | None:
    """Return the words of a command, in a fork with its folder and environment; None when no more can come."""
    while True:
        message, files, *_ = socket.recv_fds(asked, 1, 4)
        if not message:
            return None
        pid = os.fork()
        if not pid:
            asked.close()
            return _become(files)
        for file in files:
            os.close(file)
        asked.sendall(NUMBER.pack(pid))
        asked.sendall(NUMBER.pack(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])))


def _become(files: list[int]) -> list[str]:
    for number, file in enumerate(files[:3]):
        os.dup2(file, number)
        os.close(file)
    with os.fdopen(files[3]) as request:
        wanted = json.load(request)
    os.chdir(wanted["cwd"])
    os.environ.clear()
    os.environ.update(wanted["env"])
    words: list[str] = wanted["words"]
    return words


def _run(words: list[str]) -> None:
    """Run the command and end the process with its exit code.

    At its end an interpreter takes all that is loaded apart, which in a fork costs more than most commands. It is left
    out once the streams are written, the threads are over and the exit handlers have run.
    """
    sys.argv = [BUILD, *words]
    try:
        runpy.run_path(BUILD, run_name="__main__")
    except SystemExit as ended:
        if not isinstance(ended.code, int):
            raise
        threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - what an interpreter does first at its end
        atexit._run_exitfuncs()  # noqa: SLF001 - and what second
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):  # The interpreter has words and an exit code of its own for that.
            raise ended from None
        os._exit(ended.code)


if __name__ == "__main__":
    _load()
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        words = _next(asked)
    if words is not None:
        _run(words)
