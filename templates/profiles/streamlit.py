"""Streamlit.

Its options are environment variables, which win over the image's own `config.toml`:
https://docs.streamlit.io/develop/api-reference/configuration/config.toml. They do not include XSRF protection and CORS,
which are on by default. tests/servers shows on real servers what this record assumes.
"""

from __future__ import annotations

from templates.profiles.profile import BASE_PATH, PORT, Profile, Variable
from templates.profiles.queries import ERRORS

STREAMLIT = Profile(
    framework="streamlit",
    label="Streamlit",
    program="Streamlit",
    noun="a Streamlit app",
    # `server.port`.
    port=8501,
    # 200 while it accepts sessions, and 503 while it starts or stops. Versions from before 2023 have `healthz`
    # (https://github.com/streamlit/streamlit/pull/5534).
    health_path="/_stcore/health",
    health_path_is_open=True,
    health_matcher="200",
    port_variable="",
    streamlit_options=True,
    # A session lives in the memory of one process: https://docs.streamlit.io/develop/concepts/architecture/architecture
    sticky_sessions=True,
    cookie_secret=True,
    container_health_check=True,
    options=(
        Variable(name="STREAMLIT_BROWSER_GATHER_USAGE_STATS", value="false", why="it is always false"),
        # The load balancer reaches the task by its own address.
        Variable(name="STREAMLIT_SERVER_ADDRESS", value="0.0.0.0", why="it is always 0.0.0.0"),  # noqa: S104 - likewise
        Variable(name="STREAMLIT_SERVER_HEADLESS", value="true", why="it is always true"),
        Variable(name="STREAMLIT_SERVER_PORT", value=PORT, why="it is network.container_port"),
        Variable(name="STREAMLIT_SERVER_BASE_URL_PATH", value=BASE_PATH, why="it is network.base_url_path"),
    ),
    # It must be the same in all tasks, or a login is valid in one only.
    cookie_variable="STREAMLIT_SERVER_COOKIE_SECRET",
    # It sends a body only with an uploaded file (PUT /_stcore/upload_file/...). All else goes through the WebSocket,
    # which WAF does not inspect. The first rule blocks all files of more than 8 KB, the others block files for their
    # content: a text about HTML, an image with certain bytes.
    # https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
    # https://repost.aws/knowledge-center/waf-upload-blocked-files
    uninspected_bodies=(
        "SizeRestrictions_BODY",
        "CrossSiteScripting_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "EC2MetaDataSSRF_BODY",
    ),
    queries=ERRORS,
)
