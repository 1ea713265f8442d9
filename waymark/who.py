"""Who asks: a name for the history of runs that somebody cancels, pauses or sends something to."""

from __future__ import annotations

import getpass
import socket
from functools import cache


@cache
def who_asks() -> str:
    """The user and the host of this process."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's number without a name
        user = "somebody"
    return f"{user}@{socket.gethostname()}"
