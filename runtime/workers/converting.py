"""A value that does not fit its annotation, converted: by pydantic if the annotation is of it, else by msgspec.

What comes of JSON (`read`) has no types but JSON's: there a key of a dict may be a number in text, a member of an enum
its value, and pydantic takes it for JSON, so that its strict models take a date's text, too.
"""

from __future__ import annotations

import enum
import json
import re
import typing
from fractions import Fraction
from pathlib import Path, PosixPath, PurePath, PurePosixPath, PureWindowsPath
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from .misfits import Misfit, misfit

_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>.*)`)?$", re.DOTALL)
_LIMIT = re.compile(r": expected (\S+), got \1$")
# Made of their text, which msgspec does not know how to.
_OF_TEXT = frozenset((Fraction, complex, ZoneInfo, Path, PosixPath, PurePath, PurePosixPath, PureWindowsPath))


def converted(value: Any, annotation: Any, path: str, problem: str, *, read: bool = False) -> Any:
    """What the value comes to. Raises `Misfit`; `problem` says what `misfit` found wrong."""
    pydantic = _pydantic_of(annotation)
    if pydantic is not None:
        adapter = _adapter(annotation, pydantic)
        if adapter is not None:
            return _by_pydantic(value, adapter, path, pydantic, read)
    members = _members_of(annotation) if read else None
    if members is not None:
        return _member(value, members, path)
    return _by_msgspec(value, annotation, path, problem, read)


def _by_msgspec(value: Any, annotation: Any, path: str, problem: str, read: bool) -> Any:
    try:
        made = msgspec.convert(value, annotation, str_keys=read, dec_hook=_made_otherwise)
    except msgspec.ValidationError as error:
        found = _AT.match(str(error))
        assert found is not None
        what, at = found["what"].replace("`", ""), path + (found["path"] or "$").removeprefix("$")
        mine = problem.partition(": ")[0]  # which names a key where msgspec writes dots
        if isinstance(error.__cause__, Misfit):  # of a model in there
            what, at = "", f"{at}{error.__cause__}"
        # In JSON nothing is of a class yet, so the first item that is of none is not what is wrong.
        is_deeper = (len(at) > len(mine) or (read and at != mine)) and "[...]" not in at and "`" not in at
        told = f"{at}: {what[:1].lower()}{what[1:]}" if what else at
        invalid = read and what.startswith("Invalid ") and ": expected one of " not in problem
        says_why = (invalid or " encoded " in what) and "[...]" not in at and "`" not in at
        refusal = Misfit(told if is_deeper or says_why or _is_limit(problem) else problem)
    except (TypeError, ValueError, RecursionError):  # a type that msgspec does not know, or a value
        refusal = Misfit(problem)
    else:
        # It takes an object of the class for one, whatever is in it.
        left = misfit(made, annotation, path)
        if left is None or _is_limit(left):
            return made
        refusal = Misfit(left)
    raise refusal


def _made_otherwise(kind: Any, value: Any) -> Any:
    """A type that msgspec does not know: a pydantic model somewhere in another's fields, or what is made of a text."""
    if isinstance(value, kind):
        return value
    if hasattr(kind, "__pydantic_validator__"):
        import pydantic

        return _by_pydantic(value, _adapter(kind, pydantic), "", pydantic, read=False)
    if kind in _OF_TEXT and isinstance(value, str):
        return kind(value)
    raise TypeError(f"expected {kind.__name__}, got {type(value).__name__}")


def _is_limit(problem: str) -> bool:
    """Whether the type is right, and a constraint on it is not met."""
    return _LIMIT.search(problem) is not None


# --- members of enums ------------------------------------------------------------------------------------------------


def _members_of(annotation: Any) -> list[enum.Enum] | None:
    """Of an enum, whose values may be of several types, which msgspec does not take; None of all else."""
    return list(annotation) if isinstance(annotation, type) and issubclass(annotation, enum.Enum) else None


def _member(value: Any, members: list[enum.Enum], path: str) -> Any:
    for each in members:
        if type(each.value) is type(value) and each.value == value:
            return each
    known = ", ".join(repr(each.value) for each in members)
    raise Misfit(f"{path}: expected one of {known:.200}, got {value!r:.40}")


# --- pydantic --------------------------------------------------------------------------------------------------------


def _by_pydantic(value: Any, adapter: Any, path: str, pydantic: Any, read: bool) -> Any:
    try:
        return adapter.validate_json(json.dumps(value)) if read else adapter.validate_python(value)
    except pydantic.ValidationError as error:
        first, *more = error.errors(include_url=False)
        text = f"{path}{_located(first['loc'])}: {first['msg']}, got {type(first['input']).__name__}"
        refusal = Misfit(text + (f" (and {len(more)} more)" if more else ""))
    raise refusal


def _located(steps: tuple[Any, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


_adapters: dict[Any, Any] = {}


def _adapter(annotation: Any, pydantic: Any) -> Any:
    """None: something of the annotation is of a library that pydantic does not know."""
    try:
        if annotation not in _adapters:
            _adapters[annotation] = _made_adapter(annotation, pydantic)
        return _adapters[annotation]
    except TypeError:  # an annotation that has no hash
        return _made_adapter(annotation, pydantic)


def _made_adapter(annotation: Any, pydantic: Any) -> Any:
    try:
        return pydantic.TypeAdapter(annotation)
    except pydantic.PydanticUserError:
        return None


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
