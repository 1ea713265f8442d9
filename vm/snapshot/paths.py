"""The way to a value, for a person: task -> function -> variable -> what it holds.

Only an error asks for it, so it walks the whole state, breadth first, and the way it tells is a shortest one.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from ..state import State
from ..statics import Statics
from ..values.classes import class_info
from ..values.contents import items_of
from ..values.frames import Coroutine, Frame, Generator
from ..values.functions import Cell, VMFunction
from ..values.futures import Task
from .format import Refused
from .forms import Forms
from .hashes import Hashes
from .parts import dict_of
from .walk import objects_in


def path_to(statics: Statics, hashes: Hashes, state: State, sought: Any) -> str:
    """How the state leads to this object."""
    forms = Forms(statics, hashes)
    forms.state = state
    found: dict[int, tuple[Any, Any, str]] = {}  # id -> object, its holder, its place there
    queue: deque[Any] = deque()

    def see(value: Any, holder: Any, place: str) -> None:
        if id(value) not in found:
            found[id(value)] = (value, holder, place)
            queue.append(value)

    for task in state.tasks.values():
        see(task, None, f"task {task.name}")
    for name, variables in state.modules.items():
        see(variables, None, f"module {name}")
    see(state, None, "the event loop")
    while queue:
        value = queue.popleft()
        if value is sought:
            return _render(found, value)
        for held, place in _places(forms, value):
            see(held, value, place)
    return "somewhere in its state"


def _places(forms: Forms, value: Any) -> list[tuple[Any, str]]:
    """What an object holds, and where."""
    named = _named_places(value)
    known = {id(held) for held, _ in named}
    try:
        rest = objects_in(forms.of(value)[0](value))
    except Refused:
        rest = []
    return named + [(held, "") for held in rest if id(held) not in known]


def _named_places(value: Any) -> list[tuple[Any, str]]:
    kind = type(value)
    if kind is Task:
        return [(value.top, "")]
    if kind is Coroutine or kind is Generator:
        return [(value.frame, "")]
    if kind is Frame:
        return _variables(value)
    if kind is list or kind is tuple:
        return [(held, f"[{index}]") for index, held in enumerate(value)]
    if kind is dict:
        keys = [(key, f", a key {key!r:.40}" if type(key) in (int, str) else ", a key") for key in value]
        return [(held, f"[{key!r:.40}]" if type(key) in (int, str) else "[...]") for key, held in value.items()] + keys
    if kind is Cell:
        return [(value.value, "")]
    if kind is VMFunction:
        return [
            (cell, f", variable {name}") for name, cell in zip(value.loaded.function.captures, value.cells, strict=True)
        ]
    try:
        return [*_contents(value, kind), *((held, f".{name}") for name, held in dict_of(value).items())]
    except AttributeError:
        return []


def _contents(value: Any, kind: type) -> list[tuple[Any, str]]:
    """What an instance holds of the builtin type that its class extends, and in its slots."""
    info = class_info(kind)
    if info is None:
        return []
    items = items_of(info.base, value) if info.base in (list, tuple) else []
    slots = []
    for member in info.members:
        try:
            slots.append((member.__get__(value), f".{member.__name__}"))
        except AttributeError:  # there is nothing in it
            continue
    return [*((held, f"[{index}]") for index, held in enumerate(items)), *slots]


def _variables(frame: Frame) -> list[tuple[Any, str]]:
    return [(value, f" -> {name}") for name, value in variables_of(frame)]


def variables_of(frame: Frame) -> list[tuple[str, Any]]:
    """What a frame keeps, by name."""
    loaded = frame.loaded
    table = loaded.unit.unit.debug.variables
    names = dict(table[loaded.index]) if loaded.index < len(table) else {}
    live = loaded.live.get(frame.pc, ())
    return [(names.get(each, f"register {each}"), frame.registers[each]) for each in live]


def _render(found: dict[int, tuple[Any, Any, str]], value: Any) -> str:
    steps: list[str] = []
    current = value
    while True:
        _, holder, place = found[id(current)]
        steps.append(place)
        if type(current) is Frame:
            steps.append(f" -> {_where(current)}" if holder is not None else "")
            steps[-2:] = [steps[-1]] if not place else [steps[-1], place]
        if holder is None:
            return "".join(reversed(steps))
        current = holder


def _where(frame: Frame) -> str:
    line, _ = frame.loaded.position(frame.pc)
    return f"{frame.loaded.qualname} ({frame.loaded.source}:{line})"
