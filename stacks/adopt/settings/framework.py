"""`[app]`: whether what runs is Streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.places.graph import items
from stacks.adopt.settings.facts import Setting, setting, texts, whole
from templates.profiles import STREAMLIT, WEB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.adopt.settings.facts import Facts

GROUP, DEFINITION = "Network/TargetGroup", "Ecs/TaskDefinition"
COMMENT = "neither port, health path, variables nor command are Streamlit's"


def framework(facts: Facts) -> Iterator[Setting]:
    """Yield the framework where nothing of what runs is Streamlit's: what is said of it, and defaults, follow it."""
    if not _is_streamlit(facts):
        decides = ((GROUP, "HealthCheckPath"), (DEFINITION, "ContainerDefinitions"))
        yield setting("app.framework", WEB.framework, *decides, comment=COMMENT, is_shown=True)


def _is_streamlit(facts: Facts) -> bool:
    container, group = facts.container, facts.of(GROUP)
    port = whole(facts.wiring.balancing.get("ContainerPort")) or whole(group.get("Port"))
    words = [*texts(container.get("EntryPoint")), *texts(container.get("Command")), str(container.get("Image", ""))]
    names = [str(it.get("Name")) for it in items(container.get("Environment"))]
    return (
        port == STREAMLIT.port
        or str(group.get("HealthCheckPath", "")).endswith(STREAMLIT.health_path)
        or any(STREAMLIT.framework in word.lower() for word in (*words, *names))
    )
