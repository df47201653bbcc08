"""The tests pass in the background, too, where a shell lets commands ignore Ctrl-C."""

from __future__ import annotations

import subprocess
import sys

from tests.support.commands import ROOT

ASK = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, flush=True)"
RESTORE = f"""
import subprocess, sys
from tests.conftest import restore_sigint
def ask():
    subprocess.run([sys.executable, "-c", {ASK!r}], check=True)
ask()
restore_sigint()
ask()
"""


def test_what_tests_start_is_ended_by_ctrl_c() -> None:
    """Before it is restored, a child ignores SIGINT as its parent does; afterwards it does not."""
    words = ["sh", "-c", 'trap "" INT; exec "$0" -c "$1"', sys.executable, RESTORE]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
