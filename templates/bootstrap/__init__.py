"""The bootstrap stack, once in an account and region: the artifact bucket, and the roles that deploy."""

from templates.bootstrap.bucket import ADOPTIONS, BUCKET, DRAFTS, HISTORY_FOLDER
from templates.bootstrap.settings import Settings
from templates.bootstrap.stack import VERSION, Inputs, Outputs, build, execution_role_name, identity

__all__ = [
    "ADOPTIONS",
    "BUCKET",
    "DRAFTS",
    "HISTORY_FOLDER",
    "VERSION",
    "Inputs",
    "Outputs",
    "Settings",
    "build",
    "execution_role_name",
    "identity",
]
