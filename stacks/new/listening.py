"""Where an app listens: its port, and its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.new import compiled, routes
from stacks.new.clues import Clue
from stacks.new.copilot.reading import number
from stacks.new.servers import EVERYWHERE, IMAGES
from stacks.new.serving import PORT, follows_port
from stacks.new.shell import SHELLS, VARIABLE

if TYPE_CHECKING:
    from stacks.new.evidence import Evidence


def port(it: Evidence, *, is_streamlit: bool) -> Clue[int] | None:
    """Return the port, if it is a number of the app's own.

    The first that says one counts: the manifest, with which it runs, the command, the image, a package. None where the
    app follows a variable that the templates set, or nothing says it.
    """
    said = _given(it)
    if said or is_streamlit or follows(it):
        return said
    server = it.served
    if server and server.server.port_variable != PORT and not it.image.ports:
        return Clue(value=server.server.port, why=f"{server.name} listens there by default")
    if (set_there := it.image.environment.get(PORT, "")).isdecimal():
        return Clue(value=int(set_there), why=f"{it.dockerfile} sets {PORT}")
    in_code = compiled.port(it.sources)
    exposed = {clue.value: clue for clue in it.image.ports}
    if in_code and in_code.value and (in_code.value in exposed or not exposed):
        return Clue(value=in_code.value, why=in_code.why)
    return it.image.ports[0] if it.image.ports else _usual(it)


def follows(it: Evidence) -> str:
    """Return what says that the app listens where a variable says that the templates can set, or ""."""
    if it.process and it.served:
        return f"{it.process.why} follows {it.served.follows}" if it.served.follows else ""
    if it.process and follows_port(it.process.value, it.image.environment):
        return f"{it.process.why} follows {PORT}"
    if (in_code := compiled.port(it.sources)) and in_code.value is None:
        return in_code.why
    read = routes.follows_port(it.sources)
    return read.why if read and PORT not in it.image.environment else ""


def host_variable(it: Evidence) -> Clue[str] | None:
    """Return the variable that makes a server listen on all addresses, where only its own container would reach it."""
    if server := it.served:
        is_needed = server.is_unreachable and server.host == server.server.host and server.server.host_variable
        why = f"{server.name} listens on {server.host} otherwise"
        return Clue(value=server.server.host_variable, why=why) if is_needed else None
    for name, package, _ in it.known_packages():
        if package.host_variable and package.host_variable not in it.image.environment:
            return Clue(value=package.host_variable, why=f"{name} listens on 127.0.0.1 otherwise")
    return None


def unreachable(it: Evidence, *, is_streamlit: bool) -> str:
    """Return what is said of a server that no variable makes reachable, or ""."""
    server = it.served
    if not server or not it.process or not server.is_unreachable:
        return ""
    if not is_streamlit and server.host == server.server.host and server.server.host_variable:
        return ""
    return (
        f"{it.process.why}: {server.name} listens on {server.host}, where the load balancer cannot reach it: "
        f"let it listen on {EVERYWHERE}"
    )


def unfilled(it: Evidence) -> str:
    """Return what is said of a command without a shell that has variables in it, or ""."""
    if not it.process or it.process.value[0].rpartition("/")[2] in SHELLS:
        return ""
    found = next((found[0] for word in it.process.value if (found := VARIABLE.search(word))), "")
    return f'{it.process.why}: nothing fills in {found} without a shell: ["sh", "-c", "exec ..."]' if found else ""


def several(it: Evidence) -> str:
    """Return what is said of an image that exposes several ports, of which the first one is taken, or ""."""
    first = it.image.ports[0] if it.image.ports else None
    if first is None or port(it, is_streamlit=False) is not first or len({clue.value for clue in it.image.ports}) == 1:
        return ""
    others = ", ".join(str(clue.value) for clue in it.image.ports[1:] if clue.value != first.value)
    return f"{it.dockerfile} exposes {others}, too: --port says on which one browsers are answered"


def _given(it: Evidence) -> Clue[int] | None:
    """Return the port that a manifest or a command has."""
    if said := number(it.in_manifest("image", "port")):
        return Clue(value=said, why=it.clue_of_manifest("image.port"))
    if it.process and it.served and it.served.port:
        return Clue(value=it.served.port, why=f"{it.process.why} starts {it.served.name} there")
    return None


def _usual(it: Evidence) -> Clue[int] | None:
    """Return the port of a base image that serves by itself, or of a package."""
    name = it.image.base.partition("@")[0]
    if ":" in name.rpartition("/")[2]:
        name = name.rpartition(":")[0]
    if found := IMAGES.get(name):
        return Clue(value=found[0], why=f"{it.image.base} listens there")
    if build := compiled.spring_build(it.sources):
        known = it.image.environment.get(compiled.SPRING_PORT_VARIABLE, "")
        if known.isdecimal():
            return Clue(value=int(known), why=f"{it.dockerfile} sets {compiled.SPRING_PORT_VARIABLE}")
        return Clue(value=compiled.SPRING_PORT, why=f"Spring Boot of {build} listens there by default")
    if it.published:
        return it.published
    for _, package, why in it.known_packages():
        if package.port and package.port_variable != PORT:
            return Clue(value=package.port, why=f"{why}, which listens there by default")
    return None
