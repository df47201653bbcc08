"""The accounts and regions to which CloudFormation StackSets roll the bootstrap stack out."""

from templates.fleet.settings import Settings

__all__ = ["Settings"]
