"""The requests that ministack's CloudFormation answers: wrapping one, its parameters, what it names, and its answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ministack.services.cloudformation import changesets, handlers, helpers

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Action, Record, Response

    Texts = dict[str, str]


def wrap_action(action: str, wrapper: Callable[[Action, Record], Response]) -> None:
    """Let `wrapper` answer this action; it gets what has answered it before, and the request's parameters."""
    stock: Action = handlers._ACTION_HANDLERS[action]
    handlers._ACTION_HANDLERS[action] = lambda params: wrapper(stock, params)


def parameter(params: Record, name: str, default: str = "") -> str:
    """Return one parameter of a request."""
    return str(helpers._p(params, name, default))


def is_true(params: Record, name: str) -> bool:
    """Whether a parameter of a request is true."""
    return parameter(params, name, "false").lower() == "true"


def find_stack(name: str) -> Record | None:
    """Return the stack with this name or id."""
    found: Record | None = handlers._resolve_stack(name) if name else None
    return found


def find_change_set(params: Record) -> Record | None:
    """Return the change set that a request names."""
    stack_name = parameter(params, "StackName")
    stack = find_stack(stack_name)
    _, found = changesets._find_change_set(
        parameter(params, "ChangeSetName"), stack["StackName"] if stack else stack_name
    )
    change_set: Record | None = found
    return change_set


def succeeded(answer: Response) -> bool:
    """Whether the request was carried out."""
    return answer[0] == HTTPStatus.OK


def refusal(message: str, code: str = "ValidationError") -> Response:
    """Return an error answer."""
    answer: Response = helpers._error(code, message)
    return answer


def add_texts(answer: Response, element: str, more: Callable[[Texts], Texts]) -> Response:
    """Return the answer with more texts in each element of this name.

    `more` gets the texts in the element and returns those to add, both by their names; empty ones are left out.
    """
    return _extended(answer, element, more, lambda found, _: found)


def add_nested_texts(answer: Response, element: str, name: str, more: Callable[[Texts], Texts]) -> Response:
    """Return the same as `add_texts`, but with the texts in a new element called `name`."""
    return _extended(answer, element, more, lambda found, prefix: ET.SubElement(found, prefix + name))


def _extended(
    answer: Response, element: str, more: Callable[[Texts], Texts], place: Callable[[ET.Element, str], ET.Element]
) -> Response:
    """Return the answer with more texts in the element that `place` returns for each one that is found."""
    if not succeeded(answer):
        return answer
    status, headers, body = answer
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


def first_text(answer: Response, element: str) -> str:
    """Return the text of the first element of this name, or ""."""
    return ET.fromstring(answer[2]).findtext(f".//{{{helpers.CFN_NS}}}{element}", "")  # noqa: S314 - as above
