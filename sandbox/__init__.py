"""The sandbox, an embedded AWS: ministack in a child process on a loopback port, extended for this project.

All that other folders know of it is how to start it, and its address.
"""

from __future__ import annotations

from sandbox.address import Address
from sandbox.process import running, serve

__all__ = ["Address", "running", "serve"]
