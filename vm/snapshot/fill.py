"""The second half of building objects: each gets what it is made of, by its tag.

Every function here takes the object and the values of its node, and raises `ValueError` or `TypeError` for values that
the object must not have: the machine relies on the types of its own objects. Dicts and large lists come later, when
everything that a hash may look at is complete (`restore.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..loaded import LoadedFunction, LoadedUnit
from ..results import FINISHES
from ..values.errors import GROUP_FIELDS, is_group, set_args, set_field
from ..values.frames import Coroutine, Frame, Generator
from ..values.functions import UNSET, BoundMethod, Cell, HostMethod, VMFunction
from ..values.futures import Future, Handle, Request, Task
from . import class_parts, value_parts
from . import format as tag
from .format import Chunk
from .parts import dict_of

Values = list[Any]

_NONE = type(None)
_OWNER_STATES = ("created", "running", "suspended", "closed")
_FUTURE_STATES = ("pending", "finished", "cancelled")
_HANDLE_KINDS = ("call", "init", "step", "wake")


def expect(value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds):
        raise ValueError(f"a {type(value).__name__} stands where a {kinds[0].__name__} should")
    return value


def one_of(value: Any, words: tuple[str, ...]) -> Any:
    if value not in words:
        raise ValueError(f"{value!r:.40} is none of {', '.join(words)}")
    return value


def counted(values: Values, at: int) -> tuple[Values, int]:
    """The values behind the count that stands at a place, and where they end."""
    count = values[at] if at < len(values) else None
    if type(count) is not int or not 0 <= count < len(values) - at:
        raise ValueError("a count is wrong")
    return values[at + 1 : at + 1 + count], at + 1 + count


def named_pairs(values: Values) -> dict[str, Any]:
    """Name, value, name, value ..."""
    if len(values) % 2 or any(type(name) is not str for name in values[::2]):
        raise ValueError("names and values do not alternate")
    return dict(zip(values[::2], values[1::2], strict=True))


def _list(made: list[Any], values: Values) -> None:
    made += values


def _cell(made: Cell, values: Values) -> None:
    (made.value,) = values


def _chunk(made: Chunk, values: Values) -> None:
    made.items = values


def _code(unit: Any, index: Any) -> LoadedFunction:
    functions = expect(unit, LoadedUnit).functions
    if type(index) is not int or not 0 <= index < len(functions):
        raise ValueError("there is no such function in its unit")
    found: LoadedFunction = functions[index]
    return found


def _closure(made: VMFunction, values: Values) -> None:
    unit, index = values[:2]
    cells, at = counted(values, 2)
    defaults, at = counted(values, at)
    for cell in cells:
        expect(cell, Cell)
    loaded = _code(unit, index)
    if len(cells) != len(loaded.function.captures):
        raise ValueError(f"{loaded.qualname} has another number of cells")
    made.__init__(loaded, tuple(cells), tuple(defaults), named_pairs(values[at:]))  # type: ignore[misc]


def _bound_method(made: BoundMethod, values: Values) -> None:
    function, made.instance = values
    made.function = expect(function, VMFunction)


def _host_method(made: HostMethod, values: Values) -> None:
    name, made.instance = values
    made.name = expect(name, str)


def _class(made: type, values: Values) -> None:
    _, at = counted(values, 3)
    for name, value in named_pairs(values[at:]).items():
        type.__setattr__(made, name, value)


def _instance(made: Any, values: Values) -> None:
    dict_of(made).update(named_pairs(values[1:]))


def _error(made: BaseException, values: Values) -> None:
    _, args, cause, context, suppress = values[:5]
    set_args(made, expect(args, tuple))
    made.__cause__ = expect(cause, BaseException, _NONE)
    made.__context__ = expect(context, BaseException, _NONE)
    made.__suppress_context__ = expect(suppress, bool)
    count = values[5]
    if type(count) is not int or not 0 <= count <= (len(values) - 6) // 2:
        raise ValueError("a count is wrong")
    end = 6 + 2 * count
    for name, value in named_pairs(values[6:end]).items():
        if not (is_group(type(made)) and name in GROUP_FIELDS):
            set_field(made, name, value)
    dict_of(made).update(named_pairs(values[end:]))


def _frame(made: Frame, values: Values) -> None:
    unit, index, pc, caller, owner, then, *kept = values
    loaded = _code(unit, index)
    live = loaded.live.get(pc) if type(pc) is int else None
    if live is None or len(live) != len(kept):
        raise ValueError(f"a frame of {loaded.qualname} stands at pc {pc!r:.20} with {len(kept)} registers")
    registers = [UNSET] * loaded.function.registers
    for register, value in zip(live, kept, strict=True):
        registers[register] = value
    made.__init__(loaded, registers)  # type: ignore[misc]
    made.pc = pc
    made.caller = expect(caller, Frame, _NONE)
    made.owner = expect(owner, Coroutine, Generator, _NONE)
    if then is not UNSET and not (type(then) is tuple and then and then[0] in FINISHES):
        raise ValueError("nothing can be made of what a frame returns")
    made.then = then


def _owner(made: Coroutine | Generator, values: Values) -> None:
    name, state, frame = values
    made.name = expect(name, str)
    made.state = one_of(state, _OWNER_STATES)
    made.frame = expect(frame, Frame, _NONE)


def _future_part(made: Future, values: Values) -> None:
    state, made.value, error, made.cancel_message, request = values
    made.state = one_of(state, _FUTURE_STATES)
    made.error = expect(error, BaseException, _NONE)
    made.request = expect(request, Request, _NONE)


def _future(made: Future, values: Values) -> None:
    _future_part(made, values[:5])
    made.callbacks = values[5:]


def _task(made: Task, values: Values) -> None:
    number, name, coroutine, top, waits_for, must_cancel, cancels = values[:7]
    Future.__init__(made)
    made.number = expect(number, int)
    made.name = expect(name, str)
    made.coroutine = expect(coroutine, Coroutine, _NONE)
    made.top = expect(top, Frame, _NONE)
    made.waits_for = expect(waits_for, Future, _NONE)
    made.must_cancel = expect(must_cancel, bool)
    made.cancels = expect(cancels, int)
    _future_part(made, values[7:12])
    made.callbacks, at = counted(values, 12)
    made.anchors = [expect(anchor, Future, Handle) for anchor in values[at:]]


def _handle(made: Handle, values: Values) -> None:
    kind, target, args, cancelled, when, number = values
    made.__init__(one_of(kind, _HANDLE_KINDS), target, expect(args, tuple))  # type: ignore[misc]
    if made.kind in ("step", "wake"):
        expect(target, Task)
    made.cancelled = expect(cancelled, bool)
    made.when = expect(when, int, _NONE)
    made.number = expect(number, int)


def _request(made: Request, values: Values) -> None:
    number, key, attempt, args, kwargs = values
    made.__init__(  # type: ignore[misc]
        expect(number, int), expect(key, str), expect(args, tuple), expect(kwargs, dict), expect(attempt, int)
    )


FILL: dict[int, Callable[[Any, Values], None]] = {
    **class_parts.FILLS,
    **value_parts.FILLS,
    tag.LIST: _list,
    tag.CELL: _cell,
    tag.CHUNK: _chunk,
    tag.CLOSURE: _closure,
    tag.BOUND_METHOD: _bound_method,
    tag.HOST_METHOD: _host_method,
    tag.CLASS: _class,
    tag.INSTANCE: _instance,
    tag.ERROR: _error,
    tag.FRAME: _frame,
    tag.COROUTINE: _owner,
    tag.GENERATOR: _owner,
    tag.FUTURE: _future,
    tag.TASK: _task,
    tag.HANDLE: _handle,
    tag.REQUEST: _request,
}
