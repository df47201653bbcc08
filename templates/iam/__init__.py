"""The roles of the service, and a policy for an existing role of GitHub Actions (Terraform: module `iam`)."""

from templates.iam.inputs import Inputs
from templates.iam.settings import Settings
from templates.iam.stack import Outputs, build

__all__ = ["Inputs", "Outputs", "Settings", "build"]
