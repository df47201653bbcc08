"""AWS::SecretsManager::Secret: known by its ARN, with a value of the wanted characters, and the key that it has now.

ministack knows it by its name, so that `Ref` is no ARN, names it after its stack, and takes all characters for a
generated value.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ministack.services import secretsmanager
from ministack.services.cloudformation import drift, provisioners

from sandbox.extension.errors import handler_error
from sandbox.extension.resources.provisioners import register

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Made, Properties, Record

_TYPE = "AWS::SecretsManager::Secret"
_VALUE = ("SecretString", "GenerateSecretString")


def install() -> None:
    """Take the place of ministack's handlers."""
    provisioners._sm_secret_string = _value
    register(_TYPE, create=_create, update=_update, delete=_delete, tagged=True)
    stock, compared = drift._DRIFT_READERS[_TYPE]
    drift._DRIFT_READERS[_TYPE] = (_reader(stock), compared)


def _reader(stock: Callable[[str, Properties], Record | None]) -> Callable[[str, Properties], Record | None]:
    """Drift detection, which looks for the name."""

    def read(physical_id: str, props: Properties) -> Record | None:
        name, _ = secretsmanager._resolve(physical_id)
        return None if name is None else stock(name, props)

    return read


def _create(logical_id: str, props: Properties, stack_name: str) -> Made:
    if props.get("Name") in secretsmanager._secrets:
        why = f"The operation failed because the secret {props['Name']} already exists."
        raise handler_error(why, "AlreadyExists")
    # CloudFormation leaves the stack's name out of the one that it makes.
    made = provisioners._physical_name(stack_name, logical_id).rpartition("-")[2]
    named = {**props, "Name": props.get("Name") or f"{logical_id}-{made}"}
    _, attributes = provisioners._sm_secret_create(logical_id, named, stack_name)
    return attributes["Arn"], attributes


def _update(physical_id: str, old: Properties, new: Properties, stack_name: str) -> Made:
    _, secret = secretsmanager._resolve(physical_id)
    if secret is None:
        return _create("", new, stack_name)
    secret["Description"], secret["KmsKeyId"] = new.get("Description", ""), new.get("KmsKeyId")
    provisioners._reconcile_tag_list(secret.setdefault("Tags", []), old, new)
    if any(old.get(key) != new.get(key) for key in _VALUE):
        secretsmanager._publish_new_version(secret, secret_string=_value(new), secret_binary=None)
    return physical_id, {"Id": physical_id, "Arn": physical_id}


def _delete(physical_id: str, props: Properties) -> None:
    name, _ = secretsmanager._resolve(physical_id)
    if name is not None:
        provisioners._sm_secret_delete(name, props)


def _value(props: Properties) -> str:
    """The given value, or one that is made as GetRandomPassword makes it."""
    wanted = props.get("GenerateSecretString")
    if props.get("SecretString") or not wanted:
        return str(props.get("SecretString") or "")
    status, _, body = secretsmanager._get_random_password(_request(wanted))
    answer = json.loads(body)
    if status != 200:  # noqa: PLR2004 - HTTP: ok
        raise ValueError(answer.get("message") or answer.get("Message") or "GetRandomPassword failed")
    made: str = answer["RandomPassword"]
    if not wanted.get("SecretStringTemplate"):
        return made
    return json.dumps({**json.loads(wanted["SecretStringTemplate"]), wanted["GenerateStringKey"]: made})


def _request(wanted: Record) -> Record:
    request: Record = {"PasswordLength": int(wanted.get("PasswordLength", 32))}
    for key, value in wanted.items():
        if key.startswith(("Exclude", "Include", "Require")):
            request[key] = value if key == "ExcludeCharacters" else str(value).lower() == "true"
    return request
