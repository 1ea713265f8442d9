"""`str.format` and `str.format_map`: their fields read attributes (`{0.name}`), and pass the gate as any other read.

A format without such a field is the host's affair. With one, the text is put together here, by CPython's rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

from .amounts import check_made
from .model import Native
from .services import services
from .specs import SPECIFIED
from .widths import DIGITS, check_spec

# CPython's own parser of format strings, which is private, and has no types.
_STRING = import_module("_string")

DEPTH_MAX = 2  # of a format spec with fields of its own


def format_text(*args: Any, **kwargs: Any) -> str:
    """`text.format(*args, **kwargs)`."""
    if not args or not isinstance(args[0], str) or not (_is_ours(args[0]) or _has_spec([*args[1:], *kwargs.values()])):
        return str.format(*args, **kwargs)
    return _Formatting(args[1:], kwargs).text(args[0], DEPTH_MAX)


def format_map(*args: Any, **kwargs: Any) -> str:
    """`text.format_map(mapping)`."""
    if kwargs or len(args) != 2 or not isinstance(args[0], str):
        return str.format_map(*args, **kwargs)
    if not _is_ours(args[0]) and not (type(args[1]) is dict and _has_spec(args[1].values())):
        return str.format_map(*args, **kwargs)
    return _Formatting(None, args[1]).text(args[0], DEPTH_MAX)


def concat(*parts: str) -> str:
    """The parts of an f-string, each of them formatted."""
    return "".join(parts)


def check_parts(*parts: str) -> None:
    check_made(sum(map(str.__len__, parts)))


def _fields(text: str) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    """Literal text, and the field behind it: name, spec and conversion."""
    yield from _STRING.formatter_parser(text)


def _has_spec(values: Iterable[Any]) -> bool:
    """Whether a format spec may mean something to one of them that is to be looked at (`specs.py`)."""
    return any(isinstance(value, SPECIFIED) for value in values)


def _is_ours(text: str) -> bool:
    """Whether a field reads an attribute, or its width may be a large one. A malformed text is the host's to refuse."""
    try:
        for _, field, spec, _ in _fields(text):
            if (field and "." in field) or (spec and (len(spec) >= DIGITS or "{" in spec)):
                return True
    except (ValueError, RecursionError):
        pass
    return False


class _Formatting:
    """The arguments of one call, and how its fields are numbered so far."""

    def __init__(self, args: tuple[Any, ...] | None, kwargs: Mapping[str, Any]) -> None:
        self._args = args  # None: of `format_map`, which has no positions
        self._kwargs = kwargs
        self._next = 0  # of the next field without a number
        self._manual: bool | None = None

    def text(self, template: str, depth: int) -> str:
        if depth <= 0:
            raise ValueError("Max string recursion exceeded")
        parts = []
        for literal, field, spec, conversion in _fields(template):
            parts.append(literal)
            if field is not None:
                parts.append(self._field(field, spec or "", conversion, depth))
        return "".join(parts)

    def _field(self, field: str, spec: str, conversion: str | None, depth: int) -> str:
        value = self._value(field)
        if conversion is not None:
            value = _converted(value, conversion)
        spec = self.text(spec, depth - 1) if "{" in spec else spec
        check_spec(value, spec)
        return format(value, spec)

    def _value(self, field: str) -> Any:
        steps: Iterable[tuple[bool, Any]]
        first, steps = _STRING.formatter_field_name_split(field)
        value = self._argument(first)
        for is_attribute, key in steps:
            value = services.get().read_attribute(value, key) if is_attribute else value[key]
        return value

    def _argument(self, first: int | str) -> Any:
        if first == "" or isinstance(first, int):
            manual = first != ""
            if self._manual is not None and self._manual is not manual:
                there, here = ("manual", "automatic") if self._manual else ("automatic", "manual")
                kinds = {"manual": "manual field specification", "automatic": "automatic field numbering"}
                raise ValueError(f"cannot switch from {kinds[there]} to {kinds[here]}")
            self._manual = manual
            place = self._next if first == "" else int(first)
            self._next += first == ""
            if self._args is None:
                raise ValueError("Format string contains positional fields")
            if place >= len(self._args):
                raise IndexError(f"Replacement index {place} out of range for positional args tuple")
            return self._args[place]
        return self._kwargs[first]


def _converted(value: Any, conversion: str) -> str:
    match conversion:
        case "s":
            return str(value)
        case "r":
            return repr(value)
        case "a":
            return ascii(value)
    raise ValueError(f"Unknown conversion specifier {conversion}")


def natives() -> list[Native]:
    return [Native("concat_strings/1", concat, guard=check_parts)]
