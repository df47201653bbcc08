"""The app as `streamlit run` finds it: the page, and its login where a provider is given.

Streamlit wants `cookie_secret` beside a provider and then ignores `server.cookieSecret`: so one is made of the other.
"""

from __future__ import annotations

import os

import streamlit as st
from streamlit.starlette import App


def secrets() -> dict[str, dict[str, str]]:
    """What `.streamlit/secrets.toml` would hold."""
    if "LOGIN_PROVIDER" not in os.environ:
        return {}
    provider, callback = os.environ["LOGIN_PROVIDER"], os.environ["LOGIN_CALLBACK"]
    return {
        "auth": {
            "redirect_uri": callback,
            "cookie_secret": st.get_option("server.cookieSecret"),
            "client_id": "preto-2",
            "client_secret": "known to the provider",
            "server_metadata_url": f"{provider}/.well-known/openid-configuration",
        }
    }


app = App("page.py", secrets=secrets())
