"""The settings of the whole tree."""

from __future__ import annotations

from typing import Any, Self

from pydantic import model_validator

from templates import profiles
from templates.root import combinations
from templates.root.tables import Tables


class Settings(Tables):
    """What an environment file says of the infrastructure."""

    @model_validator(mode="before")
    @classmethod
    def _defaults_of_the_framework(cls, data: Any) -> Any:
        return profiles.completed(cls, data)

    @model_validator(mode="after")
    def _combinations(self) -> Self:
        combinations.refuse_conflicts(self)
        return self
