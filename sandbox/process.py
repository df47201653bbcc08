"""Run a sandbox for the time of a command, or use the one that runs on the same state already."""

from __future__ import annotations

import importlib.metadata
import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sandbox import identity, lease
from sandbox.address import Address
from sandbox.child import Child
from sandbox.options import Options
from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MINISTACK = "1.5.33"

_BUSY_SECONDS = 30.0
_RETRY_SECONDS = 0.05
_SIGNAL_SECONDS = 0.2
_INSTALL = "Install it with: pip install -e '.[sandbox]'"


@contextmanager
def running(
    *, state_dir: Path | None, region: str, time_scale: float = 0.0, port: int = 0, enforce_iam: bool = False
) -> Iterator[Address]:
    """Run a sandbox for the time of the block, and yield its address.

    Its state is read from `state_dir` and saved there at the end; without it the state is in memory only. A server that
    runs on that state already is used instead, with the options that it has, and left running. `time_scale` is the
    part of the real durations that resources take (0: no time, 1: real). `port` 0 is any free one. With `enforce_iam`
    the policies of callers and of CloudFormation's role are enforced. Raises UserError if IAM is to be enforced and the
    running server does not enforce it, and if ministack is missing, of another version, or does not start.
    """
    _require_ministack()
    options = Options(state_dir=state_dir, region=region, time_scale=time_scale, port=port, enforce_iam=enforce_iam)
    hold = _owned(options) if state_dir is None else _shared(options, state_dir)
    with hold as endpoint_url:
        yield Address(endpoint_url=endpoint_url, region=region)


def serve(
    *,
    state_dir: Path | None,
    region: str,
    port: int = 0,
    time_scale: float = 0.0,
    enforce_iam: bool = False,
    started: Callable[[Address], None],
) -> None:
    """Run in the foreground until Ctrl-C or SIGTERM, and save the state. `started` is called once, with the address.

    Raises UserError if a server runs on this state already, and for what `running` does.
    """
    _require_ministack()
    options = Options(state_dir=state_dir, region=region, time_scale=time_scale, port=port, enforce_iam=enforce_iam)
    if state_dir is not None:
        _make(state_dir)
        if record := identity.find_running(state_dir):
            mode = "with IAM enforced" if record.enforce_iam else "without enforcing IAM"
            why = f"one runs on {state_dir} already, {mode}, at {record.endpoint_url}"
            raise UserError("The sandbox", why, f"Use that one, or end it first: kill {record.pid}", code=Code.SANDBOX)
    with _stop_signals() as stopped:
        child = Child(options)
        endpoint_url = child.wait_for_address()
        if endpoint_url is None:
            raise UserError(
                "The sandbox", f"another one is just starting or ending on {state_dir}", "Try again", code=Code.SANDBOX
            )
        try:
            started(Address(endpoint_url=endpoint_url, region=region))
            while not stopped.wait(_SIGNAL_SECONDS) and child.died() is None:
                pass
        finally:
            child.stop()


@contextmanager
def _owned(options: Options) -> Iterator[str]:
    child = Child(options)
    endpoint_url = child.wait_for_address()
    if endpoint_url is None:
        raise UserError("The sandbox", "it found another one on a state of its own", code=Code.SANDBOX)
    try:
        yield endpoint_url
    finally:
        child.stop()


@contextmanager
def _shared(options: Options, state_dir: Path) -> Iterator[str]:
    _make(state_dir)
    deadline = time.monotonic() + _BUSY_SECONDS
    while time.monotonic() < deadline:
        child = None
        try:
            with lease.mark_used(state_dir):
                if record := identity.find_running(state_dir):
                    _refuse_other_mode(record, options)
                    yield record.endpoint_url
                    return
                starting = Child(options)
                if endpoint_url := starting.wait_for_address():
                    child = starting
                    yield endpoint_url
                    return
        finally:
            if child is not None:
                child.stop()
        time.sleep(_RETRY_SECONDS)
    why = f"another one holds {state_dir} and has not answered for {_BUSY_SECONDS:.0f} s"
    raise UserError("The sandbox", why, f"End the process that {state_dir / 'server.json'} names", code=Code.SANDBOX)


def _refuse_other_mode(record: lease.Record, options: Options) -> None:
    """Refuse a server that allows everything where rights are to be tried: each call would succeed on it."""
    if options.enforce_iam and not record.enforce_iam:
        why = f"IAM is to be enforced, and the one that runs at {record.endpoint_url} does not"
        raise UserError("The sandbox", why, f"End it first, its state is kept: kill {record.pid}", code=Code.SANDBOX)


@contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    """Yield an event that Ctrl-C and SIGTERM set during the block."""
    stopped = threading.Event()
    before = {number: signal.signal(number, lambda *_: stopped.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _make(state_dir: Path) -> None:
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The sandbox's state in {state_dir}", error.strerror or str(error), code=Code.SANDBOX
        ) from error


def _require_ministack() -> None:
    try:
        found = importlib.metadata.version("ministack")
    except importlib.metadata.PackageNotFoundError:
        raise UserError("The sandbox", "it needs the package ministack", _INSTALL, code=Code.SANDBOX) from None
    if found != MINISTACK:
        why = f"it extends private parts of ministack {MINISTACK}, and {found} is installed"
        raise UserError("The sandbox", why, _INSTALL, code=Code.SANDBOX)
