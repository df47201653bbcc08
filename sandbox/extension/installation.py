"""All that changes ministack, in the order in which it is installed."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Protocol

from sandbox.extension import (
    cloud_control,
    cloud_trail,
    metric_data,
    price_list,
    resources,
    service_quotas,
    template_urls,
)
from sandbox.extension.authorisation import simulator
from sandbox.extension.change_sets import conditions, property_values
from sandbox.extension.change_sets import requests as change_sets
from sandbox.extension.cloudformation import (
    capabilities,
    create_only,
    deletion,
    deployment,
    explicit_names,
    express,
    lag,
    nested,
    parents,
    physical_ids,
    pseudo_parameters,
    rollback,
    stack_role,
    states,
)
from sandbox.extension.imports import execution as import_execution
from sandbox.extension.imports import identifiers as import_identifiers
from sandbox.extension.imports import requests as import_requests
from sandbox.extension.imports import summaries as import_summaries
from sandbox.extension.logs import events as log_events
from sandbox.extension.logs import queries as log_queries
from sandbox.extension.reading import drift
from sandbox.extension.scaling import service as scaling_service
from sandbox.extension.scaling import types as scaling_types
from sandbox.extension.stack_sets import requests as stack_set_requests


class Change(Protocol):
    """A file that adds one thing to ministack, or corrects it."""

    def install(self) -> None:
        """Change ministack in this process."""


_RESOURCES = [
    importlib.import_module(f"{resources.__name__}.{module.name}")
    for module in pkgutil.iter_modules(resources.__path__)
]
_CHANGES: tuple[Change, ...] = (
    deployment,
    deletion,
    rollback,
    nested,
    template_urls,
    capabilities,
    create_only,
    explicit_names,
    parents,
    physical_ids,
    pseudo_parameters,
    conditions,
    change_sets,
    express,
    stack_role,
    property_values,
    states,
    lag,
    *(module for module in _RESOURCES if hasattr(module, "install")),
    scaling_service,
    scaling_types,
    service_quotas,
    metric_data,
    price_list,
    simulator,
    cloud_control,
    cloud_trail,
    log_events,
    log_queries,
    drift,
    import_identifiers,
    import_execution,
    import_requests,
    import_summaries,
    stack_set_requests,
)
"""What is installed later stands before what was installed earlier. The files of `resources` follow their names."""


def install() -> None:
    """Change ministack in this process. Raises MissingHookError where cfn-lint's schemas are missing."""
    for change in _CHANGES:
        change.install()
