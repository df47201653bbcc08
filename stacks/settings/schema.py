"""The JSON schema of an environment file, with which editors complete and check it.

`python -m stacks.settings.schema > environments/environment.schema.json` writes the committed file.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from stacks.settings.models import Settings

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import core_schema

    from templates.section import Section


class _TomlSchema(GenerateJsonSchema):
    """TOML has no null: a key that may be left out is just not required.

    Titles would only repeat the names, and the defaults of whole tables those of their keys.
    """

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        described = super().default_schema(schema)
        return {
            key: value for key, value in described.items() if key != "default" or not isinstance(value, dict | None)
        }

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def schema(model: type[Section] = Settings) -> dict[str, Any]:
    """The schema of a model as a TOML file writes it: the environment's name may be left out, being the file's."""
    described = model.model_json_schema(schema_generator=_TomlSchema)
    described["required"].remove("environment")
    return {"$schema": GenerateJsonSchema.schema_dialect} | described | {"title": "Settings of an environment"}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")
