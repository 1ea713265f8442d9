"""Calls that fit at a glance, as most do: by position, each argument of the builtin class that its parameter names.

Whatever needs more than that (conversion, other classes, names, providers) is for fitting.py and providing.py, which
come to the same for these calls and take ten times as long.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from inspect import Parameter
from typing import Any

from .fitting import parameters_of
from .providing import plan_of

_EXACT: frozenset[Any] = frozenset(
    (bool, int, float, complex, str, bytes, bytearray, list, dict, tuple, set, frozenset)
)


def fits_exactly(function: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    """Whether a call with these arguments, and none by name, is to be made as it stands."""
    try:
        known = _kinds(function)
    except TypeError:  # a callable that has no hash
        return False
    if known is None:
        return False
    kinds, least = known
    if not least <= len(args) <= len(kinds):
        return False
    return all(kind is Any or type(value) is kind for value, kind in zip(args, kinds, strict=False))


@lru_cache(maxsize=4096)
def _kinds(function: Callable[..., Any]) -> tuple[tuple[Any, ...], int] | None:
    """The class of each parameter, and how many have no default. None: some of them are to be looked at with care."""
    known = parameters_of(function)
    if known is None or plan_of(function).provided:
        return None
    signature, hints = known
    parameters = list(signature.parameters.values())
    if any(each.kind is not each.POSITIONAL_OR_KEYWORD for each in parameters):
        return None
    kinds = tuple(hints.get(each.name, Any) for each in parameters)
    if any(kind is not Any and not (isinstance(kind, type) and kind in _EXACT) for kind in kinds):
        return None
    return kinds, sum(each.default is Parameter.empty for each in parameters)
