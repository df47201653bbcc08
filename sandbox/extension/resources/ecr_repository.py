"""AWS::ECR::Repository: `ImportExistingResources` imports it by its name, as it does log groups, roles and buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import ecr
from ministack.services.cloudformation import changesets, provisioners

if TYPE_CHECKING:
    from sandbox.extension.untyped import Made, Record

_TYPE = "AWS::ECR::Repository"


def install() -> None:
    """Let the type be imported."""
    changesets._IMPORT_LOOKUPS[_TYPE] = (("RepositoryName",), _problem)
    provisioners._RESOURCE_HANDLERS[_TYPE]["import"] = _adopt


def _problem(name: str) -> str | None:
    return None if name in ecr._repositories else f"Resource of type '{_TYPE}' with identifier '{name}' was not found."


def _adopt(identifier: Record) -> Made:
    repository = ecr._repositories[identifier["RepositoryName"]]
    attributes = {"Arn": repository["repositoryArn"], "RepositoryUri": repository["repositoryUri"]}
    return repository["repositoryName"], attributes
