"""What the prelude's containers (`stdlib/prelude/_collections.py` and its like) ask of the host.

_host.since(minor)               whether the host is this minor version of Python 3, or a newer one
_host.caller_module()             the module of the code that has called the function of the prelude that asks
_host.count_items(counts, items)  one more in the dict for each item
heapq.heappush ...               heaps are lists, and C compares what is in them
"""

from __future__ import annotations

import heapq
import sys
from collections.abc import Callable, Iterable
from typing import Any

from ..values.own_types import OWN_TYPES, OwnType
from ..values.views import MappingProxy
from .model import Native
from .services import services

_HEAP = "heapify heappop heappush heappushpop heapreplace"
_MAX_HEAP = "heapify heappop heapreplace"  # where the largest comes first: for `merge` and `nsmallest`


def since(minor: int) -> bool:
    return sys.version_info >= (3, minor)


def caller_module() -> str:
    return services.get().caller_module()


def count_items(counts: dict[Any, int], items: Iterable[Any]) -> None:
    for item in items:
        dict.__setitem__(counts, item, dict.get(counts, item, 0) + 1)


def natives() -> list[Native]:
    return [
        Native("_host.since/1", since),
        Native("_host.caller_module/1", caller_module, flat=True),
        Native("_host.count_items/1", count_items, (0,), nested=True),
        Native("types.MappingProxyType/1", MappingProxy),
        *(Native(f"{name}/1", OwnType(own), flat=True) for name, own in OWN_TYPES.items()),
        *(_of_heaps(f"heapq.{name}", getattr(heapq, name)) for name in _HEAP.split()),
        *(_of_heaps(f"_heapq.{name}_max", getattr(heapq, f"_{name}_max")) for name in _MAX_HEAP.split()),
    ]


def _of_heaps(name: str, call: Callable[..., Any]) -> Native:
    return Native(f"{name}/1", call, (0,), nested=True)
