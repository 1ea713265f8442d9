"""Bind the arguments of a call to the registers of a new frame, with CPython's errors word for word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .values.functions import UNSET, VMFunction


def bind(function: VMFunction, args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """Return the registers of the callee's frame: parameters, captured cells, the rest unset. Raises TypeError."""
    loaded = function.loaded
    parameters = loaded.function.parameters
    registers: list[Any] = [UNSET] * loaded.function.registers
    plain = loaded.plain_parameters
    if not kwargs and len(args) == plain == len(parameters):
        registers[:plain] = args
    elif not kwargs and 0 <= plain - len(args) <= len(function.defaults) and plain == len(parameters):
        registers[:plain] = (*args, *function.defaults[len(function.defaults) - plain + len(args) :])
    else:
        _bind_all(function, args, kwargs, registers)
    if function.cells:
        start = len(parameters)
        registers[start : start + len(function.cells)] = function.cells
    return registers


def _bind_all(function: VMFunction, args: Sequence[Any], kwargs: dict[str, Any], registers: list[Any]) -> None:
    parameters = function.loaded.function.parameters
    name = function.qualname
    places = [index for index, parameter in enumerate(parameters) if parameter.kind in ("positional", "either")]
    variadic = next((index for index, parameter in enumerate(parameters) if parameter.kind == "variadic"), None)
    rest = next((index for index, parameter in enumerate(parameters) if parameter.kind == "keywords"), None)
    by_name = {p.name: i for i, p in enumerate(parameters) if p.kind in ("either", "keyword")}
    for index, value in zip(places, args, strict=False):
        registers[index] = value
    extra: dict[str, Any] = {}
    for key, value in kwargs.items():
        if not isinstance(key, str):
            raise TypeError(f"{name}() keywords must be strings")
        target = by_name.get(key)
        if target is None:
            if rest is None:
                _refuse_keyword(name, parameters, kwargs, key)
            extra[key] = value
        elif registers[target] is not UNSET:
            raise TypeError(f"{name}() got multiple values for argument '{key}'")
        else:
            registers[target] = value
    if variadic is not None:
        registers[variadic] = tuple(args[len(places) :])
    elif len(args) > len(places):
        _refuse_surplus(function, args, registers, places)
    if rest is not None:
        registers[rest] = extra
    _fill_defaults(function, registers, places)


def _fill_defaults(function: VMFunction, registers: list[Any], places: list[int]) -> None:
    parameters = function.loaded.function.parameters
    name = function.qualname
    # Those of the last parameters; a program may have set more of them than there are.
    for index, value in zip(reversed(places), reversed(function.defaults), strict=False):
        if registers[index] is UNSET:
            registers[index] = value
    missing = [parameters[i].name for i in places if registers[i] is UNSET]
    if missing:
        raise TypeError(f"{name}() missing {_count(missing, 'positional')}: {_listed(missing)}")
    if function.kwdefaults:
        for index, parameter in enumerate(parameters):
            if parameter.kind == "keyword" and registers[index] is UNSET and parameter.name in function.kwdefaults:
                registers[index] = function.kwdefaults[parameter.name]
    missing = [p.name for i, p in enumerate(parameters) if p.kind == "keyword" and registers[i] is UNSET]
    if missing:
        raise TypeError(f"{name}() missing {_count(missing, 'keyword-only')}: {_listed(missing)}")


def _refuse_keyword(name: str, parameters: Sequence[Any], kwargs: dict[str, Any], key: str) -> None:
    only = [p.name for p in parameters if p.kind == "positional" and p.name in kwargs]
    if only:
        listed = ", ".join(only)
        raise TypeError(f"{name}() got some positional-only arguments passed as keyword arguments: '{listed}'")
    raise TypeError(f"{name}() got an unexpected keyword argument '{key}'")


def _refuse_surplus(function: VMFunction, args: Sequence[Any], registers: list[Any], places: list[int]) -> None:
    parameters = function.loaded.function.parameters
    optional = len(function.defaults)
    most = len(places)
    given_keywords = sum(p.kind == "keyword" and registers[i] is not UNSET for i, p in enumerate(parameters))
    takes = f"from {most - optional} to {most}" if optional else f"{most}"
    plural = "" if not optional and most == 1 else "s"
    given = f"{len(args)}"
    if given_keywords:
        given += f" positional argument{'s' * (len(args) != 1)} (and {given_keywords} keyword-only argument"
        given += f"{'s' * (given_keywords != 1)})"
    verb = "was" if len(args) == 1 and not given_keywords else "were"
    raise TypeError(f"{function.qualname}() takes {takes} positional argument{plural} but {given} {verb} given")


def _count(names: list[str], kind: str) -> str:
    return f"{len(names)} required {kind} argument{'s' * (len(names) > 1)}"


def _listed(names: list[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    if len(quoted) < 3:
        return " and ".join(quoted)
    return f"{', '.join(quoted[:-1])}, and {quoted[-1]}"
