"""How much memory this process has."""

from __future__ import annotations

import os
import resource
import sys
from functools import cache

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def memory_bytes() -> int:
    """What is resident now; where the system does not tell, the most that was."""
    if sys.platform == "linux":
        return int(os.pread(_statm(), 100, 0).split()[1]) * _PAGE_BYTES
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@cache
def _statm() -> int:
    """Kept open, since it is asked for after every attempt. A process that is forked from this one does not ask."""
    return os.open("/proc/self/statm", os.O_RDONLY)
