"""Servers of the small apps, with the environment that a container would have."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PAGE = Path(__file__).parent / "app" / "page.py"
WITH_LOGIN = PAGE.with_name("main.py")
START_SECONDS = 60
"""Longest wait for a server that starts; on a busy machine it takes a few seconds."""
STOP_SECONDS = 30
"""Longest wait for one that was told to stop."""


def reserved_port() -> int:
    """Return a port that no other process is given: a server that is told to use it may listen on it.

    It stays bound here, without listening, until this process ends; sockets that reuse addresses do not mind that.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    atexit.register(held.close)
    port: int = held.getsockname()[1]
    return port


@dataclass
class Server:
    """A running server: its port, its environment and what it has printed.

    `ready` is in the line with which it says that it listens.
    """

    process: subprocess.Popen[str]
    port: int
    environment: Mapping[str, str]
    ready: str
    lines: list[str] = field(default_factory=list)
    started: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        """Collect the output until it ends."""
        for line in self.process.stdout or ():
            self.lines.append(line)
            if self.ready in line:
                self.started.set()
        self.started.set()

    def printed(self) -> str:
        """Return the output so far."""
        return "".join(self.lines)


@contextmanager
def serving(
    environment: Mapping[str, str], app: Path = PAGE, *, under: Sequence[str] = (), cwd: Path | None = None
) -> Iterator[Server]:
    """Serve a Streamlit app with exactly this environment beside PATH; `under` is a command that runs the server's."""
    command = [*under, sys.executable, "-m", "streamlit", "run", str(app)]
    port = int(environment["STREAMLIT_SERVER_PORT"])
    with started(command, environment, port=port, ready="You can now view your Streamlit app", cwd=cwd) as server:
        yield server


@contextmanager
def started(
    command: Sequence[str], environment: Mapping[str, str], *, port: int, ready: str, cwd: Path | None = None
) -> Iterator[Server]:
    """Run a server's command with exactly this environment beside PATH, on which the programs of this Python are first.

    The server listens when this is entered, and is gone when it is left. A server that ends by itself is an error,
    with what it printed.
    """
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    whole = {"PATH": path, "PYTHONDONTWRITEBYTECODE": "1", **environment}
    with subprocess.Popen(
        command, env=whole, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        server = Server(process, port, whole, ready)
        reader = threading.Thread(target=server.read)
        reader.start()
        try:
            in_time = server.started.wait(START_SECONDS)
            if not in_time or process.poll() is not None:
                raise RuntimeError(f"the server did not start:\n{server.printed()}")
            yield server
        finally:
            process.terminate()
            _end(process)
            reader.join()


def _end(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
