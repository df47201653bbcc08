"""The stand-alone stack that an account needs once in a region: where templates are, who deploys, and with what."""

from templates.bootstrap.bucket import DRAFTS
from templates.bootstrap.settings import Settings
from templates.bootstrap.stack import VERSION, Inputs, Outputs, build, identity

__all__ = ["DRAFTS", "VERSION", "Inputs", "Outputs", "Settings", "build", "identity"]
