"""Enhanced scanning by Amazon Inspector, which is a setting of the account's whole registry in the region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere.ecr import RegistryScanningConfiguration, RepositoryFilter, ScanningRule

if TYPE_CHECKING:
    from templates.ecr.settings import Settings
    from templates.identity import Identity

SCANNING = "RegistryScanning"
"""Logical id of the configuration."""


def scanning_configuration(identity: Identity, settings: Settings) -> dict[str, Any]:
    """Return the registry's configuration, which is the same in all environments of a project.

    The project's repositories are scanned again whenever a vulnerability becomes known, all others of the account when
    an image is pushed: enhanced scanning ignores a repository's own `scan_on_push`, and without a rule nothing would
    scan it. A filter without `*` matches all names that contain it:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html
    """
    ours = settings.repository_name or f"{identity.project}-*"
    return {"ScanType": "ENHANCED", "Rules": [_rule("CONTINUOUS_SCAN", ours), _rule("SCAN_ON_PUSH", "*")]}


def registry_scanning(identity: Identity, settings: Settings) -> RegistryScanningConfiguration:
    """Return the configuration as a resource, which stays when its stack is deleted.

    Deleting it would reset the registry for everybody and turn Amazon Inspector off in the account:
    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2516
    """
    wanted = scanning_configuration(identity, settings)
    rules = [
        ScanningRule(
            ScanFrequency=it["ScanFrequency"],
            RepositoryFilters=[RepositoryFilter(**each) for each in it["RepositoryFilters"]],
        )
        for it in wanted["Rules"]
    ]
    return RegistryScanningConfiguration(
        SCANNING, DeletionPolicy="Retain", UpdateReplacePolicy="Retain", ScanType=wanted["ScanType"], Rules=rules
    )


def _rule(frequency: str, name: str) -> dict[str, Any]:
    return {"ScanFrequency": frequency, "RepositoryFilters": [{"Filter": name, "FilterType": "WILDCARD"}]}
