"""A small FastAPI app: a page, its health, a WebSocket, uploads, and a login in a signed cookie."""

from __future__ import annotations

import os

from fastapi import FastAPI, Request, UploadFile, WebSocket, WebSocketDisconnect
from fastapi.responses import RedirectResponse
from starlette.middleware.sessions import SessionMiddleware


async def page() -> RedirectResponse:
    """Lead to the login, as a start page often does."""
    return RedirectResponse("/login")


async def health() -> dict[str, str]:
    """Say that the app takes requests, and on which port it was told to."""
    return {"port": os.environ["PORT"]}


async def upload(file: UploadFile) -> dict[str, int]:
    """Take a file, and say how many bytes it has and who took it."""
    return {"bytes": len(await file.read()), "process": os.getpid()}


async def echo(socket: WebSocket) -> None:
    """Answer each message with it, and with the process that has the connection."""
    await socket.accept()
    try:
        while True:
            await socket.send_json([await socket.receive_text(), os.getpid()])
    except WebSocketDisconnect:
        pass


async def log_in(request: Request) -> None:
    """Remember somebody in the signed cookie."""
    request.session["user"] = "somebody"


async def who(request: Request) -> str:
    """Say who is logged in."""
    return str(request.session.get("user", "nobody"))


app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=os.environ["COOKIE_SECRET"])
app.add_api_route("/", page)
app.add_api_route("/healthz", health)
app.add_api_route("/upload", upload, methods=["POST"])
app.add_api_websocket_route("/echo", echo)
app.add_api_route("/session", log_in, methods=["POST"])
app.add_api_route("/session", who)
