"""The record of a framework."""

from __future__ import annotations

from dataclasses import dataclass

CONTAINER = "web"
"""Name of the application's container, whatever the framework."""
PORT, BASE_PATH = "{port}", "{base_path}"
"""Values of variables that depend on the settings: `network.container_port` and `network.base_url_path`."""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A variable of the container that the templates set, and why the settings may not set it.

    One whose value is `BASE_PATH` is left out where there is no base path.
    """

    name: str
    value: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Query:
    """A saved query of CloudWatch Logs Insights: its logical id without `Query`, its name, and its text."""

    title: str
    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What depends on the framework of an application. Fields that settings name with `ByFramework` are defaults."""

    framework: str
    """Its name in the settings."""
    label: str
    """The program in a short description: "Streamlit"."""
    program: str
    """The program in a sentence."""
    noun: str
    """An application of this framework, with its article."""

    port: int
    """Port on which it listens."""
    health_path: str
    """Path, below the base path, that says whether it is healthy."""
    health_path_is_open: bool
    """Whether that path answers without `network.sign_in`: a page must not."""
    health_matcher: str
    """HTTP codes of a healthy answer."""
    port_variable: str
    """Variable with the port, beside `options`; "" for none."""
    streamlit_options: bool
    """Whether `options` are set."""
    sticky_sessions: bool
    """Whether the load balancer keeps a browser on its task."""
    cookie_secret: bool
    """Whether there is a secret with which all tasks sign cookies."""
    container_health_check: bool
    """Whether ECS checks its health in the container, too, by Python."""

    options: tuple[Variable, ...] = ()
    """Variables that configure it."""
    cookie_variable: str
    """Variable with the secret that signs cookies."""
    uninspected_bodies: tuple[str, ...]
    """Rules of AWS WAF's common rule group that only count, so that uploads pass."""
    queries: tuple[Query, ...]
    """Saved queries of its log."""
    skipped_rules: tuple[str, ...] = ()
    """Lint rules that do not apply to it."""

    def health_path_below(self, base_url_path: str) -> str:
        """Return the path of health checks where the application is served below a path."""
        return f"/{base_url_path}{self.health_path}" if base_url_path else self.health_path
