"""The figure of an environment as its settings have it, whatever is deployed."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from stacks.cost.catalogue import AWS, Asking, Catalogue
from stacks.cost.figure import Figure, figure
from stacks.cost.survey import Survey, survey_tree
from stacks.rendered.rendered import ROOT
from stacks.rendered.tree import Module
from stacks.request.parameters import IMAGE_TAG

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from stacks.aws.session import Aws
    from stacks.cost.assumptions import Assumptions
    from stacks.rendered.rendered import Rendered
    from stacks.settings import Settings

SANDBOX = "sandbox"
"""The source of prices that the embedded AWS has made up."""
SOME_TAG = "some"
"""A tag for an image that will be there: without one, the first deployment has no service."""


def open_catalogue(
    settings: Settings, folder: Path, connect: Callable[[], Aws], *, may_ask: bool = True, refresh: bool = False
) -> Catalogue:
    """Return the price list of an environment's region; made-up prices of the embedded AWS are kept as such."""
    where = settings.aws
    own = where.endpoint or os.environ.get("AWS_ENDPOINT_URL_PRICING") or os.environ.get("AWS_ENDPOINT_URL") or AWS
    asking = Asking(source=SANDBOX if where.is_embedded else own, may_ask=may_ask, refresh=refresh)
    return Catalogue(where.region, folder, connect, asking=asking)


def tree_of(rendered: Rendered) -> Module:
    """Return the rendered templates as a tree."""
    documents = {name: json.loads(text) for name, text in rendered.templates.items()}
    return Module(template=documents[ROOT], load=documents.get, address=ROOT)


def survey_environment(
    settings: Settings, rendered: Rendered, given: Assumptions, *, start: datetime | None = None
) -> Survey:
    """Return what an environment is billed by once its service runs."""
    parameters = {**rendered.parameters, IMAGE_TAG: rendered.parameters.get(IMAGE_TAG) or SOME_TAG}
    return survey_tree(tree_of(rendered), parameters, given, settings.ecs.desired_count, start=start)


def environment_figure(settings: Settings, rendered: Rendered, catalogue: Catalogue, given: Assumptions) -> Figure:
    """Return what a month of an environment costs."""
    survey = survey_environment(settings, rendered, given)
    return figure(survey, catalogue, given)
