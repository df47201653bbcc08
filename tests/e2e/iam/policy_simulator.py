"""IAM's policy simulator, scripted: it answers on a socket as the API does, in exactly the form of botocore's model."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from tests.support.faults import refuse
from tests.support.proxy import Call, Reply, between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from stacks.aws.session import Aws
    from tests.support.faults import PassOn
    from tests.support.world import World

    Script = Callable[[str, str], Mapping[str, Any]]
    """What a result says of an action on a resource, beside both; nothing: allowed."""

OPERATION, ORGANIZATION = "SimulatePrincipalPolicy", "OrganizationsDecisionDetail"


@dataclass
class Simulator:
    """A session at whose IAM simulations are scripted; `page` results at a time, whatever is asked for.

    The call of number `refused`, and those after it, are not allowed. Actions of two of the groups in `apart` are not
    taken in one call, nor are the actions and resources in `unknown`; `quiet` refuses without saying which. `nested`:
    results are inside of one for each action. `knows` is the only ARN that it knows, if given. `asked` has the
    parameters of all calls that were answered.
    """

    script: Script
    page: int = 1000
    refused: int | None = None
    nested: bool = False
    knows: str = ""
    apart: tuple[frozenset[str], ...] = ()
    unknown: frozenset[str] = frozenset()
    quiet: bool = False
    refusals: int = 0
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    model: Any = None

    @contextmanager
    def at(self, world: World) -> Iterator[Aws]:
        """Give the session; all other calls reach the account."""
        with (
            between(world.account.address.endpoint_url, self._choose) as proxy,
            closing(replace(world.aws, endpoint_url=proxy.url, attempts=1)) as aws,
        ):
            self.model = aws.iam.meta.service_model.operation_model(OPERATION)
            yield aws

    def _choose(self, call: Call) -> Callable[[Call, PassOn], Reply] | None:
        return self._answer if call.action == OPERATION else None

    def _answer(self, call: Call, _pass_on: PassOn) -> Reply:
        if self.refused is not None and call.number >= self.refused:
            self.refusals += 1
            return refuse(call, 403, "AccessDenied", "not authorized")
        given = parse_qs(call.body.decode())
        if self.knows and given["PolicySourceArn"] != [self.knows]:
            return refuse(call, 404, "NoSuchEntity", "there is no such entity")
        if words := self._invalid(given):
            self.refusals += 1
            return refuse(call, 400, "InvalidInput", "Invalid Input" if self.quiet else words)
        self.asked.append(given)
        results = self._results(given)
        start = int(given.get("Marker", ["0"])[0])
        end = start + min(self.page, int(given["MaxItems"][0]))
        answer: dict[str, Any] = {"EvaluationResults": results[start:end], "IsTruncated": end < len(results)}
        if answer["IsTruncated"]:
            answer["Marker"] = str(end)
        body = "".join(_xml(self.model.output_shape, f"{OPERATION}Result", answer))
        text = f'<{OPERATION}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">{body}</{OPERATION}Response>'
        return Reply(200, text.encode(), {"Content-Type": "text/xml"})

    def _invalid(self, given: dict[str, list[str]]) -> str:
        actions = _listed(given, "ActionNames")
        for name in (*actions, *_listed(given, "ResourceArns")):
            if name in self.unknown:
                return f"Invalid Entity {name}"
        groups = [[it for it in actions if it in group] for group in self.apart]
        groups.append([it for it in actions if not any(it in group for group in self.apart)])
        named = [f"[{','.join(group)}]" for group in groups if group]
        words = f"Invalid Input Actions: {' and '.join(named)} require different authorization information."
        return words if len(named) > 1 else ""

    def _results(self, given: dict[str, list[str]]) -> list[dict[str, Any]]:
        names = {name.partition(".")[0] for name in given} - {"Action", "Version"}
        assert names <= set(self.model.input_shape.members), names
        assert int(given["MaxItems"][0]) <= self.model.input_shape.members["MaxItems"].metadata["max"]
        resources = _listed(given, "ResourceArns")
        return [it for action in _listed(given, "ActionNames") for it in self._of(action, resources)]

    def _of(self, action: str, resources: list[str]) -> list[dict[str, Any]]:
        each = {it: {"EvalDecision": "allowed", **self.script(action, it)} for it in resources}
        if not self.nested:
            return [{"EvalActionName": action, "EvalResourceName": name} | it for name, it in each.items()]
        specific = [
            {"EvalResourceName": name, "EvalResourceDecision": it.pop("EvalDecision")} | it for name, it in each.items()
        ]
        of_all = [it.pop(ORGANIZATION) for it in specific if ORGANIZATION in it]
        result = {"EvalActionName": action, "EvalDecision": "allowed", "ResourceSpecificResults": specific}
        return [{**result, ORGANIZATION: of_all[0]} if of_all else result]


def _listed(given: dict[str, list[str]], name: str) -> list[str]:
    return [values[0] for key, values in given.items() if key.startswith(f"{name}.member.")]


def _xml(shape: Any, name: str, value: Any) -> Iterator[str]:
    """A value as the query protocol writes it. What the model does not know, or wants and misses, is refused."""
    yield f"<{name}>"
    if shape.type_name == "structure":
        assert set(shape.required_members) <= set(value) <= set(shape.members), (name, sorted(value))
        for member, it in value.items():
            yield from _xml(shape.members[member], member, it)
    elif shape.type_name == "list":
        for it in value:
            yield from _xml(shape.member, "member", it)
    elif shape.type_name == "boolean":
        yield str(bool(value)).lower()
    else:
        assert shape.type_name == "string", (name, shape.type_name)
        assert not shape.enum or value in shape.enum, (name, value)
        yield escape(value)
    yield f"</{name}>"
