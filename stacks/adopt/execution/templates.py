"""Adoption templates: what is imported, described as it runs, in the words of the templates that follow."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from stacks.adopt.differences import Resolved
from stacks.adopt.differences.comparing import KEPT
from stacks.adopt.execution.journal import journal_key
from stacks.adopt.execution.settling import LEFT_OUT, UnsettledError, settled
from stacks.adopt.survey import Adopted, Effect
from stacks.adopt.types import ecr, ecs
from stacks.errors import Code, UserError
from stacks.rendered import references
from stacks.rendered.expressions import Json, section
from stacks.rendered.names import ADOPTION, NESTED_STACK
from stacks.rendered.rendered import ROOT
from stacks.rendered.tree import Module
from stacks.rendered.values import Scope, parts
from templates.model import template_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from stacks.adopt.survey import Survey
    from stacks.rendered.rendered import Rendered

PLACEHOLDER, PLACEHOLDER_TYPE = "AdoptionPlaceholder", "AWS::CloudFormation::WaitConditionHandle"
"""What a root has before there is anything to nest: a stack needs a resource, and this one is nothing but a name."""
IMPORTED = {"DeletionPolicy": "Retain"}
"""What an import demands of each resource."""
RETAINED = {**IMPORTED, "UpdateReplacePolicy": "Retain"}
"""What is retained. The second policy comes with the outputs, which alone were no update for years
(https://github.com/rapid7/convection/issues/140); a policy was seen to be one
(https://github.com/ministackorg/ministack/pull/1646), and no handler is called for it."""
NOTHING_TO_SAY = frozenset({Effect.SAME, Effect.DEFAULT})
MOST_IMPORTS = 200
"""The most resources of one import: "Quotas" of CloudFormation, "resources to import"."""
LARGEST = 1_000_000
"""The most bytes of a template in S3 (1 MB): the same page."""
DELETED = {ecr.TYPE: frozenset({"LifecyclePolicy", "RepositoryPolicyText"})}
"""Properties that the update after an import deletes where the template leaves them out.

Handlers of most types compare the template with the one before, which is the same. That of a repository does not
(https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-ecr, `UpdateHandler`); seen on AWS:
timdodgson/appliance-clinic, docs/migration/phase-5-import-semantics.md.
"""


@dataclass(frozen=True, kw_only=True)
class ChildTemplate:
    """The templates of one child.

    `imported` has resources only, and all that identifies them as literals. `updated` has the outputs as well, and
    references where our template has them, with the same values.
    """

    logical_id: str
    imported: str
    updated: str
    resources: tuple[Adopted, ...]


@dataclass(frozen=True, kw_only=True)
class AdoptionTemplates:
    """The templates of a takeover, of which the root's are written when the children's addresses are known.

    `children` are in the order in which they depend on each other.
    """

    root: Mapping[str, Any]
    children: tuple[ChildTemplate, ...]
    marks: Mapping[str, Any]

    def root_before(self) -> str:
        """Return the root's template without children: parameters, conditions, and the placeholder."""
        return self._root({})

    def root_with(self, urls: Mapping[str, str]) -> str:
        """Return the root's template with the children, whose templates are at these addresses."""
        return self._root({it.logical_id: self._entry(it.logical_id, urls[it.logical_id]) for it in self.children})

    def _entry(self, logical_id: str, url: str) -> Mapping[str, Any]:
        """Return the child as an import wants it: the address of its template, and neither tags nor parameters."""
        condition = self.root["Resources"][logical_id].get("Condition")
        entry = {"Type": NESTED_STACK, **RETAINED, "Properties": {"TemplateURL": url}}
        return entry | ({"Condition": condition} if condition else {})

    def _root(self, children: Mapping[str, Any]) -> str:
        document = {name: it for name, it in self.root.items() if name not in {"Outputs", "Resources"}}
        document["Metadata"] = {**section(self.root, "Metadata"), ADOPTION: self.marks}
        document["Resources"] = {PLACEHOLDER: {"Type": PLACEHOLDER_TYPE}, **children}
        return template_text(document)


def top(path: str) -> str:
    """Return the property of the resource to which a path leads: `Tags` of `Tags[0].Value`."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def with_outputs(deployed: Mapping[str, Any], child: ChildTemplate) -> dict[str, Any]:
    """Return the template with which a child was imported, with its outputs.

    What identifies a resource becomes a reference where our template has one, whose value is the same: otherwise the
    first deployment would look as if it changed the identifier, which replaces the resource.
    """
    updated = json.loads(child.updated)
    resources = {name: {**it, **RETAINED} for name, it in deployed["Resources"].items()}
    for it in child.resources:
        known, wanted = resources[it.logical_id]["Properties"], updated["Resources"][it.logical_id]["Properties"]
        same = {name: wanted[name] for name, value in it.identifier.items() if name in wanted and known[name] == value}
        resources[it.logical_id]["Properties"] = {**known, **same}
    return {**deployed, "Resources": resources, "Outputs": updated["Outputs"]}


def adoption_of(template: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what a deployed template says of a takeover; None for one of a deployment."""
    return section(template, "Metadata").get(ADOPTION)


def adoption_marks(root: str, lineage: str) -> Mapping[str, Any]:
    """Return what the metadata of adoption templates says: where the journal is, and which state it is about."""
    return {"Journal": journal_key(root), "Lineage": lineage}


def adoption_templates(
    rendered: Rendered,
    survey: Survey,
    parameters: Mapping[str, str],
    *,
    marks: Mapping[str, Any],
    running: str,
    resolved: Mapping[str, Resolved] | None = None,
) -> AdoptionTemplates:
    """Return the templates that describe what runs.

    `parameters` are the root's. `running` is the ARN of the task definition that the service runs, "" without one.
    `resolved` are our resources with what they refer to in other stacks.
    A property in which nothing differs is written as our template writes it, and so the first deployment does not see
    another one; any other has its live value. Raises UserError where the settings leave out what is taken over, or
    where it is more than CloudFormation imports at once.
    """
    documents = {name: json.loads(text) for name, text in rendered.templates.items()}
    tree = Module(template=documents[ROOT], load=documents.get, address=ROOT)
    scope = tree.scope(parameters)
    by_child: dict[str, list[Adopted]] = {}
    for it in survey.adopted:
        by_child.setdefault(it.child, []).append(it)
    _refuse_left_out(tree, scope, by_child)
    children = tuple(
        _Writer(
            module=tree.children[name],
            scope=tree.children[name].scope(parameters),
            adopted=tuple(by_child[name]),
            differing=_differing(survey),
            marks=marks,
            running=running,
            resolved=resolved or {},
        ).write()
        for name in _in_order(tree, by_child)
    )
    return AdoptionTemplates(root=documents[ROOT], children=children, marks=marks)


def _differing(survey: Survey) -> Mapping[str, Mapping[str, set[str]]]:
    """Return where each resource differs, by its path: the properties, and the whole paths in each."""
    found: dict[str, dict[str, set[str]]] = {}
    for it in survey.differences:
        if it.effect not in NOTHING_TO_SAY:
            found.setdefault(it.path, {}).setdefault(top(it.property), set()).add(it.property)
    return found


def _refuse_left_out(tree: Module, scope: Scope, by_child: Mapping[str, list[Adopted]]) -> None:
    """Raise UserError for a child, or a resource of it, that our templates do not have with these settings."""
    there = scope.resources()
    for name, adopted in by_child.items():
        declared = tree.children[name].scope(scope.parameters).resources() if name in tree.nested else {}
        for it in adopted:
            if name not in there or section(declared, it.logical_id).get("Type") != it.type:
                why = f"the settings leave it out, and {it.addresses[0]} is to become it"
                then = "Change the settings so that it is there, or leave the resource to Terraform with --map."
                raise UserError(it.path, why, then, code=Code.STATE)
        if len(adopted) > MOST_IMPORTS:
            why = f"it would import {len(adopted)} resources, and CloudFormation imports {MOST_IMPORTS} at once"
            raise UserError(name, why, "Leave some of them to Terraform.", code=Code.STATE)


def _in_order(tree: Module, wanted: Collection[str]) -> Iterator[str]:
    """Yield the children, each after those whose outputs it uses."""
    needs = references.needs({ROOT: tree.template}, ROOT)
    order = TopologicalSorter({name: sorted(needs[name]) for name in sorted(tree.nested)}).static_order()
    return (name for name in order if name in wanted)


@dataclass(frozen=True, kw_only=True)
class _Writer:
    """Writes the templates of one child."""

    module: Module
    scope: Scope
    adopted: tuple[Adopted, ...]
    differing: Mapping[str, Mapping[str, set[str]]]
    marks: Mapping[str, Any]
    running: str
    resolved: Mapping[str, Resolved]

    def write(self) -> ChildTemplate:
        """Return both templates of the child. Raises UserError where one is larger than CloudFormation takes."""
        name = self.module.name
        document: dict[str, Any] = {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": self.module.template.get("Description", name),
            "Metadata": {ADOPTION: self.marks},
        }
        properties = {it.logical_id: self._properties(it) for it in self.adopted}
        literal = {it.logical_id: _with_literals(properties[it.logical_id], it.identifier) for it in self.adopted}
        imported = template_text(document | {"Resources": self._resources(literal, IMPORTED)})
        # An update has to change something: a child without outputs gets one.
        outputs = self._outputs() or {"Lineage": {"Value": self.marks["Lineage"]}}
        updated = template_text(document | {"Resources": self._resources(properties, RETAINED), "Outputs": outputs})
        if (size := len(updated.encode())) > LARGEST:
            why = f"its template has {size:,} bytes, and CloudFormation takes {LARGEST:,}"
            raise UserError(name, why, "Leave some of its resources to Terraform.", code=Code.STATE)
        return ChildTemplate(logical_id=name, imported=imported, updated=updated, resources=self.adopted)

    def _resources(self, properties: Mapping[str, Mapping[str, Json]], policies: Mapping[str, Json]) -> dict[str, Json]:
        return {
            it.logical_id: {"Type": it.type, **policies, "Properties": properties[it.logical_id]} for it in self.adopted
        }

    @property
    def _at_hand(self) -> set[str]:
        return {it.logical_id for it in self.adopted}

    def _properties(self, it: Adopted) -> dict[str, Json]:
        known = dict(it.known)
        if it.type == ecs.SERVICE and self.running:
            known["TaskDefinition"] = self.running
        declared = self.module.resource(it.logical_id).properties
        differing = self.differing.get(it.path, {})
        found: dict[str, Json] = {}
        for name in sorted({*declared, *(known.keys() & (differing.keys() | DELETED.get(it.type, frozenset())))}):
            value = known.get(name, LEFT_OUT)
            if name not in differing and name in declared:
                value = self._settled(declared[name], self._resolved(it, name, value))
            elif (it.type, name) in KEPT:
                value = self._named(value, declared.get(name), differing[name])
            if value is not LEFT_OUT:
                found[name] = value
        return found

    def _named(self, live: Json, declared: Json, differing: set[str]) -> Json:
        """Return the attributes that our template writes, and those that differ, with their live values.

        All others stay what they are, written or not; named here, they would look like changes.
        """
        ours = {str(it.get("Key")) for it in declared or [] if isinstance(it, dict)}
        named = {path.partition("[")[2].rstrip("]") for path in differing}
        return [it for it in live if it["Key"] in ours | named] if isinstance(live, list) else live

    def _outputs(self) -> dict[str, Json]:
        """Return the outputs that our template gives and that need nothing but what is imported."""
        found: dict[str, Json] = {}
        for name, output in section(self.module.template, "Outputs").items():
            if "Condition" in output and self.scope.holds(output["Condition"]) is not True:
                continue
            value = self._settled(output["Value"], LEFT_OUT)
            if value is not LEFT_OUT:
                found[name] = {"Value": value}
        return found

    def _resolved(self, it: Adopted, name: str, live: Json) -> Json:
        """Return our value of a property that refers to other stacks, as a literal; the live one where it is not known.

        Both mean the same, and the live one can be another text: another order, or a default that ours leaves out.
        """
        if it.path not in self.resolved:
            return live
        ours = self.resolved[it.path].properties.get(name, LEFT_OUT)
        return live if parts(ours) else ours

    def _settled(self, value: Json, otherwise: Json) -> Json:
        try:
            return settled(value, self.scope, self._at_hand)
        except UnsettledError:
            return otherwise


def _with_literals(properties: Mapping[str, Json], identifier: Mapping[str, str]) -> dict[str, Json]:
    """Return the properties with those that are part of the identifier as literals: an import compares the two."""
    return {name: identifier.get(name, value) for name, value in properties.items()}
