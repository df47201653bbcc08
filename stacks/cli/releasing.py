"""`adopt ENV --release`: what makes Terraform let go, once CloudFormation is proven to own everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.execution.journal import read_journal
from stacks.adopt.release.proof import prove_ownership
from stacks.adopt.release.releasing import plan_release
from stacks.adopt.types import allowed_attributes
from stacks.cli.reporting import DONE, Formats, show
from stacks.cloudformation.bootstrapped import read_bootstrap
from stacks.errors import Code, UserError
from stacks.terraform.sources import restore_source
from stacks.views.adopt import release as view

if TYPE_CHECKING:
    from stacks.adopt.release.releasing import Release
    from stacks.aws.session import Aws
    from stacks.cli.arguments import SettingsOptions
    from stacks.settings import Settings
    from stacks.terraform.sources import Source


def release(aws: Aws, settings: Settings, options: SettingsOptions, *, form: str, source: Source | None) -> int:
    """Print the script or the file; it is for somebody to run, and is never run here.

    `source` is where the state is, where the command names it: otherwise the journal knows. Raises UserError where
    there was no takeover, CloudFormation does not own all of it, or the state cannot be read.
    """
    name, bucket = settings.identity.name, read_bootstrap(aws, settings).artifact_bucket
    journal = read_journal(aws, bucket, name)
    if journal is None or journal.status == "undone":
        then = f"Begin with: python build.py adopt {settings.environment} --state SOURCE"
        raise UserError(f"stack {name}", "nothing was taken over into it", then, code=Code.ABSENT)
    proven = prove_ownership(aws, journal, settings.environment)
    found = source or restore_source(journal.state.source, aws=lambda: aws)
    state = found.read(allowed_attributes, as_is=True)
    if journal.state.lineage and state.lineage and journal.state.lineage != state.lineage:
        why = f"its lineage is {state.lineage}, and {journal.state.lineage} was taken over"
        raise UserError(found.name, why, "Name the state of the takeover with --state.", code=Code.STATE)
    formats: Formats[Release] = {"text": lambda it: view.text(it, form), "json": view.document}
    show(options, plan_release(journal, proven, state), formats)
    return DONE
