"""Names in `[bootstrap]`: of GitHub repositories, branches, environments and issuers, and of roles.

An owner has letters, digits and hyphens; a managed user of an enterprise has `_` and its short code at the end (GitHub,
"Username considerations for external authentication").
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from templates.section import Allowed

Repository = Annotated[
    str,
    Field(
        max_length=180,
        pattern=(
            r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:_[A-Za-z0-9]{1,38})?"
            r"(?:/[A-Za-z0-9._-]{1,100}|@[0-9]{1,20}/[A-Za-z0-9._-]{1,100}@[0-9]{1,20})$"
        ),
    ),
    Allowed('"owner/name", or "owner@ID/name@ID" for a repository whose tokens have the ids in them'),
]
_NO_REF = re.compile(r"[*?\[~^:\\]|\.\.|//|@\{|\$\{|^[-/.]|/\.|[/.]$|\.lock(?:/|$)|^@$")
"""What no name of a branch or tag has (git-check-ref-format), and what a policy would read as a variable."""


def _ref(name: str) -> str:
    if name.startswith("refs/"):
        raise PydanticCustomError("full_ref", "is written without refs/heads/ or refs/tags/")
    if _NO_REF.search(name):
        raise PydanticCustomError(
            "no_ref",
            "is not an exact name that git accepts: without * ? [ ~ ^ : and \\, without .. // and @{, "
            "without - / or . at its beginning, and without / . or .lock at its end",
        )
    return name


def _environment(name: str) -> str:
    if any(sign in name for sign in ("*", "?", "${")):
        raise PydanticCustomError("pattern", "is not an exact name: * ? and ${{ mean something else in a policy")
    return name


Ref = Annotated[
    str,
    Field(min_length=1, max_length=200, pattern=r"^[!-~]+$"),
    AfterValidator(_ref),
    Allowed('the exact name in quotes, such as "main", without * and ?, and without refs/heads/ or refs/tags/'),
]
Environment = Annotated[
    str,
    Field(min_length=1, max_length=255, pattern=r"^[!-~](?:[ -~]*[!-~])?$"),
    AfterValidator(_environment),
    Allowed('the exact name of the GitHub environment in quotes, such as "prod", without * and ?'),
]
Issuer = Annotated[
    str,
    Field(
        max_length=255,
        pattern=(
            r"^https://(?:token\.actions\.githubusercontent\.com(?:/[A-Za-z0-9][A-Za-z0-9_-]{0,59})?"
            r"|token\.actions\.[a-z0-9](?:-?[a-z0-9]){0,38}\.ghe\.com"
            r"|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+/_services/token)$"
        ),
    ),
    Allowed(
        '"https://token.actions.githubusercontent.com", the same with "/ENTERPRISE", '
        '"https://token.actions.SUBDOMAIN.ghe.com" or "https://HOST/_services/token"'
    ),
]
RoleName = Annotated[
    str,
    Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9+=,.@_-]+$"),
    Allowed("the name of a role in quotes, not its ARN: 1 to 64 letters, digits and any of + = , . @ _ -"),
]
ResourceName = Annotated[
    str,
    Field(max_length=512, pattern=r"^[A-Za-z0-9/][A-Za-z0-9+=,.@_/#-]+\*?$"),
    Allowed('2 characters or more in quotes: letters, digits and any of + = , . @ _ / # -, with a "*" last or not'),
]
RepositoryName = Annotated[
    str,
    Field(min_length=2, max_length=256, pattern=r"^[a-z0-9]+(?:[._/-][a-z0-9]+)*$"),
    Allowed("the name of an ECR repository in quotes"),
]
