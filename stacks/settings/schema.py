"""The JSON schema of an environment file, with which editors complete and check it.

`python -m stacks.settings.schema > environments/environment.schema.json` writes the committed file.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from stacks.settings.descriptions import descriptions
from stacks.settings.models import Settings
from stacks.settings.wording import format_value
from templates.profiles import defaults_by_framework
from templates.section import Map, Section

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import core_schema

_BOUNDS = {"minLength": "minProperties", "maxLength": "maxProperties"}


class _TomlSchema(GenerateJsonSchema):
    """TOML has no null: a key that may be left out is just not required.

    Titles would only repeat the names, and the defaults of whole tables those of their keys.
    """

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        described = super().default_schema(schema)
        if schema.get("default") is None or isinstance(schema["default"], Section):
            described.pop("default", None)
        return described

    def encode_default(self, dft: object) -> Any:  # noqa: ANN401 - pydantic's signature
        return super().encode_default(dict(dft) if isinstance(dft, Map) else dft)

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Return the schema of a section, whose keys are described by their docstrings."""
        described = super().model_schema(schema)
        section: type[Section] = schema["cls"]
        texts = descriptions(section)
        keys = {
            key: _by_framework(it | ({"description": texts[key]} if key in texts else {}), section.model_fields[key])
            for key, it in described["properties"].items()
        }
        return described | {"properties": keys}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Return the schema of a map, which refuses keys that do not match its pattern."""
        described = super().dict_schema(schema)
        return {**described, "additionalProperties": False} if "patternProperties" in described else described

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def _by_framework(described: JsonSchemaValue, field: FieldInfo) -> JsonSchemaValue:
    """Return a key's schema with all of its defaults in words where they depend on the framework."""
    defaults = defaults_by_framework(field)
    if not defaults:
        return described
    words = ", ".join(f"{format_value(value)} with {name}" for name, value in defaults.items())
    text = f"{described.get('description', '')}\nDefault: {words}.".lstrip()
    return {name: it for name, it in described.items() if name != "default"} | {"description": text}


def _sized(node: Any) -> Any:  # noqa: ANN401 - a JSON document
    """Return the document with a map's bounds as such: pydantic takes them for those of a text."""
    if isinstance(node, list):
        return [_sized(item) for item in node]
    if not isinstance(node, dict):
        return node
    names = _BOUNDS if node.get("type") == "object" else {}
    return {names.get(key, key): _sized(value) for key, value in node.items()}


def settings_schema(model: type[Section] = Settings) -> dict[str, Any]:
    """Return the schema of a model in TOML, where the environment's name may be left out: it is the file's."""
    described: dict[str, Any] = _sized(model.model_json_schema(schema_generator=_TomlSchema))
    described["required"].remove("environment")
    return {"$schema": GenerateJsonSchema.schema_dialect} | described | {"title": "Settings of an environment"}


def schema_text() -> str:
    """Return the text of the file."""
    return json.dumps(settings_schema(), indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
