"""The templates of one environment, as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from templates.model import template_file

ROOT = template_file("root")


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """The finished text of one environment's tree.

    `templates` maps a file name to its text, the root's (`ROOT`) among them; the root's `TemplateURL`s are these names.
    `parameters` are the root's, as an operator who keeps to the environment file passes them.
    """

    environment: str
    stack_name: str
    templates: Mapping[str, str]
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
