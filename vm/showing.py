"""Values of a run as text, for people who look at a snapshot. No code of the program runs.

What is met twice has a number: `#1=[1, 2]` where it is first, `#1` after that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from waymark.stdlib.values.sets import SetLike

from .snapshot.instances import entries_of, slots_of
from .snapshot.parts import dict_of
from .values.classes import class_info
from .values.contents import KEYED, SCALAR, items_of, scalar_parts
from .values.errors import args_of
from .values.frames import AsyncGenerator, Coroutine, Frame, Generator
from .values.functions import UNSET, BoundMethod, Cell, HostMethod, VMFunction
from .values.futures import Future, Handle, Task

ITEMS_MAX = 20
TEXT_MAX = 200
DEPTH_MAX = 6

_SCALARS = (type(None), bool, int, float, complex, str, bytes)


class Show:
    """Shows the values of one run. All are shown twice: the first time finds out what has to have a number."""

    def __init__(self) -> None:
        self._met: dict[int, int] = {}
        self._numbers: dict[int, int] = {}
        self._kept: list[Any] = []  # so that an id means one object
        self._second = False

    def again(self) -> None:
        """From here on numbers are shown."""
        self._met.clear()
        self._second = True

    def value(self, value: Any, depth: int = 0) -> str:
        kind = type(value)
        if kind in _SCALARS:
            text = f"{value!r:.{TEXT_MAX}}"
            return text if kind not in (str, bytes) or len(value) < TEXT_MAX else f"{text}... ({len(value)} in all)"
        if value is UNSET:
            return "(unbound)"
        named = self._named(value)
        if named is not None:
            return named
        met = self._met[id(value)] = self._met.get(id(value), 0) + 1
        self._kept.append(value)
        if met == 2 and not self._second:
            self._numbers[id(value)] = len(self._numbers) + 1
        number = self._numbers.get(id(value)) if self._second else None
        if met > 1:
            return f"#{number or '...'}"
        label = "" if number is None else f"#{number}="
        return label + ("..." if depth > DEPTH_MAX else self._contents(value, kind, depth + 1))

    def _named(self, value: Any) -> str | None:
        """Things of the machine, which are shown elsewhere; functions and classes."""
        match value:
            case Task():
                return f"<task {value.number} {value.name}>"
            case Future():
                asked = f", request {value.request.number}" if value.request is not None else ""
                return f"<future {value.state}{asked}>"
            case Handle():
                return f"<{'timer ' + str(value.number) if value.number > 0 else value.kind}>"
            case Coroutine() | Generator() | AsyncGenerator():
                where = "" if value.frame is None or value.state == "created" else f" at {place(value.frame)}"
                return f"<{value.word} {value.name}, {value.state}{where}>"
            case VMFunction():
                return f"<function {value.qualname}>"
        if isinstance(value, type):
            return f"<class {type.__getattribute__(value, '__qualname__')}>"
        return None

    def _contents(self, value: Any, kind: type, depth: int) -> str:
        if kind is list:
            return f"[{self._items(value, depth)}]"
        if kind is tuple:
            return f"({self._items(value, depth)}{',' if len(value) == 1 else ''})"
        if kind is dict:
            return f"{{{self._pairs(value, depth)}}}"
        if isinstance(value, SetLike) and class_info(kind) is None:
            return f"{kind.__name__}({self._items(value.waymark_items, depth)})"
        if isinstance(value, Cell):
            return f"<cell {self.value(value.value, depth)}>"
        if isinstance(value, BoundMethod):
            return f"<method {self.value(value.function, depth)} of {self.value(value.instance, depth)}>"
        if isinstance(value, HostMethod):
            return f"<method {value.name} of {self.value(value.instance, depth)}>"
        if isinstance(value, BaseException):
            return f"{kind.__name__}({self._items(args_of(value), depth)}{self._attributes(value, depth, ', ')})"
        if class_info(kind) is not None:
            return f"<{kind.__name__}{self._extended(value, kind, depth)}{self._attributes(value, depth, ' ')}>"
        return f"<{kind.__name__}>"

    def _extended(self, value: Any, kind: type, depth: int) -> str:
        """What is in an instance's slots, and in the builtin type that its class extends."""
        info = class_info(kind)
        assert info is not None
        shown = "".join(f" {member.__name__}={self.value(held, depth)}" for member, held in slots_of(value))
        base = info.base
        if base is None:
            return shown
        if base in SCALAR:
            return f" {base.__name__} {self._items(scalar_parts(base, value), depth)}{shown}"
        if base not in KEYED:
            return f" {base.__name__} [{self._items(items_of(base, value), depth)}]{shown}"
        entries = entries_of(value)
        inside = self._pairs(entries, depth) if base is dict else self._items(entries, depth)
        return f" {base.__name__} {{{inside}}}{shown}"

    def _attributes(self, value: Any, depth: int, before: str) -> str:
        try:
            held = dict_of(value)
        except AttributeError:
            return ""
        shown = [f"{name}={self.value(each, depth)}" for name, each in held.items()]
        return before + ", ".join(shown) if shown else ""

    def _items(self, values: Iterable[Any], depth: int) -> str:
        return self._joined(self.value(each, depth) for each in values)

    def _pairs(self, entries: dict[Any, Any], depth: int) -> str:
        return self._joined(f"{self.value(key, depth)}: {self.value(each, depth)}" for key, each in entries.items())

    @staticmethod
    def _joined(texts: Iterator[str]) -> str:
        shown: list[str] = []
        for text in texts:
            if len(shown) == ITEMS_MAX:
                return ", ".join(shown) + f", ... {1 + sum(1 for _ in texts)} more"
            shown.append(text)
        return ", ".join(shown)


def place(frame: Frame) -> str:
    """Where a frame stands."""
    return f"{frame.loaded.source}:{frame.loaded.position(frame.pc)[0]}"
