"""The state of a Terraform directory, wherever its backend keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.errors import Code, UserError
from stacks.settings.files import file_name
from stacks.settings.wording import escape_and_cut
from stacks.terraform.documents import PULL
from stacks.terraform.sources.backends import Backend, configured_backend, initialised_backend
from stacks.terraform.sources.local import FileSource
from stacks.terraform.sources.s3 import DEFAULT, PREFIX, S3Location, S3Source
from stacks.terraform.sources.workspaces import chosen_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from stacks.aws.session import Aws
    from stacks.terraform.sources.source import Source

_STATE = "terraform.tfstate"
_FOLDER = "terraform.tfstate.d"
_CREDENTIALS = frozenset({
    "access_key",
    "assume_role",
    "assume_role_with_web_identity",
    "profile",
    "role_arn",
    "shared_config_files",
    "shared_credentials_file",
    "shared_credentials_files",
})  # fmt: skip
_SHOWN = 10


def open_directory(
    folder: Path, *, aws: Callable[[], Aws], workspace: str, lock_table: str, environment: Mapping[str, str]
) -> Source:
    """Return the state of a directory's workspace. Raises UserError where its backend cannot be read."""
    try:
        return _opened(folder, aws, workspace, lock_table, environment)
    except OSError as error:
        why = f"it cannot be read: {error.strerror}"
    raise UserError(file_name(folder), why, "Look at its permissions.", code=Code.FILE)


def _opened(
    folder: Path, aws: Callable[[], Aws], workspace: str, lock_table: str, environment: Mapping[str, str]
) -> Source:
    data = folder / environment.get("TF_DATA_DIR", ".terraform")
    initialised, configured = initialised_backend(data), configured_backend(folder)
    backend = initialised or configured or Backend(type="local", where=file_name(folder))
    if initialised and configured and initialised.type != configured.type:
        why = f"its backend is {configured.type} ({configured.where}), and {initialised.type} is initialised"
        raise UserError(file_name(folder), why, "Run `terraform init` there first.", code=Code.FILE)
    name = chosen_workspace(workspace, data, environment)
    if backend.type in {"local", "s3"}:
        is_local = backend.type == "local"
        if is_local and lock_table:
            raise UserError("--lock-table", "the state is in a file, which has none", "Leave it out.", code=Code.USAGE)
        source = _local(folder, backend, name) if is_local else _s3(folder, backend, name, lock_table, aws)
        source.notes += tuple(_changed(initialised, configured))
        errored = folder / "errored.tfstate"
        source.errored = FileSource(errored) if errored.is_file() else None
        return source
    kept = {"cloud": "HCP Terraform", "remote": "HCP Terraform"}.get(
        backend.type, f"the backend {escape_and_cut(backend.type)}"
    )
    why = f"its state is in {kept} ({backend.where}), which only Terraform can read"
    raise UserError(file_name(folder), why, f"Run there: {PULL}", code=Code.USAGE)


def _changed(initialised: Backend | None, configured: Backend | None) -> Iterator[str]:
    """Yield what the configuration says otherwise than what is initialised: by `-backend-config`, or a later change."""
    if initialised and configured:
        for name in sorted(initialised.config.keys() & configured.config.keys()):
            if initialised.config[name] != configured.config[name]:
                noted = escape_and_cut(str(initialised.config[name]))
                yield (
                    f"Of {configured.where}, {name} is not used: `terraform init` has noted {noted}. "
                    "If it has changed since, run `terraform init` again."
                )


def _local(folder: Path, backend: Backend, workspace: str) -> Source:
    """Return the file of a workspace, as Terraform's backend `local` names it."""
    workspaces = folder / str(backend.config.get("workspace_dir", _FOLDER))
    own = folder / str(backend.config.get("path", _STATE))
    path = own if workspace == DEFAULT else workspaces / workspace / _STATE
    if unknown := sorted(backend.names & {"path", "workspace_dir"} - backend.config.keys()):
        raise _incomplete(folder, backend, unknown)
    if path.is_file():
        return FileSource(path)
    others = sorted(it.parent.name for it in workspaces.glob(f"*/{_STATE}"))[:_SHOWN]
    if workspace != DEFAULT:
        names = ", ".join([DEFAULT, *others])
        raise UserError(file_name(folder), f"it has no workspace {workspace}", f"It has {names}: --workspace")
    if others:
        then = f"It has the workspaces {', '.join(others)}: --workspace"
    elif (folder / "terragrunt.hcl").is_file():
        then = "Run there: terragrunt state pull | python build.py adopt ENV --state -"
    elif inside := _initialised_inside(folder):
        then = f"Terraform is initialised in {inside}: name that directory."
    else:
        then = "Is it the directory in which Terraform runs? Or name the state: --state FILE or s3://BUCKET/KEY"
    raise UserError(file_name(folder), f"it has neither a backend nor {path.name}", then, code=Code.FILE)


def _s3(folder: Path, backend: Backend, workspace: str, lock_table: str, aws: Callable[[], Aws]) -> Source:
    """Return the object of a workspace, with the backend's locks."""
    config = {name: str(value) for name, value in backend.config.items()}
    if missing := [name for name in ("bucket", "key") if not config.get(name)]:
        raise _incomplete(folder, backend, missing)
    if "sse_customer_key" in backend.names:
        why = f"its state is encrypted with a key of the customer (sse_customer_key, {backend.where})"
        raise UserError(file_name(folder), why, f"Terraform has the key. Run there: {PULL}", code=Code.USAGE)
    notes = []
    if found := sorted(backend.names & _CREDENTIALS):
        names = ", ".join(found)
        notes.append(f"The state is read with the credentials of this command, without {names} of its backend.")
    table = lock_table or config.get("dynamodb_table", "")
    location = S3Location(
        bucket=config["bucket"],
        key=config["key"].lstrip("/"),
        region=config.get("region", ""),
        workspace=workspace,
        workspace_key_prefix=config.get("workspace_key_prefix", PREFIX),
        lock_table=table,
        has_lock_file=config.get("use_lockfile", "").lower() == "true",
        endpoint=config.get("endpoint", ""),
    )
    return S3Source(location, aws, tuple(notes))


def _incomplete(folder: Path, backend: Backend, missing: list[str]) -> UserError:
    """Return the error for a backend block that leaves settings to `terraform init`, or takes them from variables."""
    names = " and no ".join(missing)
    why = f"its backend has no {names} that can be read ({backend.where}), and is not initialised here"
    then = "Run `terraform init` there, with its -backend-config, or name the state: --state s3://BUCKET/KEY"
    return UserError(file_name(folder), why, then, code=Code.FILE)


def _initialised_inside(folder: Path) -> str:
    """Return directories below this one in which `terraform init` has run."""
    found = [it.parent for depth in ("*", "*/*", "*/*/*") for it in folder.glob(f"{depth}/.terraform") if it.is_dir()]
    names = [file_name(it) for it in sorted(found) if ".terraform" not in it.relative_to(folder).parts]
    return " or ".join(names[:_SHOWN])
