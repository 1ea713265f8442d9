"""Coroutines that a program drives by hand, and what an await hands out to whoever drives it.

    coroutine.send(None)      runs the coroutine like a call, until an await of it, or of what it awaits, gives way

What the await gives way for (a future; None for a turn of the loop; an item of an `__await__`) is delivered to the
`send`, and the frames down to the await stay linked to the coroutine. Without anybody who drives by hand, the task does
it: it waits for the future.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import futures, parting, protocol, raising
from .errors import Thrown, Uncatchable, operate
from .generators import is_below
from .isa import Op
from .values.frames import AsyncEnd, AsyncItem, Coroutine, Frame, Generator
from .values.functions import UNSET
from .values.futures import Future, Handle, Turn

if TYPE_CHECKING:
    from .interp import Interpreter


_CUT = "async_generator.cut"


def give_way(vm: Interpreter, frame: Frame, reason: Future | Turn | None, item: Any) -> bool:
    """An await gives way, and `item` goes to whoever drives it by hand. False: nobody does."""
    bottom = parting.driven(frame)
    if bottom is None:
        return False
    parting.rejoin(vm, frame)
    coroutine = bottom.owner
    assert isinstance(coroutine, Coroutine)
    each: Frame | None = frame
    while each is not None and each is not bottom.caller:
        vm.tracker.touch(each)
        vm.tracker.touch(each.owner)
        each = each.caller
    coroutine.state, coroutine.top = "suspended", frame
    coroutine.waits_for = reason if isinstance(reason, Future) else None
    caller, bottom.caller = bottom.caller, None
    if vm.nested and vm.nested[-1].frame is bottom:
        vm.end_nested(item)
    else:
        assert caller is not None, "it is driven by its caller"
        vm.frame = caller
        vm.deliver(caller, item)
    return True


def hand_out(vm: Interpreter, item: Any) -> Any:
    """What an iterator of `__await__` gives goes out; what comes back in is delivered to this instruction."""
    frame = vm.frame
    assert frame is not None
    if give_way(vm, frame, None, item):
        return UNSET
    task = vm.state.current
    if task is None:
        raise Uncatchable("nothing runs here that could wait")
    if item is None:
        vm.scheduler.give_way(vm, frame)
    elif isinstance(item, Future):
        vm.scheduler.wait_for(vm, frame, item)
    else:
        vm.scheduler.suspend(vm, frame, task)
        vm.state.ready.append(Handle("step", task, (RuntimeError(f"Task got bad yield: {item!r}"),)))
    return UNSET


def _check(vm: Interpreter, coroutine: Coroutine) -> None:
    """Whether it can be entered by hand."""
    if coroutine.state == "closed":
        raise Thrown(RuntimeError(coroutine.reused))
    if coroutine.state == "running":
        if is_below(vm.frame, coroutine):
            raise Thrown(ValueError("coroutine already executing"))
        raise Uncatchable("a workflow cannot drive a coroutine by hand that something awaits; cancel its task")


def send(vm: Interpreter, coroutine: Coroutine, value: Any) -> Any:
    _check(vm, coroutine)
    if coroutine.state == "created":
        if value is not None and type(coroutine) is AsyncItem:
            assert coroutine.frame is not None
            coroutine.frame.registers[1] = value  # in the place of what `asend` was given
        elif value is not None:
            raise Thrown(TypeError("can't send non-None value to a just-started coroutine"))
        vm.begin(coroutine)
        return UNSET
    outer = vm.frame
    top, waited = _take_up(vm, coroutine)
    if waited is None:
        vm.deliver(top, None if top.loaded.operations[top.pc] is Op.AWAIT else value)
        return UNSET
    try:
        value = result_of(vm, waited)
    except Thrown as raised:
        error = raised.error
    else:
        vm.deliver(top, value)
        return UNSET
    assert vm.frame is top and outer is not top
    raising.raise_in(vm, top, error)
    return UNSET


def result_of(vm: Interpreter, future: Future) -> Any:
    if not futures.done(future):
        raise Thrown(RuntimeError("await wasn't used with future"))
    return operate(futures.result, vm, future)


def throw(vm: Interpreter, coroutine: Coroutine, error: BaseException) -> Any:
    """Raise an exception where it stands."""
    _check(vm, coroutine)
    if type(coroutine) is not Coroutine and coroutine.state == "created":
        begin_with(vm, coroutine, error)
        return UNSET
    if coroutine.state == "created":
        frame = vm.take_up(coroutine)
    else:
        frame, _ = _take_up(vm, coroutine)
    vm.ticks -= 1
    raising.throw_in(vm, frame, error)
    return UNSET


def begin_with(vm: Interpreter, item: Coroutine, error: BaseException) -> None:
    """An exception is thrown into what an async generator's method gave, before it began: the generator gets it."""
    frame = item.frame
    assert frame is not None
    export = _CUT if frame.loaded.name.endswith("aclose") else "async_generator.cut_item"
    item.name = export
    loaded = protocol.function(vm, export).loaded
    item.frame = Frame(loaded, [frame.registers[0], error, *[UNSET] * (loaded.function.registers - 2)])
    item.frame.owner = item
    vm.begin(item)


