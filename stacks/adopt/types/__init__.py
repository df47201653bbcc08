"""Terraform's types: what each becomes, what is held of it, and why those that stay do.

One file a service. To add a type: its record in the file of its service, and for a new service its table in `table.py`.
"""

from stacks.adopt.types.candidates import Candidate, Inventory, take_inventory
from stacks.adopt.types.table import allowed_attributes, why_it_stays

__all__ = ["Candidate", "Inventory", "allowed_attributes", "take_inventory", "why_it_stays"]
