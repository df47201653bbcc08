"""What `.streamlit/config.toml` says that the load balancer, or who deploys, has to know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.new.clues import Clue

if TYPE_CHECKING:
    from stacks.new.sources import Sources

FILE = ".streamlit/config.toml"
USUAL_UPLOAD = 200
"""MB of `server.maxUploadSize` unless it is set."""

WARNINGS = (
    ("enableXsrfProtection", True, "is off, so that another site can upload into a user's session: leave it on"),
    ("enableCORS", True, "is off: behind the load balancer it can stay on, as it is by default"),
    (
        "sslCertFile",
        "",
        "makes Streamlit speak HTTPS, and the load balancer asks by HTTP: use [network.https]",
    ),
    ("cookieSecret", "", "is in the image for all to read: leave it out, each environment has a secret of its own"),
)
"""Option, the value that is fine, and what is said of any other."""


def base_path(sources: Sources) -> Clue[str] | None:
    """Return `server.baseUrlPath`, without slashes at its ends."""
    value = str(_server(sources).get("baseUrlPath", "")).strip("/")
    return Clue(value=value, why=f"{FILE} has server.baseUrlPath") if value else None


def notes(sources: Sources) -> list[str]:
    """Return what who deploys should know.

    https://docs.streamlit.io/develop/api-reference/configuration/config.toml
    """
    server, found = _server(sources), []
    if overridden := [f"server.{name}" for name in ("port", "address", "headless") if name in server]:
        found.append(f"{FILE}: {', '.join(overridden)}: in a task, the variables of the templates win")
    found += [f"{FILE}: server.{name} {text}" for name, value, text in WARNINGS if server.get(name, value) != value]
    size = server.get("maxUploadSize", USUAL_UPLOAD)
    if isinstance(size, int) and size > USUAL_UPLOAD:
        found.append(f"{FILE}: uploads of up to {size} MB are held in the memory of a task while their session lives")
    return found


def _server(sources: Sources) -> dict[str, Any]:
    found = sources.toml(FILE).get("server")
    return found if isinstance(found, dict) else {}
