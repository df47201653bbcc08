"""Whatever the models accept is rendered, is the same each time, fits into CloudFormation, has a cost, and passes lint.

The drawn files are the same in each run; `make fuzz` draws others, and many more. What fails is printed as a file for
`environments/`.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path as Folder
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, find, given, note, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from pydantic import ValidationError

from stacks.build.render import render
from stacks.cost.assumptions import Assumptions
from stacks.cost.environment import survey_environment
from stacks.rendered.rendered import ROOT
from stacks.settings import Settings, load
from tests.generated import combinations
from tests.generated.documents import CATALOGUE, INSIDE, NAMES, SETTINGS, as_taken, documents, with_settings
from tests.generated.drawing import REGIONS, Drawing
from tests.generated.linting import Linting
from tests.generated.realistic import REALISTIC
from tests.generated.toml import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.settings.keys import Path
    from tests.generated.drawing import Draw

FUZZ = int(os.environ.get("FUZZ", "0"))
"""How many times as many files are drawn as in CI; 0: those of CI."""
LIMITS = {"Resources": 500, "Parameters": 200, "Outputs": 200}
"""Of one template (CloudFormation, "Quotas")."""
LONGEST = 1_000_000
"""Bytes of a template that is in S3 (likewise)."""
TOGETHER = 8
"""Settings that are looked for in one file, as most of them go together."""
LONGEST_NAME = 32
"""Of load balancers and target groups, which cfn-lint does not know (CreateLoadBalancer, CreateTargetGroup)."""
TODAY = datetime(2026, 11, 30, tzinfo=UTC)
"""When the year of the schedules begins in which tasks are counted."""
drawn = partial(
    settings,
    derandomize=not FUZZ,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def accepted(document: dict[str, Any]) -> Settings | None:
    """The settings that a document says; None where the models refuse it."""
    try:
        return Settings.model_validate(as_taken(document))
    except ValidationError:
        return None


def read(environment: str, text: str) -> Settings:
    """The settings of an environment file with this text."""
    with tempfile.TemporaryDirectory() as name:
        (Folder(name) / f"{environment}.toml").write_text(text, encoding="utf-8")
        return load(environment, directory=Folder(name))


def named_by_elb(template: dict[str, Any]) -> list[str]:
    """The names of load balancers and target groups."""
    kinds = {"AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::TargetGroup"}
    return [it["Properties"]["Name"] for it in template["Resources"].values() if it["Type"] in kinds]


def test_what_is_accepted_renders_the_same_each_time_within_the_limits() -> None:
    """Also when the settings come from a file, and what they cost can be counted. Most of what is drawn is accepted."""
    counted = Counter[bool]()

    @drawn(max_examples=80 * (FUZZ or 1))
    @given(documents())
    def renders(document: dict[str, Any]) -> None:
        text = written(document, CATALOGUE.tables)
        note(text)
        wanted = accepted(document)
        counted[wanted is not None] += 1
        if wanted is None:
            return
        rendered = render(wanted)
        from_file = read(wanted.environment, text)
        assert from_file == wanted
        assert render(from_file) == rendered
        tasks = survey_environment(wanted, rendered, Assumptions(), start=TODAY).tasks
        assert tasks is not None
        assert 0 <= tasks.all.smallest <= tasks.all.expected <= tasks.all.largest
        templates = {name: json.loads(body) for name, body in rendered.templates.items()}
        children = [it for it in templates[ROOT]["Resources"].values() if it["Type"] == "AWS::CloudFormation::Stack"]
        assert {it["Properties"]["TemplateURL"] for it in children} == {*templates} - {ROOT}
        for name, template in templates.items():
            assert all(len(template.get(part, ())) <= most for part, most in LIMITS.items()), name
            assert len(rendered.templates[name].encode()) <= LONGEST, name
            assert all(len(it) <= LONGEST_NAME for it in named_by_elb(template))

    renders()
    assert counted[True] >= 0.9 * counted.total()


def test_what_is_accepted_has_no_lint_errors() -> None:
    """In all the regions, those of China and GovCloud among them."""
    linting = Linting()

    # What fails sets a few keys only; which of them are needed costs minutes of lint, and `make fuzz` finds it out.
    @drawn(max_examples=30 * (FUZZ or 1), phases=[Phase.generate] + [Phase.shrink] * bool(FUZZ))
    @given(documents())
    def passes(document: dict[str, Any]) -> None:
        note(written(document, CATALOGUE.tables))
        wanted = accepted(document)
        if wanted is not None:
            errors = linting.errors(render(wanted), wanted.aws.region)
            assert not [f"{it.file}: {it.logical_id}: {it.rule}: {it.message}" for it in errors]

    passes()


def said(document: dict[str, Any], path: Path) -> bool:
    """Whether a document says something of this setting."""
    value: Any = document
    for name in path:
        value = value.get(name, {})
    return value not in ({}, [], "")


class Sealed:
    """A document that hypothesis does not write out when it has found it: that takes longer than finding it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document


@st.composite
def sealed(draw: Draw, wanted: Sequence[Path]) -> Sealed:
    """Give a document that is to have these settings."""
    drawing = Drawing(draw(st.sampled_from([*REGIONS])), REALISTIC, combinations.COMPLETE)
    document = draw(with_settings(wanted, drawing))
    document["project"], document["environment"] = NAMES[0]
    return Sealed(document)


def accepted_with(paths: Sequence[Path], examples: int) -> set[Path]:
    """Return which of these settings one of a few documents has that is accepted with most of them."""
    quick = settings(max_examples=examples, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    best: set[Path] = set()

    def has_all(it: Sealed) -> bool:
        there = {path for path in paths if said(it.document, path)}
        if len(there) > len(best) and accepted(it.document) is not None:
            best.clear()
            best.update(there)
        return len(best) == len(paths)

    with contextlib.suppress(NoSuchExample):
        find(sealed(paths), has_all, settings=settings(quick, report_multiple_bugs=False))
    return best


def test_every_setting_takes_part() -> None:
    """A setting that is only drawn where it is refused would be tested by nobody.

    If a new one fails here: it needs others, or a value that its pattern does not tell; say so in combinations.py or
    realistic.py.
    """
    paths = [*SETTINGS, *INSIDE]
    number = len(paths) // TOGETHER
    found = [accepted_with(paths[start::number], examples=4) for start in range(number)]
    rest = [path for path in paths if path not in set().union(*found)]
    assert not [".".join(path) for path in rest if not accepted_with([path], examples=50)]
