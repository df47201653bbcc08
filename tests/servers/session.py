"""A browser in small: cookies, and Streamlit's protocol as its own page speaks it.

The page fetches `_stcore/health`, which sets the XSRF cookie, and opens `_stcore/stream`; its subprotocols carry the
XSRF token and, when it connects again, the session (`_parse_subprotocols` in
streamlit/web/server/starlette/starlette_websocket.py).
"""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileUploaderState, FileURLsRequest, UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET_COOKIE = "AWSALB"
XSRF_COOKIE = "_streamlit_xsrf"
WAIT_SECONDS = 30
"""Longest wait for the server's next message."""


class Browser:
    """One person's browser at one address: it keeps cookies, and nothing else."""

    def __init__(self, url: str, base_path: str = "") -> None:
        self.origin = url
        self.url = f"{url}/{base_path}".rstrip("/")
        self.http = httpx.Client(trust_env=False, timeout=WAIT_SECONDS)

    def get(self, path: str) -> httpx.Response:
        """Fetch a path below the app's address."""
        return self.http.get(f"{self.url}{path}")

    def put(self, path: str, content: bytes, *, xsrf: bool = True) -> httpx.Response:
        """Upload a file, with the XSRF token in the header beside the one in the cookie."""
        headers = {"X-Xsrftoken": self.http.cookies[XSRF_COOKIE]} if xsrf else {}
        return self.http.put(f"{self.url}{path}", files={"file": ("file.txt", content)}, headers=headers)

    def visit(self, url: str) -> httpx.Response:
        """Go to an address, and on wherever it leads."""
        return self.http.get(url, follow_redirects=True)

    def leave(self) -> None:
        """Forget the load balancer's target, as when its cookie has expired or its task is gone."""
        self.http.cookies.delete(TARGET_COOKIE)

    @contextmanager
    def page(self, session_id: str = "") -> Iterator[Page]:
        """Open the page, and with an id come back to a session."""
        self.get("/").raise_for_status()
        self.get("/_stcore/health").raise_for_status()
        cookies = "; ".join(f"{it.name}={it.value}" for it in self.http.cookies.jar)
        with connect(
            f"{self.url.replace('http', 'ws', 1)}/_stcore/stream",
            origin=self.origin,
            subprotocols=["streamlit", self.http.cookies[XSRF_COOKIE], *filter(None, [session_id])],
            additional_headers={"Cookie": cookies},
            proxy=None,
        ) as socket:
            yield Page(socket)


@dataclass
class Drawn:
    """What one run of the script drew."""

    session_id: str = ""
    texts: list[str] = field(default_factory=list)
    elements: dict[str, Any] = field(default_factory=dict)
    redirect: str = ""

    def add(self, message: Any) -> None:
        """Take in one message of the server."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session_id = message.new_session.initialize.session_id
        elif kind == "auth_redirect":
            self.redirect = message.auth_redirect.url
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            drawn = element.WhichOneof("type")
            self.elements[drawn] = getattr(element, drawn)
            if drawn == "text":
                self.texts.append(element.text.body)


class Page:
    """An open page: a WebSocket to a session."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket

    def run(self, *widgets: Any) -> Drawn:
        """Run the script with these widgets' states, to its end."""
        self._send(rerun_script=ClientState(widget_states=WidgetStates(widgets=widgets)))
        drawn = Drawn()
        while (message := self._receive()).WhichOneof("type") != "script_finished":
            drawn.add(message)
        assert message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        return drawn

    def click(self, drawn: Drawn) -> Drawn:
        """Press the page's button."""
        return self.run(WidgetState(id=drawn.elements["button"].id, trigger_value=True))

    def file_urls(self, drawn: Drawn) -> Any:
        """Ask where a file of this session is to be put."""
        request = FileURLsRequest(request_id=uuid.uuid4().hex, session_id=drawn.session_id, file_names=["file.txt"])
        self._send(file_urls_request=request)
        while (message := self._receive()).WhichOneof("type") != "file_urls_response":
            pass
        return message.file_urls_response.file_urls[0]

    def use_file(self, drawn: Drawn, urls: Any, size: int) -> Drawn:
        """Run the script with the uploaded file."""
        info = UploadedFileInfo(file_id=urls.file_id, name="file.txt", size=size, file_urls=urls)
        state = FileUploaderState(uploaded_file_info=[info])
        return self.run(WidgetState(id=drawn.elements["file_uploader"].id, file_uploader_state_value=state))

    def _send(self, **content: Any) -> None:
        self.socket.send(BackMsg(**content).SerializeToString())

    def _receive(self) -> Any:
        message = ForwardMsg()
        message.ParseFromString(self.socket.recv(WAIT_SECONDS))
        return message
