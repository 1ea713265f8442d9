"""A plain run out of its bytes (`plain.py` writes them): the state, with nothing that a program made being executed."""

from __future__ import annotations

from typing import Any

import msgspec

from ..state import State
from ..statics import Statics
from ..values.frames import Coroutine, Frame
from ..values.functions import UNSET
from ..values.futures import Future, Request, Task
from .fill import FILL
from .format import FRAME
from .leaves import unit_of
from .plain import RANGE_ITERATOR, WHOLE, Plain
from .positions import set_position

_decoder = msgspec.msgpack.Decoder(Plain)


def decode_plain(statics: Statics, unit: bytes, workflow: str, data: bytes) -> tuple[State, int]:
    """The run, and the number of its next page. Raises `ValueError` and its like for bytes that no run has."""
    plain = _decoder.decode(data)
    state = State(unit, workflow, plain.seed)
    state.now = plain.now
    state.next_request, state.next_timer, state.next_task, state.next_generator, next_page, state.draws = plain.counters
    registers = plain.registers
    _check([registers, plain.args, plain.kwargs, plain.others])
    args = tuple(_given(value, registers) for value in plain.args)
    kwargs = {name: _given(value, registers) for name, value in plain.kwargs.items()}
    made = [(place, _other(told, registers)) for place, *told in plain.others]
    for place, value in made:
        registers[place] = value
    task = Task.__new__(Task)
    Future.__init__(task)
    number = plain.task
    task.number, task.name, task.cancels = (number, f"Task-{number}", 0) if isinstance(number, int) else number
    task.must_cancel, task.context = False, None
    task.top, task.coroutine = _frames(statics, unit, plain)
    future = Future()
    asked, attempt, action = plain.request
    key = action if isinstance(action, str) else list(unit_of(statics, unit).actions)[action]
    future.request = Request(asked, key, args, kwargs, attempt)
    future.callbacks, future.anchor = [task], task
    task.anchors, task.waits_for = [future], future
    state.main = state.tasks[task.number] = task
    state.requests[asked] = future
    return state, next_page


def _frames(statics: Statics, entry: bytes, plain: Plain) -> tuple[Frame | None, Coroutine | None]:
    """The innermost frame, and the coroutine of the outermost."""
    top: Frame | None = None
    below: Coroutine | None = None
    caller: Frame | None = None
    end = len(plain.registers)
    linked = list(unit_of(statics, entry).linked)
    told: list[Any] = plain.frames
    frames = list(zip(told[::4], told[1::4], told[2::4], told[3::4], strict=True))
    for unit, index, pc, count in reversed(frames):
        if type(count) is not int or not 0 <= count <= end:
            raise ValueError("a count is wrong")
        loaded = unit_of(statics, linked[unit] if type(unit) is int else unit)
        frame, owner = Frame.__new__(Frame), Coroutine.__new__(Coroutine)
        FILL[FRAME](frame, [loaded, index, pc, caller, owner, UNSET, *plain.registers[end - count : end]])
        owner.__init__(frame, frame.loaded.qualname)  # type: ignore[misc]
        owner.state = "running"
        below = below or owner
        top = caller = frame
        end -= count
    if end or below is None:
        raise ValueError("frames and registers do not go together")
    return top, below


def _check(level: list[Any]) -> None:
    """Refuse what no run writes: MessagePack has more kinds of values."""
    while level:
        deeper: list[Any] = []
        for container in level:
            for value in (*container, *container.values()) if type(container) is dict else container:
                kind = type(value)
                if kind is list or kind is dict:
                    deeper.append(value)
                elif kind not in WHOLE and kind is not float:
                    raise ValueError(f"a plain run holds a {kind.__name__}")
        level = deeper


def _other(told: list[Any], registers: list[Any]) -> Any:
    """What a register holds that is no plain value."""
    match told:
        case []:
            return UNSET
        case [int(index), int(start), int(stop), int(step)]:
            made: Any = iter(range(start, stop, step))
            if type(made) is not RANGE_ITERATOR:
                raise ValueError("an iterator goes through a range of large ints")
            made.__setstate__(index)
            return made
        case [int(index), int(place)] if 0 <= place < len(registers) and type(registers[place]) is list:
            made = iter(registers[place])
        case [int(index), list(own)]:
            made = iter(own)
        case _:
            raise ValueError("a register holds nothing that there is")
    set_position(made, index)
    return made


def _given(value: Any, registers: list[Any]) -> Any:
    match value:
        case [int(place)]:
            if not 0 <= place < len(registers) or type(registers[place]) not in (list, dict):
                raise ValueError("an argument is what no register holds")
            return registers[place]
        case [None, (list() | dict()) as own]:
            return own
        case list() | dict():
            raise ValueError("an argument is written as none is")
    return value
