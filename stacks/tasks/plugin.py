"""The Session Manager plugin, which holds the session: found, and called as the AWS CLI calls it.

Its arguments are not documented; they are those of awscli 1.x and 2.x, `customizations/ecs/executecommand.py` and
`customizations/sessionmanager.py`: the session as JSON, region, operation, profile, the request as JSON, endpoint.
A version after 1.2.497.0 takes the session from a variable, whose name is the first argument then: so the token is not
in the list of processes.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import pty
import re
import shutil
import signal
import subprocess
import sys
import termios
from typing import TYPE_CHECKING, Any

from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stacks.tasks.exec import Session

PLUGIN = "session-manager-plugin"
VARIABLE = "AWS_SSM_START_SESSION_RESPONSE"
LAST_WITHOUT_VARIABLE = (1, 2, 497, 0)
PAGE = "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html"
DOWNLOADS = "https://s3.amazonaws.com/session-manager-downloads/plugin/latest"
READ = 65536
"""Bytes of output that are passed on at once."""


def find_plugin() -> str:
    """Return the path of the plugin. Raises UserError, with how it is installed here, where it is not on PATH."""
    found = shutil.which(PLUGIN)
    if found is None:
        raise UserError(
            PLUGIN,
            "it is not on PATH, and the session runs through it",
            f"Install it: {installation(sys.platform, platform.machine())}\nMore ways: {PAGE}",
            code=Code.INSTALLATION,
        )
    return found


def installation(system: str, machine: str) -> str:
    """Return the command that installs the plugin on a system (`sys.platform`), on a machine (`platform.machine()`)."""
    if system == "darwin":
        return "brew install --cask session-manager-plugin"
    if system != "linux":
        return f"run {DOWNLOADS}/windows/SessionManagerPluginSetup.exe"
    kind = "arm64" if machine.lower() in {"aarch64", "arm64"} else "64bit"
    if shutil.which("dpkg"):
        package = f"{DOWNLOADS}/ubuntu_{kind}/session-manager-plugin.deb"
        return f"curl -sSO {package} && sudo dpkg -i session-manager-plugin.deb"
    return f"sudo dnf install -y {DOWNLOADS}/linux_{kind}/session-manager-plugin.rpm"


def hold_session(
    plugin: str, session: Session, *, region: str, profile: str, endpoint: str, on_stderr: bool = False
) -> int:
    """Let the plugin hold the session to its end, and return its exit code.

    On a terminal it gets ours, and the signals that are typed there. Elsewhere, where it does not work by itself, it
    gets a terminal of its own without input, and its output is passed on. `on_stderr` keeps standard output free.
    """
    words, env = _call(plugin, session, region, profile, endpoint)
    out = sys.stderr if on_stderr else sys.stdout
    sys.stdout.flush()
    if sys.stdin is None or not sys.stdin.isatty():
        return _on_terminal_of_its_own(words, env, out.fileno())
    with _our_terminal():
        return subprocess.run(words, env=env, stdout=out, check=False).returncode  # noqa: S603 - a program on PATH


def _call(
    plugin: str, session: Session, region: str, profile: str, endpoint: str
) -> tuple[list[str], Mapping[str, str]]:
    """Return the words of the call and its environment."""
    response, request = json.dumps(session.response), json.dumps({"Target": session.place.target})
    env = dict(os.environ)
    if _version(plugin) > LAST_WITHOUT_VARIABLE:
        env[VARIABLE], response = response, VARIABLE
    return [plugin, response, region, "StartSession", profile, request, endpoint], env


def _version(plugin: str) -> tuple[int, ...]:
    """Return the plugin's version; () where it does not say it, which counts as an old one."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        asked = subprocess.run([plugin, "--version"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S603 - the same
        found = re.fullmatch(r"\s*(\d+(?:\.\d+){0,3})\s*", asked.stdout)
        return tuple(map(int, found[1].split("."))) if found else ()
    return ()


@contextlib.contextmanager
def _our_terminal() -> Iterator[None]:
    """Leave Ctrl-C, Ctrl-Z and SIGQUIT to the plugin, and put the terminal right again at the end.

    The handlers are functions, and not SIG_IGN, which the plugin would inherit.
    """
    before: Sequence[Any] = termios.tcgetattr(sys.stdin)
    kept = {name: signal.signal(name, _ignore) for name in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)}
    try:
        yield
    finally:
        for name, handler in kept.items():
            signal.signal(name, handler)
        with contextlib.suppress(termios.error):
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, [*before])


def _ignore(*_: object) -> None:
    """Do nothing: the plugin gets the signal as well."""


def _on_terminal_of_its_own(words: Sequence[str], env: Mapping[str, str], out: int) -> int:
    """Run the plugin on a pseudo terminal and pass its output on; Ctrl-C ends it."""
    ours, its = pty.openpty()
    try:
        with subprocess.Popen(words, env=env, stdin=its, stdout=its, stderr=its, start_new_session=True) as process:  # noqa: S603 - the same
            os.close(its)
            try:
                while read := _read(ours):
                    os.write(out, read.replace(b"\r\n", b"\n"))
                return process.wait()
            except BaseException:
                process.terminate()
                raise
    finally:
        os.close(ours)


def _read(terminal: int) -> bytes:
    """Return what was written; b"" at the end, which Linux tells by an error."""
    try:
        return os.read(terminal, READ)
    except OSError:
        return b""
