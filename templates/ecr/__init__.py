"""The image repository, and settings of the whole registry (Terraform: module `ecr`)."""

from templates.ecr.pull_through_cache import cached_repositories
from templates.ecr.scanning import SCANNING
from templates.ecr.settings import EXPIRY, Settings, refuse_idle_repository
from templates.ecr.stack import Inputs, Outputs, build, repository_name

__all__ = [
    "EXPIRY",
    "SCANNING",
    "Inputs",
    "Outputs",
    "Settings",
    "build",
    "cached_repositories",
    "refuse_idle_repository",
    "repository_name",
]
