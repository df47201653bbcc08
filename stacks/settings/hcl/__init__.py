"""HCL as Terraform reads it in `.tfvars` files: names, and values that are constants.

By the syntax that HCL defines (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md), and compared with
Terraform itself by `tests/stacks/settings/test_like_terraform.py`. What Terraform accepts and this does not is refused
as that; what both refuse has the reason.
"""

from __future__ import annotations

from stacks.settings.hcl.constants import parse_number
from stacks.settings.hcl.parsing import Attribute, parse_attributes
from stacks.settings.hcl.scanning import MalformedError

__all__ = ["Attribute", "MalformedError", "parse_attributes", "parse_number"]
