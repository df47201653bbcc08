"""The embedded AWS: ministack in a child process on a loopback port, with what this project needs added to it.

Nothing outside this folder knows more of it than "start it, here is its address".
"""

from __future__ import annotations

from sandbox.address import Address
from sandbox.process import running, serve

__all__ = ["Address", "running", "serve"]
