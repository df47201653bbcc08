"""Values that the settings models accept, drawn from the models themselves: a new setting takes part by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from hypothesis import strategies as st

from stacks.settings.forms import annotation_notes, annotation_of, bare_annotation, plain_type
from templates.section import Map, Section

if TYPE_CHECKING:
    from collections.abc import Callable

    Draw = st.DrawFn
    Completion = Callable[[Draw, dict[str, Any], "Drawing"], None]
    Realistic = Mapping[tuple[type[Section], str], Callable[["Drawing"], st.SearchStrategy[Any]]]

REGIONS = {
    "ap-northeast-2": "aws",
    "us-east-1": "aws",
    "eu-central-1": "aws",
    "cn-north-1": "aws-cn",
    "us-gov-west-1": "aws-us-gov",
}
"""The regions for which trees are drawn, each with its partition."""
MOST = 3
"""Items of a drawn list or map; more of them show nothing new."""
FRAGMENTS = (
    "${A}",
    "${AWS::Region}",
    "${TaskDefinition.Arn}",
    "${!A}",
    "{{A}}",
    "{",
    "}",
    "%",
    '"',
    "\\",
    "\n",
    "ÿ",
    "한",
    "a",
    "B",
    "7",
    " ",
)
"""Parts of a text that is free: what templates, JSON and TOML could take for something else."""
_ANY_PARTITION = re.compile(r"arn:aws(?:\[a-z-\]\*|\(\?:-us-gov\)\?)")
_ANY_REGION = r":[a-z0-9-]+:[0-9]{12}:"


@dataclass(frozen=True)
class Drawing:
    """Strategies for the values of one region.

    `realistic` replaces what a model's pattern cannot say; `complete` makes a drawn section one that its validators
    accept.
    """

    region: str
    realistic: Realistic
    complete: Mapping[type[Section], Completion]
    turns: bool = False
    """Whether a key gets another value than the one that it has by default."""

    @property
    def partition(self) -> str:
        """The partition in which the region is."""
        return REGIONS[self.region]

    def field(self, model: type[Section], name: str) -> st.SearchStrategy[Any]:
        """Give a valid value for a key of a section."""
        field = model.model_fields[name]
        make = self.realistic.get((model, name))
        values = make(self) if make else self.value(annotation_of(field))
        return values.filter(lambda value: value != field.default) if self.turns else values

    def section(self, model: type[Section]) -> st.SearchStrategy[dict[str, Any]]:
        """Give a table with its required keys and some of the others."""
        return _sections(self, model)

    def value(self, annotation: object) -> st.SearchStrategy[Any]:
        """Give a value of an annotation: lists and dicts, as a file has them."""
        wanted, notes, plain = (
            plain_type(annotation),
            annotation_notes(annotation),
            bare_annotation(annotation),
        )
        if get_origin(plain) is Literal:
            return st.sampled_from(get_args(plain))
        if issubclass(wanted, Section):
            return self.section(wanted)
        if wanted is tuple:
            low, high = _lengths(notes)
            return st.lists(self.value(get_args(plain)[0]), min_size=low, max_size=high)
        if wanted is Map:
            low, high = _lengths(notes)
            key, value = get_args(plain)
            return st.dictionaries(self.value(key), self.value(value), min_size=low, max_size=high)
        return self._plain(wanted, notes)

    def _plain(self, wanted: type, notes: tuple[Any, ...]) -> st.SearchStrategy[Any]:
        low, high = _bound(notes, Ge, "ge"), _bound(notes, Le, "le")
        if wanted is bool:
            return st.booleans()
        if wanted is int:
            return st.integers(low, high)
        if wanted is float:
            return st.floats(low, high, allow_nan=False, allow_infinity=False)
        return self._text(notes)

    def _text(self, notes: tuple[Any, ...]) -> st.SearchStrategy[str]:
        shortest, longest = _bound(notes, MinLen, "min_length") or 0, _bound(notes, MaxLen, "max_length")
        patterns = [pattern for note in notes if (pattern := getattr(note, "pattern", None))]
        if not patterns:
            texts = st.lists(st.sampled_from(FRAGMENTS), min_size=shortest, max_size=6).map("".join)
        else:
            texts = _matching(self.located(patterns[0]))
        return texts.filter(lambda text: shortest <= len(text) <= (longest or len(text)))

    def located(self, pattern: str) -> str:
        """The pattern of an ARN, narrowed to ARNs of the region."""
        pattern = _ANY_PARTITION.sub(f"arn:{self.partition}", pattern)
        return pattern.replace(_ANY_REGION, f":{self.region}:[0-9]{{12}}:")


@cache
def _matching(pattern: str) -> st.SearchStrategy[str]:
    """Give texts that match, some with a fragment in them where the pattern lets one through."""
    compiled = re.compile(pattern, re.ASCII)

    def mixed(drawn: tuple[str, str, int]) -> str:
        text, fragment, place = drawn
        place %= len(text) + 1
        with_it = text[:place] + fragment + text[place:]
        return with_it if compiled.fullmatch(with_it) else text

    plain = st.from_regex(compiled, fullmatch=True)
    return plain | st.tuples(plain, st.sampled_from(FRAGMENTS), st.integers(0, 99)).map(mixed)


@st.composite
def _sections(draw: Draw, drawing: Drawing, model: type[Section]) -> dict[str, Any]:
    wanted = {name for name, field in model.model_fields.items() if field.is_required() or draw(st.booleans())}
    table = {name: draw(drawing.field(model, name)) for name in model.model_fields if name in wanted}
    if complete := drawing.complete.get(model):
        complete(draw, table, drawing)
    return table


def _bound(notes: tuple[Any, ...], bound: type, name: str) -> Any:
    return next((getattr(note, name) for note in notes if isinstance(note, bound)), None)


def _lengths(notes: tuple[Any, ...]) -> tuple[int, int]:
    """How many items are drawn; one at least, as none at all is mostly what there is without the setting."""
    low, high = _bound(notes, MinLen, "min_length") or 1, _bound(notes, MaxLen, "max_length")
    return low, max(low, MOST if high is None else min(high, MOST))
