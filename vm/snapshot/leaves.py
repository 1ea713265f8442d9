"""Objects that a node says all about: leaves, and what is looked up by a name.

Raises `ValueError`, `TypeError` or `KeyError` for nodes that make no sense.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from ..loaded import LoadedUnit
from ..statics import Statics, native
from ..values.errors import class_of_names
from . import format as tag
from .format import Node, Vanished
from .named import NAMED


def _int(node: Node) -> int:
    _, digits = node
    return int.from_bytes(digits, "big", signed=True)


def _surrogates(node: Node) -> str:
    _, text = node
    return str(text, "utf-8", "surrogatepass")


def _nan(node: Node) -> float:
    _, data = node
    if type(data) is not bytes or len(data) != 8:
        raise ValueError("a NaN is not eight bytes")
    (value,) = struct.unpack(">d", data)
    if value == value:
        raise ValueError("a NaN is a number")
    return float(value)


def _complex(node: Node) -> complex:
    _, real, imaginary = node
    if not type(real) is type(imaginary) is float:
        raise ValueError("the parts of a complex number are no floats")
    return complex(real, imaginary)


def _text(node: Node) -> str | bytes:
    value = node[1]
    if len(node) == 3:
        return str(value, "utf-8", "surrogatepass")
    if type(value) is not str and type(value) is not bytes:
        raise ValueError("a text is no str and no bytes")
    return value


def _foreign(node: Node) -> type:
    if any(type(name) is not str for name in node[1:]):
        raise ValueError("a class has a name that is no str")
    return class_of_names(node[1:])


def _named(node: Node) -> Any:
    _, name = node
    if type(name) is not str:
        raise ValueError("a name is no str")
    if name not in NAMED:
        raise Vanished("type", name)
    return NAMED[name]


def _native(node: Node) -> Any:
    _, name = node
    if type(name) is not str:
        raise ValueError("a name is no str")
    try:
        return native(name)
    except KeyError:
        raise Vanished("native", name) from None


def unit_of(statics: Statics, code_hash: bytes) -> LoadedUnit:
    """The unit that a snapshot names."""
    try:
        return statics.unit(code_hash)
    except LookupError:
        raise Vanished("unit", code_hash.hex()) from None


LEAVES: dict[int, Callable[[Node], Any]] = {
    tag.INT: _int,
    tag.STR: _surrogates,
    tag.NAN: _nan,
    tag.COMPLEX: _complex,
    tag.TEXT: _text,
    tag.NAMED: _named,
    tag.NATIVE: _native,
    tag.FOREIGN: _foreign,
}
