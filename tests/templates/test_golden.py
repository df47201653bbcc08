"""The templates byte for byte. What they mean is asserted in the other tests; these show what a change changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from templates import root
from templates.model import template_file
from tests.templates.trees import GIVEN_NETWORK, PRETO

GOLDEN = Path(__file__).parent / "golden"
CASES: dict[str, dict[str, Any]] = {
    "prod": {},
    "given-network": {"network": GIVEN_NETWORK},
    "github-actions-role": {"iam": {"github_actions_role_name": "GitHubActionsRole"}},
}


@pytest.mark.parametrize("case", CASES)
def test_templates_are_the_golden_ones(case: str, request: pytest.FixtureRequest) -> None:
    """Whoever changes a template sees the change in the golden files, and nothing changes by itself."""
    stack = root.build(root.Settings.model_validate(PRETO | CASES[case]))
    texts = {template_file("root"): stack.body} | {template_file(n): c.body for n, c in stack.children.items()}
    folder = GOLDEN / case
    if request.config.getoption("--update-golden"):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    golden = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert sorted(texts) == sorted(golden)
    for name, text in texts.items():
        assert text == golden[name], f"{case}/{name}: run pytest --update-golden and read the diff"
