"""Adding elements to ministack's XML answers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ministack.services.cloudformation import handlers, helpers

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record, Response


def around(action: str, wrapper: Callable[[Callable[[Record], Response], Record], Response]) -> None:
    """Let `wrapper` answer this action; it gets ministack's own handler, and the request's parameters."""
    stock: Callable[[Record], Response] = handlers._ACTION_HANDLERS[action]
    handlers._ACTION_HANDLERS[action] = lambda params: wrapper(stock, params)


def text(params: Record, name: str, default: str = "") -> str:
    """One parameter of a request."""
    return str(helpers._p(params, name, default))


def is_true(params: Record, name: str) -> bool:
    """One parameter of a request that is true or false."""
    return text(params, name, "false").lower() == "true"


def refuse(message: str, code: str = "ValidationError") -> Response:
    """An error answer."""
    answer: Response = helpers._error(code, message)
    return answer


def amend(answer: Response, element: str, more: Callable[[dict[str, str]], dict[str, str]]) -> Response:
    """Add to each element of this name in a good answer what `more` gives for its texts by name; empty is left out."""
    return _extended(answer, element, more, lambda found, _: found)


def nest(answer: Response, element: str, name: str, more: Callable[[dict[str, str]], dict[str, str]]) -> Response:
    """The same as `amend`, but with the texts in a new element of this name."""
    return _extended(answer, element, more, lambda found, prefix: ET.SubElement(found, prefix + name))


def _extended(
    answer: Response,
    element: str,
    more: Callable[[dict[str, str]], dict[str, str]],
    place: Callable[[ET.Element, str], ET.Element],
) -> Response:
    """The answer with more texts, in the element that `place` gives for each one that is found."""
    status, headers, body = answer
    if status != 200:  # noqa: PLR2004 - HTTP's OK
        return answer
    prefix = f"{{{helpers.CFN_NS}}}"
    ET.register_namespace("", helpers.CFN_NS)
    root = ET.fromstring(body)  # noqa: S314 - ministack's own answer
    for found in list(root.iter(prefix + element)):
        texts = {child.tag.removeprefix(prefix): child.text or "" for child in found}
        if added := {name: value for name, value in more(texts).items() if value}:
            inner = place(found, prefix)
            for name, value in added.items():
                ET.SubElement(inner, prefix + name).text = value
    return status, headers, ET.tostring(root, encoding="utf-8", xml_declaration=True)


def find(answer: Response, element: str) -> str:
    """The text of the first element of this name."""
    return ET.fromstring(answer[2]).findtext(f".//{{{helpers.CFN_NS}}}{element}", "")  # noqa: S314 - as above
