"""What the templates know of Streamlit."""

from __future__ import annotations

from troposphere import Ref

from templates import streamlit
from templates.values import Number


def test_a_base_path_is_an_option_only_where_there_is_one() -> None:
    """The simple case has no variable more; XSRF protection and CORS are never turned off."""
    simple = {it.to_dict()["Name"] for it in streamlit.options(Number(Ref("ContainerPort")))}
    below = {it.to_dict()["Name"] for it in streamlit.options(Number(Ref("ContainerPort")), "team/app")}
    assert below - simple == {"STREAMLIT_SERVER_BASE_URL_PATH"}
    assert not {name for name in below if "XSRF" in name or "CORS" in name}


def test_the_container_health_check_needs_no_shell_and_no_curl() -> None:
    """It is one Python process."""
    kind, program, *_ = streamlit.health_check("/healthz")
    assert (kind, program) == ("CMD", "python")
