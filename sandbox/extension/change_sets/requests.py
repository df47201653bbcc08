"""The requests about the change sets of a whole tree: create, describe, list, execute, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services import cloudformation
from ministack.services.cloudformation import changesets

from sandbox.extension import cloudformation_api as api
from sandbox.extension.change_sets import tree
from sandbox.extension.cloudformation import child_stacks, express

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from sandbox.extension.untyped import Action, Record, Response


def install() -> None:
    """Extend each request."""
    api.wrap_action("CreateChangeSet", _create)
    api.wrap_action("DescribeChangeSet", _describe)
    api.wrap_action("ListChangeSets", _list)
    api.wrap_action("ExecuteChangeSet", _execute)
    api.wrap_action("DeleteChangeSet", _delete)
    stock: Callable[..., Coroutine[None, None, None]] = changesets._track_change_set_execution

    async def track(change_set: Record, stack: Record, deployment: Coroutine[None, None, None]) -> None:
        await stock(change_set, stack, deployment)
        for child in _descendants(change_set["ChangeSetId"]):
            child["ExecutionStatus"] = change_set["ExecutionStatus"]

    changesets._track_change_set_execution = track


def _create(stock: Action, params: Record) -> Response:
    if why := express.why_refused(params):
        return api.refusal(why)
    answer = stock(params)
    if not api.succeeded(answer):
        return answer
    change_set = cloudformation._change_sets[api.first_text(answer, "Id")]
    change_set["RootChangeSetId"] = change_set["ChangeSetId"]
    change_set[express.CONFIG] = express.mode_of(params)
    change_set["IncludeNestedStacks"] = api.is_true(params, "IncludeNestedStacks")
    if change_set["IncludeNestedStacks"]:
        tree.extend_to_tree(change_set)
    else:
        tree.mark_all_children(change_set)
    return answer


def _describe(stock: Action, params: Record) -> Response:
    answer = stock(params)
    change_set = api.find_change_set(params)
    if change_set is None:
        return answer
    ids = {
        entry["ResourceChange"]["LogicalResourceId"]: entry["ResourceChange"].get("ChangeSetId", "")
        for entry in change_set["Changes"]
    }
    answer = api.add_texts(
        answer, "ResourceChange", lambda texts: {"ChangeSetId": ids.get(texts["LogicalResourceId"], "")}
    )
    return api.add_texts(answer, "DescribeChangeSetResult", lambda _: _relatives(change_set))


def _list(stock: Action, params: Record) -> Response:
    known = cloudformation._change_sets
    return api.add_texts(stock(params), "member", lambda texts: _relatives(known.get(texts.get("ChangeSetId")) or {}))


def _relatives(change_set: Record) -> dict[str, str]:
    if not change_set.get("IncludeNestedStacks"):
        return {}
    parent = change_set.get("ParentChangeSetId", "")
    root = change_set["RootChangeSetId"] if parent else ""
    return {"IncludeNestedStacks": "true", "ParentChangeSetId": parent, "RootChangeSetId": root}


def _execute(stock: Action, params: Record) -> Response:
    change_set = api.find_change_set(params)
    if change_set and change_set.get("ParentChangeSetId"):
        return api.refusal(f"A nested change set is executed with its root: {change_set['RootChangeSetId']}")
    answer = express.execute_change_set(stock, params, change_set)
    if api.succeeded(answer) and change_set:
        for child in _descendants(change_set["ChangeSetId"]):
            child["ExecutionStatus"] = "EXECUTE_IN_PROGRESS"
            if stack := api.find_stack(child["StackId"]):
                stack["_import_existing"] = child["_import_existing"]
        child_stacks.drop_children_in_review(change_set["StackId"], keeping=change_set["ChangeSetId"])
        _drop_orphans()
    return answer


def _drop_orphans() -> None:
    """Delete nested change sets without a root: executing one change set deletes the others of its stack."""
    known = cloudformation._change_sets
    for change_set_id in [key for key, it in known.items() if it.get("RootChangeSetId", key) not in known]:
        known.pop(change_set_id)


def _delete(stock: Action, params: Record) -> Response:
    change_set = api.find_change_set(params)
    answer = stock(params)
    if api.succeeded(answer) and change_set:
        for child in _descendants(change_set["ChangeSetId"]):
            cloudformation._change_sets.pop(child["ChangeSetId"], None)
        child_stacks.drop_children_in_review(change_set["StackId"], of=change_set["ChangeSetId"])
    return answer


def _descendants(change_set_id: str) -> list[Record]:
    return [
        change_set
        for change_set in cloudformation._change_sets.values()
        if change_set.get("RootChangeSetId") == change_set_id and change_set["ChangeSetId"] != change_set_id
    ]