def is_cut(coroutine: Coroutine | None) -> bool:
    """Whether a task goes on with an `aclose()` that was cancelled before it began: only now does CPython begin it."""
    if type(coroutine) is not AsyncEnd or coroutine.name != _CUT:
        return False
    coroutine.name = "async_generator.aclose"
    return True


def close(vm: Interpreter, coroutine: Coroutine) -> Any:
    if coroutine.state == "created":
        assert coroutine.frame is not None
        vm.abandon(coroutine.frame)
    elif coroutine.state != "closed":
        _check(vm, coroutine)
        protocol.enter(vm, "coroutine.close", coroutine)
        return UNSET
    return None


def _take_up(vm: Interpreter, coroutine: Coroutine) -> tuple[Frame, Future | None]:
    """Put the frames of a suspended coroutine on top of the running one; where they stand, and what for."""
    top, waited = coroutine.top, coroutine.waits_for
    assert top is not None
    bottom = vm.take_up(coroutine)
    coroutine.top = coroutine.waits_for = None
    each: Frame | None = top
    while each is not None and each is not bottom:
        each.depth = -1
        vm.tracker.touch(each)
        vm.tracker.touch(each.owner)
        each = each.caller
    vm.ticks -= 1
    vm.frame = top
    return top, waited


def may_delegate(vm: Interpreter) -> bool:
    """Whether the generator whose `yield from` asks is one that `types.coroutine` has made awaitable."""
    asking = vm.frame.caller if vm.frame is not None else None
    owner = asking.owner if asking is not None else None
    return type(owner) is Generator and owner.awaitable


def iterator(vm: Interpreter, awaitable: Any) -> Any:
    """What `awaitable.__await__()` of one of the machine's own gives."""
    name = "coroutine_iterator" if isinstance(awaitable, Coroutine) else "future_iterator"
    return vm.call(protocol.function(vm, name), (awaitable,), {})


def enter_object(vm: Interpreter, awaitable: Any) -> None:
    """`await` of an object with `__await__`: prelude code drives the iterator that this gives."""
    _enter(vm, "await_object", awaitable)


def enter_iterator(vm: Interpreter, generator: Generator) -> None:
    """`await` of a generator that `types.coroutine` has made awaitable."""
    _enter(vm, "await_iterator", generator)


def _enter(vm: Interpreter, function: str, awaitable: Any) -> None:
    coroutine = vm.call(protocol.function(vm, function), (awaitable,), {})
    assert isinstance(coroutine, Coroutine), "it is an `async fn`"
    vm.begin(coroutine)
