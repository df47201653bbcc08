"""A stand-in for `session-manager-plugin`: it records how it is called, and opens no session.

It writes `plugin.json` into the folder of its first argument: the words, the session, whether it has a terminal, and
whether Ctrl-C came. Then it writes what a session would, and ends with the code of `STAND_IN_CODE`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

HERE, WORDS = Path(sys.argv[1]), sys.argv[2:]
VERSION = os.environ.get("STAND_IN_VERSION", "1.2.764.0")


def main() -> int:
    """Say the version, or hold a session."""
    if not WORDS:  # the AWS CLI asks so whether it is there
        return 0
    if WORDS == ["--version"]:
        sys.stdout.write(f"{VERSION}\n")
        return 0
    seen = {"words": WORDS, "session": os.environ.get(WORDS[0]), "terminal": os.isatty(0), "interrupted": False}
    signal.signal(signal.SIGINT, lambda *_: seen.update(interrupted=True))
    sys.stdout.write("Starting session with SessionId: stand-in\n")
    sys.stdout.flush()
    until = time.monotonic() + (10 if "STAND_IN_WAITS" in os.environ else 0)
    while not seen["interrupted"] and time.monotonic() < until:
        time.sleep(0.02)
    (HERE / "plugin.json").write_text(json.dumps(seen))
    return int(os.environ.get("STAND_IN_CODE", "0"))


sys.exit(main())
