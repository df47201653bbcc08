"""Any other web application: a server that speaks HTTP on a port."""

from __future__ import annotations

from templates.profiles.profile import Profile
from templates.profiles.queries import ERRORS, REQUESTS

WEB = Profile(
    framework="web",
    label="App",
    program="the app",
    noun="a web app",
    port=8080,
    health_path="/",
    health_path_is_open=False,
    # A page may lead to a login. Kubernetes takes the same codes:
    # https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-a-liveness-http-request
    health_matcher="200-399",
    port_variable="PORT",
    streamlit_options=False,
    # State of a session belongs into a cookie or a store: then any task answers, load is even, and a task that leaves
    # takes no session with it. A WebSocket stays on its task in any case, because it is one connection.
    sticky_sessions=False,
    cookie_secret=False,
    # No program is known to be in the image.
    container_health_check=False,
    cookie_variable="COOKIE_SECRET",
    # Those that AWS names for blocked uploads: https://repost.aws/knowledge-center/waf-upload-blocked-files. The others
    # of the group inspect bodies, which are forms and JSON here.
    uninspected_bodies=("SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY"),
    queries=(*ERRORS, *REQUESTS),
    # More than one task without stickiness, and memory that is not given back.
    skipped_rules=("W9101", "W9106"),
)
