"""Names that CloudFormation gives to what templates consist of."""

from __future__ import annotations

NESTED_STACK = "AWS::CloudFormation::Stack"
NO_VALUE = "AWS::NoValue"
OUTPUTS = "Outputs."
"""How the attributes of a nested stack begin that are its outputs."""
ADOPTION = "stacks.adoption"
"""Key of the metadata of adoption templates. A deployment replaces the templates, and the key goes with them."""
