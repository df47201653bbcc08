"""Running a command and taking its wall time; figures as tables."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Figure:
    """Seconds (or whatever `unit` says) of several runs."""

    values: tuple[float, ...]
    unit: str = "s"

    @property
    def median(self) -> float:
        """The value in the middle: shared machines are noisy, and a mean would follow the noise."""
        return statistics.median(self.values)

    def __str__(self) -> str:
        return f"{self.median:6.2f} {self.unit}  ({min(self.values):.2f} to {max(self.values):.2f})"


def run(command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None) -> float:
    """Seconds of wall time of one command; Python keeps what it has compiled, as it does by default.

    Raises RuntimeError with what it printed if it fails.
    """
    env = {name: value for name, value in (env or os.environ).items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    return seconds


@dataclass(frozen=True)
class Used:
    """What a command has used."""

    seconds: float
    """Wall time."""
    mebibytes: float
    """Peak memory of the largest of its processes."""


_LAUNCHER = """
import json, os, sys, time
start = time.perf_counter()
pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(pid, 0)
with open(sys.argv[1], "w") as file:
    json.dump([time.perf_counter() - start, usage.ru_maxrss, os.waitstatus_to_exitcode(status)], file)
"""
"""Runs a command. A process of its own, because the peak memory of a new process begins with that of its parent."""


def use(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], codes: Sequence[int] = (0,)) -> Used:
    """Run one command, and return what it has used. Raises RuntimeError with what it wrote if it fails."""
    with tempfile.NamedTemporaryFile() as file:
        launched = [sys.executable, "-I", "-S", "-c", _LAUNCHER, file.name, *command]
        done = subprocess.run(launched, cwd=cwd, env=env, capture_output=True, text=True, check=True)
        seconds, memory, code = json.load(file)
    if code not in codes:
        raise RuntimeError(f"{' '.join(command)}: exit code {code}\n{done.stdout}\n{done.stderr}")
    return Used(seconds, memory / (1024 if sys.platform == "linux" else 1024 * 1024))


def in_turn(runs: int, *what: Callable[[], float]) -> tuple[Figure, ...]:
    """Measure several things in turn (A B A B ...), so that a slower minute hits all of them alike."""
    rows = [[measure() for measure in what] for _ in range(runs)]
    return tuple(Figure(tuple(column)) for column in zip(*rows, strict=True))


def verdict(name: str, value: float, limit: float, unit: str = "") -> str:
    """One line: a value beside what it may be at the most."""
    return f"  {'ok  ' if value <= limit else 'OVER'} {name}: {value:.2f}{unit} (at most {limit:g}{unit})"
