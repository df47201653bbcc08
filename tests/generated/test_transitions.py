"""Whatever two files are accepted: from one to the other it deploys on an AWS that is strict, or is refused before.

Each chain of files is walked in an account of its own, which has everything that a file can name. What fails is printed
as the two files; ids and ARNs in them are those of `furniture.py`. `make fuzz` draws other files, and more of them.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st

from tests.generated import chains
from tests.generated.documents import CATALOGUE
from tests.generated.furniture import furnish, settled
from tests.generated.moving import Mover
from tests.generated.test_all_settings import FUZZ, drawn
from tests.generated.toml import written
from tests.support.accounts import fresh
from tests.support.world import World, connected

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox import Address
    from stacks.settings import Settings
    from tests.generated.chains import Document
    from tests.generated.moving import Outcome


@contextmanager
def furnished(sandbox: Address) -> Iterator[tuple[Mover, Any]]:
    """Give an account with nothing deployed in it, and what a drawn file's ids are in it."""
    account = fresh(sandbox)
    with closing(connected(account)) as aws:
        world = World(aws=aws, account=account)
        world.bootstrap()
        yield Mover(world), furnish(world)


def walk(sandbox: Address, documents: Sequence[Document]) -> list[Outcome]:
    """Go from nothing to the first file, and from each to the next; give how. At the end nothing is left to do.

    `make fuzz` looks whether there is after each step.
    """
    outcomes: list[Outcome] = []
    before = "nothing"
    with furnished(sandbox) as (mover, here):
        for step, document in enumerate(documents, 1):
            wanted, after = chains.accepted(settled(document, here)), written(document, CATALOGUE.tables)
            if wanted is None:
                continue
            try:
                outcomes.append(_move(mover, wanted))
                if outcomes[-1] != "refused" and (FUZZ or step == len(documents)):
                    _finish(mover)
                before = before if outcomes[-1] == "refused" else after
            except Exception as error:
                error.add_note(f"--- from\n{before}\n--- to\n{after}")
                raise
    return outcomes


def _move(mover: Mover, wanted: Settings) -> Outcome:
    """Go there; where an image has to be pushed into a new repository before, do so, and keep the launch type."""
    outcome = mover.move(wanted)
    if outcome == "refused" and "Leave [ecs] launch_type" in mover.refusals[-1].then:
        assert mover.settings is not None
        wanted = _with_launch_type(wanted, mover.settings.ecs.launch_type)
        outcome = mover.move(wanted)
    if outcome == "refused" and "Deploy without an image first" in mover.refusals[-1].then:
        outcome = mover.move(wanted.model_copy(update={"image_tag": ""}))  # which something else may refuse
        outcome = mover.move(wanted) if outcome == "deployed" else outcome
    return outcome


def _with_launch_type(wanted: Settings, launch_type: Literal["FARGATE"] | None) -> Settings:
    """The settings with this launch type, and what goes with it."""
    kept: dict[str, Any] = {"launch_type": launch_type}
    kept |= {"spot": None} if launch_type else {"capacity_providers": True}
    return wanted.model_copy(update={"ecs": wanted.ecs.model_copy(update=kept)})


def _finish(mover: Mover) -> None:
    """Take the second step of what takes two; then nothing is left to do."""
    assert mover.settings is not None
    if mover.left_to_do():
        assert mover.move(mover.settings) == "deployed"
    left = mover.left_to_do()
    assert not left, f"the next plan is not empty: {left}"


@pytest.mark.parametrize("chain", range(chains.CHAINS))
def test_from_any_settings_to_any_others(sandbox: Address, chain: int) -> None:
    """It deploys, after which a plan finds nothing more to do; or it is said what to do, and nothing is changed."""
    outcomes = walk(sandbox, chains.drawn(chain))
    assert outcomes.count("deployed") >= len(outcomes) / 2, outcomes


@pytest.mark.parametrize("chain", range(chains.CHAINS))
def test_every_setting_is_turned(chain: int) -> None:
    """A chain turns all settings of its share, so that all chains together turn every one."""
    found = [chains.accepted(document) for document in chains.drawn(chain)]
    turned = {path for wanted in found if wanted for path in chains.turned(wanted)}
    assert {path for share in chains.shares(chain) for path in share} <= turned


@pytest.mark.skipif(not FUZZ, reason="`make fuzz` draws them: it takes minutes")
def test_from_some_settings_to_some_others(sandbox: Address) -> None:
    """The same with files of a few settings each."""

    @drawn(max_examples=3 * FUZZ, phases=[Phase.generate])
    @given(st.lists(chains.files(), min_size=2, max_size=4))
    def goes(documents: list[Document]) -> None:
        walk(sandbox, [chains.with_image(document, step) for step, document in enumerate(documents)])

    goes()
