"""Values toward annotations: what fits stays what it is, what can be converted is, anything else is told with its path.

    order: Order     given an Order                     stays the very object
    order: Order     given {"id": 7, "lines": [...]}    made an Order: by pydantic if its types are, else by msgspec
    order: Order     given {"id": "x"}                  order.id: expected int, got str

An annotation that says nothing which can be looked at (a type variable, a protocol, a name that does not resolve) fits
everything. An int fits a float, as typing has it, and None fits what has None for its default.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from .converting import converted
from .misfits import misfit


def fitted(value: Any, annotation: Any, path: str, *, read: bool = False) -> Any:
    """The value as the annotation has it. Raises `Misfit`, whose text begins with the path. `read`: it is of JSON."""
    problem = misfit(value, annotation, path)
    return value if problem is None else converted(value, annotation, path, problem, read=read)


# --- calls -----------------------------------------------------------------------------------------------------------


def fitted_call(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    injected: frozenset[str] = frozenset(),
    *,
    read: bool = False,
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call as the function's annotations have them. A call that does not bind is left to itself.

    `injected`: parameters that a provider gives, where the caller does not. `read`: the arguments are of JSON.
    """
    known = parameters_of(function)
    if known is None:
        return args, dict(kwargs)
    signature, hints = known
    try:
        bound = signature.bind_partial(*args, **kwargs) if injected else signature.bind(*args, **kwargs)
    except TypeError:
        return args, dict(kwargs)
    for name, given in list(bound.arguments.items()):
        parameter = signature.parameters[name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            items = [_fitted(each, parameter, hints, f"{name}[{at}]", read) for at, each in enumerate(given)]
            bound.arguments[name] = tuple(items)
        elif parameter.kind is parameter.VAR_KEYWORD:
            bound.arguments[name] = {key: _fitted(each, parameter, hints, key, read) for key, each in given.items()}
        else:
            bound.arguments[name] = _fitted(given, parameter, hints, name, read)
    return bound.args, bound.kwargs


def _fitted(value: Any, parameter: inspect.Parameter, hints: Mapping[str, Any], path: str, read: bool) -> Any:
    if parameter.name not in hints or (value is None and parameter.default is None):
        return value
    return fitted(value, hints[parameter.name], path, read=read)


def result_type(function: Any) -> Any:
    """What a function is annotated to return; Any where that says nothing."""
    known = parameters_of(function)
    return Any if known is None else known[1].get("return", Any)


def parameters_of(function: Any) -> tuple[inspect.Signature, Mapping[str, Any]] | None:
    """The signature of a callable, and its annotations; None where one of them cannot be found out."""
    try:
        return _known_parameters(function)
    except TypeError:  # a callable that has no hash
        return None


@lru_cache(maxsize=4096)
def _known_parameters(function: Any) -> tuple[inspect.Signature, Mapping[str, Any]] | None:
    """Its signature and its annotations; None where one of them cannot be found out."""
    try:
        return inspect.signature(function), typing.get_type_hints(function, include_extras=True)
    except Exception:  # a name that is imported for type checkers alone, or a callable of somebody's own making
        return None
