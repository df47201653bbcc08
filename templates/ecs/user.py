"""Users of containers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from templates.section import Allowed

User = Annotated[
    str,
    Field(pattern=r"^(?:[0-9]{1,5}(?::[0-9]{1,5})?)?$"),
    Allowed('the number of a user in quotes, with its group or not, such as "1000:1000"'),
]
"""A user's number and group as `docker run --user` takes them; empty for the image's own."""
