"""`outputs`, `drift` and `sandbox`: what is there."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli import session

if TYPE_CHECKING:
    import argparse


def outputs(args: argparse.Namespace) -> int:
    """`outputs ENV [NAME]`."""
    from stacks.status.outputs import one_output, read_outputs, typed_outputs
    from stacks.views import outputs as view

    settings = session.one(args)
    with session.connected(settings) as aws:
        found = read_outputs(aws, settings)
    if args.name is None and args.typed:
        terminal.document(typed_outputs(found))
    elif args.name is None:
        session.show(args, found.values, view)
    elif args.json:
        one = one_output(found, args.name)
        terminal.document(typed_outputs(found)[args.name] if args.typed else one)
    else:
        terminal.data(one_output(found, args.name))
    return session.DONE


def drift(args: argparse.Namespace) -> int:
    """`drift ENV`: exit code 2 when something was changed by hand."""
    from stacks.cloudformation import drift as step
    from stacks.views import drift as view

    settings = session.one(args)
    with session.connected(settings) as aws:
        found = step.detect(aws, settings.environment, settings.identity.name, emit=session.progress(args))
    session.show(args, found, view)
    return session.CHANGED if found.drifted else session.DONE


def status(args: argparse.Namespace) -> int:
    """`status ENV`."""
    from stacks.status import read_status
    from stacks.views import status as view

    settings = session.one(args)
    with session.connected(settings) as aws:
        found = read_status(aws, settings)
    if args.json or not sys.stdout.isatty():
        session.show(args, found, view)
    else:
        terminal.data(view.wrapped(found, shutil.get_terminal_size().columns))
    return session.DONE


def sandbox(args: argparse.Namespace) -> int:
    """`sandbox`: until Ctrl-C or SIGTERM."""
    import sandbox as embedded
    from stacks.views import sandbox as view

    embedded.serve(
        state_dir=args.state_dir,
        region=args.region,
        port=args.port,
        time_scale=args.time_scale,
        enforce_iam=args.enforce_iam,
        started=lambda address: terminal.data(view.text(address)),
    )
    return session.DONE
