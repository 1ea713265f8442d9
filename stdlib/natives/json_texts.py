"""What `json` in the prelude (`stdlib/prelude/json/`) leaves to C: plain values, and the parts of those that are not.

_json.plain(value, skipkeys, ensure_ascii, check_circular, allow_nan, indent, separators, sort_keys)
                                    the text of a value that C writes without asking anybody; None for any other
_json.text(value, ensure_ascii)     a str in quotes
_json.number(value, allow_nan, at_once)  an int or a float; `at_once`: as C writes it
_json.value(text)                   what `json.loads` gives without hooks
_json.decode(text, place, strict, hooks)
                                    a value and where it ends, with `steps` for the program's hooks

A value with hooks comes as steps: C reads the text, and notes what each hook is to be called with, in order. What a
hook gives stands in later steps by its number, so all of it is plain and can be stored while the program goes on.

    ("v", value)    a plain value           ("l", parts), ("d", [(key, part) ...])    with results inside
    ("r", number)   a result
"""

from __future__ import annotations

import json
from json import encoder
from typing import Any

from .model import Native
from .spread import check_spread

_PLAIN = frozenset((type(None), bool, int, float, str))
_KEYS = frozenset((str, int, float, bool, type(None)))
Part = tuple[str, Any]
INDENT_MAX = 100


def is_plain(value: Any) -> bool:
    """Whether all that is in it is of exactly these types, so that C calls nobody back."""
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        each = waiting.pop()
        kind = type(each)
        if kind in _PLAIN:
            continue
        if id(each) in seen:
            continue
        seen.add(id(each))
        if kind is list or kind is tuple:
            waiting += each
        elif kind is dict:
            if not _KEYS.issuperset(map(type, each)):
                return False
            waiting += each.values()
        else:
            return False
    return True


def plain(value: Any, skip: Any, ascii_only: Any, check: Any, nan: Any, indent: Any, separators: Any, sort: Any) -> Any:
    if separators is not None and not _are_texts(separators):
        if indent is None:
            json.JSONEncoder(separators=separators).encode([])  # C says that these are no texts
        return None
    if not is_plain(value) or not _is_narrow(indent):
        return None
    check_spread(value)
    return json.dumps(
        value,
        skipkeys=skip,
        ensure_ascii=ascii_only,
        check_circular=check,
        allow_nan=nan,
        indent=indent,
        separators=separators,
        sort_keys=sort,
    )


def _is_narrow(indent: Any) -> bool:
    """Whether C may put it before every line: what is wide is put there by the program, whose texts are bounded."""
    return (
        indent is None
        or (type(indent) is int and indent <= INDENT_MAX)
        or (type(indent) is str and len(indent) <= INDENT_MAX)
    )


def _are_texts(separators: Any) -> bool:
    return type(separators) in (list, tuple) and len(separators) == 2 and all(type(each) is str for each in separators)


def text(value: Any, ascii_only: Any) -> str:
    return (encoder.encode_basestring_ascii if ascii_only else encoder.encode_basestring)(value)


def number(value: Any, allow_nan: Any, at_once: bool) -> str:
    if isinstance(value, int):
        return int.__repr__(value)
    if value != value or value in (float("inf"), float("-inf")):
        host = json.JSONEncoder(allow_nan=bool(allow_nan))  # its texts differ
        return host.encode(float(value)) if at_once else "".join(host.iterencode(float(value)))
    return float.__repr__(value)


class _Result:
    """Stands for what a hook will give."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


class _Steps:
    """Notes what hooks are to be called with."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, Part]] = []

    def hook(self, name: str) -> Any:
        def note(given: Any) -> _Result:
            self.noted.append((name, _part(given)))
            return _Result(len(self.noted) - 1)

        return note


def _part(value: Any) -> Part:
    kind = type(value)
    if kind is _Result:
        return "r", value.number
    if kind is dict:
        pairs = [(key, _part(each)) for key, each in value.items()]
        return ("v", value) if all(part[0] == "v" for _, part in pairs) else ("d", pairs)
    if kind is list or kind is tuple:
        parts = [_part(each) for each in value]
        if all(part[0] == "v" for part in parts):
            return "v", value
        return ("l" if kind is list else "t"), parts
    return "v", value


def decode(source: Any, place: Any, strict: Any, hooks: tuple[str, ...]) -> tuple[Any, ...]:
    """(value, end, steps, problem): `problem` is (message, place) of the error; no message: a value was expected."""
    steps = _Steps()
    decoder = json.JSONDecoder(strict=strict, **{name: steps.hook(name) for name in hooks})
    scan: Any = decoder.scan_once  # type: ignore[attr-defined]
    problem: Any = None
    value, end = None, 0
    try:
        value, end = scan(source, place)
    except StopIteration as stop:
        problem = (None, stop.value)
    except json.JSONDecodeError as error:
        problem = (error.msg, error.pos)
    return (_part(value) if hooks else ("v", value)), end, steps.noted, problem


def value(source: Any) -> Any:
    return json.loads(source)


def natives() -> list[Native]:
    return [
        *(Native(f"_json.{each.__name__}/1", each) for each in (plain, text, number, decode, value)),
        Native("json.detect_encoding/1", json.detect_encoding),
    ]
