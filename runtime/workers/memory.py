"""How much memory this process has."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_STATM = Path("/proc/self/statm")


def memory_bytes() -> int:
    """What is resident now; where the system does not tell, the most that was."""
    if sys.platform == "linux":
        return int(_STATM.read_text().split()[1]) * _PAGE_BYTES
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
