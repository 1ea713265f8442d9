"""Every name that workflow code may call, and what it maps to.

`NATIVES` is what a unit may name and an engine can run; `BUILTINS` is what the compiler offers under Python's own
names. The two differ: a native stays while any stored unit may name it, and the compiler may already offer another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .natives import builtins, calls, hashing
from .natives.model import Native


def _collect() -> dict[str, Native]:
    found: dict[str, Native] = {}
    for native in (*builtins.natives(), *calls.natives(), *hashing.natives()):
        assert native.key not in found, f"{native.key} is declared twice"
        found[native.key] = native
    return found


NATIVES: Mapping[str, Native] = MappingProxyType(_collect())

# What a workflow may call by its plain name today. Sets wait for their insertion-ordered form: a host set would iterate
# in another order after a restart.
BUILTINS: Mapping[str, str] = MappingProxyType(
    {
        name: f"{name}/1"
        for name in (
            "abs all any bool bytes chr complex dict divmod float int len list max min ord pow range repr round sorted "
            "str sum tuple"
        ).split()
    }
)
