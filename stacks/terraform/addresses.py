"""Addresses of resources, written as `terraform state list` writes them and `terraform state rm` takes them."""

from __future__ import annotations

import re

NAME = r"[^\W\d][\w-]*"
"""An identifier of HCL."""
_KEY = r'\[(?:[0-9]+|"(?:[^"\\]|\\.)*")\]'
_MODULE = re.compile(rf"module\.{NAME}(?:{_KEY})?(?:\.module\.{NAME}(?:{_KEY})?)*")
_NAME = re.compile(NAME)
_PROVIDER = re.compile(rf'(?:(?:{_MODULE.pattern})\.)?provider(?:\["(?P<source>[\w.:/-]+)"\]|\.(?P<name>{NAME}))')
_CONFIGURATION = re.compile(rf"(?:\.{NAME}(?:{_KEY})?)?")
_ESCAPED = {"\n": r"\n", "\r": r"\r", "\t": r"\t", '"': r"\"", "\\": "\\\\"}
_LEGACY = "registry.terraform.io/-/"
_HASHICORP = "registry.terraform.io/hashicorp/"


def is_name(text: object) -> bool:
    """Whether it can be the type or the name of a resource."""
    return isinstance(text, str) and _NAME.fullmatch(text) is not None


def is_module(text: object) -> bool:
    """Whether it is the address of a module: `module.a`, `module.a["x"].module.b[0]`."""
    return isinstance(text, str) and text.isprintable() and _MODULE.fullmatch(text) is not None


def resource_address(*, module: str, type: str, name: str, key: int | str | None, is_data: bool) -> str:  # noqa: A002 - Terraform's word
    """Return the address of an instance; `key` is its index or its key of `for_each`."""
    parts = [module] if module else []
    parts += ["data"] if is_data else []
    return ".".join([*parts, type, name]) + ("" if key is None else f"[{key if isinstance(key, int) else quoted(key)}]")


def quoted(key: str) -> str:
    r"""Return a key of `for_each` in quotes, as Terraform writes it: `"a\"b"`, `"$${c}"`, `"\u00a0"`.

    By `toHCLQuotedString` in hashicorp/terraform, internal/addrs/instance_key.go.
    """
    doubled = re.sub(r"[$%](?=\{)", lambda sign: sign[0] * 2, key)
    return '"' + "".join(_ESCAPED.get(letter) or _printable(letter) for letter in doubled) + '"'


def _printable(letter: str) -> str:
    if letter.isprintable():
        return letter
    code = ord(letter)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - four digits


def provider_source(text: object) -> str | None:
    """Return the source address of a provider, however a state or `terraform show` spells it; None where it is none.

    `provider["registry.terraform.io/hashicorp/aws"]`, with a module before it, and behind it the alias of a
    configuration, in OpenTofu with a key; `provider.aws` before 0.13; a bare address or name. A provider without a
    namespace is HashiCorp's
    (https://developer.hashicorp.com/terraform/language/providers/requirements#source-addresses).
    """
    if not isinstance(text, str):
        return None
    if re.fullmatch(r"[\w.:-]+(?:/[\w.-]+){2}", text):
        source = text
    elif is_name(text):
        source = f"{_HASHICORP}{text}"
    elif (found := _PROVIDER.match(text)) and _CONFIGURATION.fullmatch(text, found.end()):
        source = found["source"] or f"{_HASHICORP}{found['name']}"
    else:
        return None
    return source.replace(_LEGACY, _HASHICORP, 1)
