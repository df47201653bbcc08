"""A headless browser, driven through its DevTools protocol on a pair of pipes."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
ON_3_AND_4 = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
)
"""The browser reads its orders from file descriptor 3 and answers on 4."""


def found() -> str | None:
    """Return the path of a browser on PATH, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


class Page:
    """One page of a browser. `told` is what the browser has reported by itself, such as errors and requests."""

    def __init__(self, orders: int, answers: int) -> None:
        self._orders, self._answers = orders, answers
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        self.told: list[dict[str, Any]] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        self._number += 1
        order = {"id": self._number, "method": method, "params": parameters}
        order |= {"sessionId": self._session} if self._session else {}
        os.write(self._orders, json.dumps(order).encode() + b"\0")
        while (answer := self._read()).get("id") != self._number:
            self.told.append(answer)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, path: Path, *, width: int, height: int = 1000, dark: bool = False, paper: bool = False) -> None:
        """Load a file in a window of this size, and wait until it is there."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", media="print" if paper else "screen", features=[scheme])
        self.told.clear()
        self.send("Page.navigate", url=path.resolve().as_uri())
        while not any(told.get("method") == "Page.loadEventFired" for told in self.told):
            self.told.append(self._read())

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page, not subject to its content security policy."""
        done = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def press(self, key: str) -> None:
        """Press and release a key, such as `Tab`."""
        code = {"Tab": 9}[key]
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def point(self, x: float, y: float) -> None:
        """Move the mouse to this position."""
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def picture(self) -> bytes:
        """Return a screenshot as PNG."""
        return base64.b64decode(self.send("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def complaints(self) -> list[dict[str, Any]]:
        """Return the console's errors and warnings since the page was opened."""
        return [told for told in self.told if told.get("method") in {"Log.entryAdded", "Runtime.exceptionThrown"}]

    def requests(self) -> list[str]:
        """Return the URLs that were requested since the page was opened."""
        sent = [told for told in self.told if told.get("method") == "Network.requestWillBeSent"]
        return [told["params"]["request"]["url"] for told in sent]

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            read = os.read(self._answers, 1 << 16)
            assert read, "the browser has ended"
            self._rest += read
        message, self._rest = self._rest.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(message)
        return answer


@contextmanager
def opened(browser: str, profile: Path) -> Iterator[Page]:
    """Start a browser with an empty profile, and return a page of it."""
    orders_out, orders_in = os.pipe()
    answers_out, answers_in = os.pipe()
    command = [sys.executable, "-c", ON_3_AND_4, str(orders_out), str(answers_in), browser]
    command += [*OPTIONS, f"--user-data-dir={profile}"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, pass_fds=(orders_out, answers_in), stdout=quiet, stderr=quiet) as process:
        os.close(orders_out)
        os.close(answers_in)
        try:
            page = Page(orders_in, answers_out)
            yield page
        finally:
            os.close(orders_in)
            os.close(answers_out)
            process.terminate()
