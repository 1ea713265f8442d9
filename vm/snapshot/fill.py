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
from ..values.frames import AsyncGenerator, Coroutine, Frame, Generator
from ..values.functions import NAMES, TYPES_OF_NAMES, UNSET, BoundMethod, Cell, HostMethod, VMFunction
from ..values.futures import Future, Handle, Request, Task
from . import class_parts, value_parts
from . import format as tag
from .format import Chunk
from .hashes import Key
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
    if type(value) is not str or value not in words:
        raise ValueError(f"a {type(value).__name__} is none of {', '.join(words)}")
    return value


def counted(values: Values, at: int) -> tuple[Values, int]:
    """The values behind the count that stands at a place, and where they end."""
    count = values[at] if at < len(values) else None
    if type(count) is not int or not 0 <= count < len(values) - at:
        raise ValueError("a count is wrong")
    return values[at + 1 : at + 1 + count], at + 1 + count


def own_list(values: Values) -> list[Any]:
    """A list of the machine's own, which is in a page when it is large."""
    return values[0] if len(values) == 1 and type(values[0]) is list else values


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


def _key(made: Key, values: Values) -> None:
    made.key, *answers = values
    if type(made.key) is Key or any(type(answer) is not int for answer in answers):
        raise ValueError("a key is a value and hashes")
    made.answers = tuple(answers)


def _code(unit: Any, index: Any) -> LoadedFunction:
    functions = expect(unit, LoadedUnit).functions
    if type(index) is not int or not 0 <= index < len(functions):
        raise ValueError("there is no such function in its unit")
    found: LoadedFunction = functions[index]
    return found


def _closure(made: VMFunction, values: Values) -> None:
    loaded = _code(*values[:2])
    made.__init__(loaded)  # type: ignore[misc]
    _definition(made, values)


def _changed_function(made: VMFunction, values: Values) -> None:
    made.changed = True
    _definition(made, values)


def _definition(made: VMFunction, values: Values) -> None:
    cells, at = counted(values, 2)
    for cell in cells:
        expect(cell, Cell)
    if len(cells) != len(made.loaded.function.captures):
        raise ValueError(f"{made.loaded.qualname} has another number of cells")
    defaults, kwdefaults, attributes = values[at : at + 3]
    names = named_pairs(values[at + 3 :])
    for name in names:
        one_of(name, NAMES)
    for name, kind in TYPES_OF_NAMES.items():
        expect(names.get(name, kind()), kind)
    made.cells, made.defaults, made.names = tuple(cells), expect(defaults, tuple, _NONE) or (), names or None
    made.kwdefaults, made.attributes = expect(kwdefaults, dict, _NONE), expect(attributes, dict, _NONE)


def _bound_method(made: BoundMethod, values: Values) -> None:
    made.function, made.instance = values


def _host_method(made: HostMethod, values: Values) -> None:
    name, made.instance = values
    made.name = expect(name, str)


def _class(made: type, values: Values) -> None:
    _, at = counted(values, 5)
    class_parts.put_into_class(made, named_pairs(values[at:]))
    class_parts.make_abstract(made, values[4])


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
        raise ValueError(f"a frame of {loaded.qualname} stands where none can, or with {len(kept)} registers")
    registers = [UNSET] * loaded.function.registers
    for register, value in zip(live, kept, strict=True):
        registers[register] = value
    made.__init__(loaded, registers)  # type: ignore[misc]
    made.pc = pc
    made.caller = expect(caller, Frame, _NONE)
    made.owner = expect(owner, Coroutine, Generator, AsyncGenerator, _NONE)
    if then is not UNSET and not (type(then) is tuple and then and then[0] in FINISHES):
        raise ValueError("nothing can be made of what a frame returns")
    made.then = then


def _coroutine(made: Coroutine, values: Values) -> None:
    *owner, top, waits_for = values
    _owner(made, owner)
    made.top = expect(top, Frame, _NONE)
    made.waits_for = expect(waits_for, Future, _NONE)
    if (made.top is not None) != (made.state == "suspended"):
        raise ValueError("a coroutine is suspended where its innermost frame stands")


def _generator(made: Generator, values: Values) -> None:
    *owner, number = values
    _owner(made, owner)
    made.number = expect(number, int)


def _async_generator(made: AsyncGenerator, values: Values) -> None:
    *owner, busy, closing, number = values
    _owner(made, owner)
    made.busy, made.closing = expect(busy, bool), expect(closing, bool)
    made.number = expect(number, int)


def _owner(made: Coroutine | Generator | AsyncGenerator, values: Values) -> None:
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
    made.callbacks = own_list(values[5:])


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
    callbacks, at = counted(values, 12)
    made.callbacks, made.anchors = own_list(callbacks), own_list(values[at:])


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
    tag.KEY: _key,
    tag.CLOSURE: _closure,
    tag.CHANGED_FUNCTION: _changed_function,
    tag.BOUND_METHOD: _bound_method,
    tag.HOST_METHOD: _host_method,
    tag.CLASS: _class,
    tag.INSTANCE: _instance,
    tag.ERROR: _error,
    tag.FRAME: _frame,
    tag.COROUTINE: _coroutine,
    tag.ASYNC_ITEM: _coroutine,
    tag.ASYNC_END: _coroutine,
    tag.ASYNC_GENERATOR: _async_generator,
    tag.GENERATOR: _generator,
    tag.FUTURE: _future,
    tag.TASK: _task,
    tag.HANDLE: _handle,
    tag.REQUEST: _request,
}
