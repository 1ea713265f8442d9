"""Values toward annotations: what fits stays what it is, what can be converted is, anything else is told with its path.

    order: Order     given an Order                     stays the very object
    order: Order     given {"id": 7, "lines": [...]}    made an Order: by pydantic if its types are, else by msgspec
    order: Order     given {"id": "x"}                  order.id: expected int, got str

An annotation that says nothing which can be looked at (a type variable, a protocol, a name that does not resolve) fits
everything. An int fits a float, as typing has it, and None fits what has None for its default.
"""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from .misfits import Misfit, misfit

_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>.*)`)?$", re.DOTALL)
_LIMIT = re.compile(r": expected (\S+), got \1$")


def fitted(value: Any, annotation: Any, path: str) -> Any:
    """The value as the annotation has it. Raises `Misfit`, whose text begins with the path."""
    problem = misfit(value, annotation, path)
    if problem is None:
        return value
    pydantic = _pydantic_of(annotation)
    if pydantic is not None:
        return _by_pydantic(value, annotation, path, pydantic)
    return _by_msgspec(value, annotation, path, problem)


def _by_msgspec(value: Any, annotation: Any, path: str, problem: str) -> Any:
    try:
        made = msgspec.convert(value, annotation)
    except msgspec.ValidationError as error:
        found = _AT.match(str(error))
        assert found is not None
        what, at = found["what"].replace("`", ""), path + (found["path"] or "$").removeprefix("$")
        mine = problem.partition(": ")[0]  # which names a key where msgspec writes dots
        is_deeper = len(at) > len(mine) and "[...]" not in at and "`" not in at
        told = f"{at}: {what[:1].lower()}{what[1:]}"
        refusal = Misfit(told if is_deeper or _is_limit(problem) else problem)
    except (TypeError, ValueError, RecursionError):  # a type that msgspec does not know, or a value
        refusal = Misfit(problem)
    else:
        # It takes an object of the class for one, whatever is in it.
        left = misfit(made, annotation, path)
        if left is None or _is_limit(left):
            return made
        refusal = Misfit(left)
    raise refusal


def _is_limit(problem: str) -> bool:
    """Whether the type is right, and a constraint on it is not met."""
    return _LIMIT.search(problem) is not None


def _by_pydantic(value: Any, annotation: Any, path: str, pydantic: Any) -> Any:
    try:
        return _adapter(annotation, pydantic).validate_python(value)
    except pydantic.ValidationError as error:
        first, *more = error.errors(include_url=False)
        text = f"{path}{_located(first['loc'])}: {first['msg']}, got {type(first['input']).__name__}"
        refusal = Misfit(text + (f" (and {len(more)} more)" if more else ""))
    raise refusal


def _located(steps: tuple[Any, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


_adapters: dict[Any, Any] = {}


def _adapter(annotation: Any, pydantic: Any) -> Any:
    try:
        if annotation not in _adapters:
            _adapters[annotation] = pydantic.TypeAdapter(annotation)
        return _adapters[annotation]
    except TypeError:  # an annotation that has no hash
        return pydantic.TypeAdapter(annotation)


def _pydantic_of(annotation: Any) -> Any:
    """The module pydantic, if something of the annotation is of it; None otherwise."""
    waiting, seen = [annotation], 0
    while waiting and seen < 1000:
        each = waiting.pop()
        seen += 1
        homes = {kind.__module__.partition(".")[0] for kind in getattr(each, "__mro__", (type(each),))}
        if "pydantic" in homes or hasattr(each, "__pydantic_validator__"):
            import pydantic

            return pydantic
        waiting += (*typing.get_args(each), *getattr(each, "__metadata__", ()))
    return None


# --- calls -----------------------------------------------------------------------------------------------------------


def fitted_call(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    injected: frozenset[str] = frozenset(),
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call as the function's annotations have them. A call that does not bind is left to itself.

    `injected`: parameters that a provider gives, where the caller does not.
    """
    known = _parameters(function)
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
            items = [_fitted(each, parameter, hints, f"{name}[{at}]") for at, each in enumerate(given)]
            bound.arguments[name] = tuple(items)
        elif parameter.kind is parameter.VAR_KEYWORD:
            bound.arguments[name] = {key: _fitted(each, parameter, hints, key) for key, each in given.items()}
        else:
            bound.arguments[name] = _fitted(given, parameter, hints, name)
    return bound.args, bound.kwargs


def _fitted(value: Any, parameter: inspect.Parameter, hints: Mapping[str, Any], path: str) -> Any:
    if parameter.name not in hints or (value is None and parameter.default is None):
        return value
    return fitted(value, hints[parameter.name], path)


def result_type(function: Any) -> Any:
    """What a function is annotated to return; Any where that says nothing."""
    known = _parameters(function)
    return Any if known is None else known[1].get("return", Any)


def _parameters(function: Any) -> tuple[inspect.Signature, Mapping[str, Any]] | None:
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
