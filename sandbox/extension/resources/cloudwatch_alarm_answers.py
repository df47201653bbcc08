"""DescribeAlarms for callers that speak CloudWatch's query protocol, such as Terraform: ministack leaves out half."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ministack.services import cloudwatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record, Response, Untyped

_SPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/"
_MORE = (
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "Dimensions",
    "EvaluateLowSampleCountPercentile",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "Metrics",
    "OKActions",
    "Period",
    "Statistic",
    "TreatMissingData",
    "Unit",
)


def install() -> None:
    """Complete each alarm of the answer."""
    stock: Callable[..., Response] = cloudwatch._describe_alarms

    def describe(params: Record, data: Untyped, is_cbor: bool, is_json: bool = False) -> Response:  # noqa: FBT001, FBT002 - ministack calls it so
        status, headers, body = stock(params, data, is_cbor, is_json)
        if is_cbor or is_json or status != HTTPStatus.OK:
            return status, headers, body
        ET.register_namespace("", _SPACE)
        root = ET.fromstring(body)  # noqa: S314 - ministack's own answer
        for element in root.iterfind(f".//{{{_SPACE}}}MetricAlarms/{{{_SPACE}}}member"):
            _complete(element)
        return status, headers, ET.tostring(root, encoding="utf-8", xml_declaration=True)

    cloudwatch._describe_alarms = describe


def _complete(element: ET.Element) -> None:
    alarm = cloudwatch._alarms[element.findtext(f"{{{_SPACE}}}AlarmName", "")]
    for name in _MORE:
        if alarm.get(name) not in (None, "", []):
            _add(element, name, alarm[name])


def _add(parent: ET.Element, name: str, value: Untyped) -> None:
    element = ET.SubElement(parent, f"{{{_SPACE}}}{name}")
    if isinstance(value, dict):
        for key, inner in value.items():
            _add(element, key, inner)
    elif isinstance(value, list):
        for inner in value:
            _add(element, "member", inner)
    else:
        element.text = str(value).lower() if isinstance(value, bool) else str(value)
