"""Mistakes that a machine like this one could have, to be planted one at a time: the harness must notice each.

A fault is a function that changes the machine through `monkeypatch`, in one place. All of them are small: most programs
run as if nothing were wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from waymark.compiler.codegen import control
from waymark.vm import generators, raising
from waymark.vm.errors import operate
from waymark.vm.handlers import HANDLERS
from waymark.vm.interp import Interpreter
from waymark.vm.isa import BINARY_OPERATORS, COMPARE_OPERATORS, Op
from waymark.vm.liveness import live_masks, registers_of
from waymark.vm.loaded import LoadedFunction
from waymark.vm.regions import structure
from waymark.vm.snapshot import format as tag
from waymark.vm.snapshot import plain_reading
from waymark.vm.snapshot.fill import FILL
from waymark.vm.snapshot.parts import OWNED
from waymark.vm.values.frames import Frame, Generator
from waymark.vm.values.functions import UNSET, Cell, VMFunction

restore = import_module("waymark.vm.snapshot.restore")  # its package has a function of that name
Plant = Callable[[pytest.MonkeyPatch], None]
FAULTS: dict[str, Plant] = {}
# Faults of the compiler: programs must be compiled anew to have them.
IN_THE_COMPILER: set[str] = set()
_alive: list[Any] = []  # what was encoded in place of something else: an id must mean one object


def fault(name: str, *, compiled: bool = False) -> Callable[[Plant], Plant]:
    def register(plant: Plant) -> Plant:
        FAULTS[name] = plant
        if compiled:
            IN_THE_COMPILER.add(name)
        return plant

    return register


# --- exceptions -------------------------------------------------------------------------------------------------------


@fault("what a caller is handling is not seen in the function it calls")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(raising, "handled", lambda frame: frame and frame.handled())


@fault("a new exception gets no context")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(raising, "put_context", lambda vm, error, handled: None)


@fault("an exception that goes on loses its context")
def _(patch: pytest.MonkeyPatch) -> None:
    def rethrow(vm: Any, frame: Frame, operands: Any) -> None:
        (exc,) = operands
        frame.registers[exc].__context__ = None
        original(vm, frame, operands)

    original = HANDLERS[Op.RERAISE]
    patch.setitem(HANDLERS, Op.RERAISE, rethrow)


@fault("a context is lost at a restore")
def _(patch: pytest.MonkeyPatch) -> None:
    behind_fill(patch, tag.ERROR, lambda made: setattr(made, "__context__", None))


@fault("`from None` is forgotten at a restore")
def _(patch: pytest.MonkeyPatch) -> None:
    behind_fill(patch, tag.ERROR, lambda made: setattr(made, "__suppress_context__", False))


@fault("what a frame is handling is lost at a restore")
def _(patch: pytest.MonkeyPatch) -> None:
    def forget(made: Frame) -> None:
        for register in made.loaded.handled[made.pc]:
            if isinstance(made.registers[register], BaseException):
                made.registers[register] = UNSET

    behind_fill(patch, tag.FRAME, forget)


@fault("StopIteration leaves a generator as it is")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(raising, "escaped", lambda owner, error: error)


@fault("a return that waits for one `finally` is overwritten by that of another one", compiled=True)
def _(patch: pytest.MonkeyPatch) -> None:
    """All the `finally` of a function keep it in one register, so one in the last part of another overwrites it."""

    def guard(frame: Any) -> Any:
        found = original_guard(frame)
        return found and replace(found, result=shared.setdefault(id(frame), found.result))

    def go(frame: Any, span: Any, way: Any, result: int | None) -> None:
        original_go(frame, span, way, shared.get(id(frame), result) if way is control.Way.RETURN else result)

    shared: dict[int, int] = {}
    original_guard, original_go = control._guard, control._go
    patch.setattr(control, "_guard", guard)
    patch.setattr(control, "_go", go)


# --- variables --------------------------------------------------------------------------------------------------------


@fault("a variable that only a handler reads is dropped at a pause")
def _(patch: pytest.MonkeyPatch) -> None:
    def live_without_handlers(loaded: LoadedFunction) -> dict[int, tuple[int, ...]]:
        if id(loaded) not in known:
            shape = structure(loaded.function.code)
            blind = replace(shape, guards=(None,) * len(shape.guards))
            rows = live_masks(loaded.entry_registers, loaded.function.code, blind)
            known[id(loaded)] = {pc: registers_of(mask) for pc, mask in rows}
        return known[id(loaded)]

    def forget(made: Frame) -> None:
        kept = live_without_handlers(made.loaded).get(made.pc, ())
        for register in made.loaded.live[made.pc]:
            if register not in kept and not isinstance(made.registers[register], Cell | BaseException):
                made.registers[register] = None

    known: dict[int, dict[int, tuple[int, ...]]] = {}
    behind_fill(patch, tag.FRAME, forget)


@fault("an unbound variable is None")
def _(patch: pytest.MonkeyPatch) -> None:
    def check(vm: Any, frame: Frame, operands: Any) -> None:
        src, _ = operands
        if frame.registers[src] is UNSET:
            frame.registers[src] = None
        frame.pc += 1

    patch.setitem(HANDLERS, Op.CHECK, check)


@fault("functions no longer share their cells after a restore")
def _(patch: pytest.MonkeyPatch) -> None:
    def closure(value: VMFunction) -> list[Any]:
        apart = VMFunction(
            value.loaded, tuple(Cell(cell.value) for cell in value.cells), value.defaults, value.kwdefaults
        )
        _alive.append(apart)
        return original(apart)

    original = OWNED[VMFunction]
    patch.setitem(OWNED, VMFunction, closure)


@fault("that a module variable was bound again is not stored")
def _(patch: pytest.MonkeyPatch) -> None:
    def global_set(vm: Any, frame: Frame, operands: Any) -> None:
        module, name, src = operands
        vm.state.modules.setdefault(module, {})[name] = frame.registers[src]
        frame.pc += 1

    patch.setitem(HANDLERS, Op.GLOBAL_SET, global_set)


@fault("a restored frame has copies of the lists it had")
def _(patch: pytest.MonkeyPatch) -> None:
    def frame(value: Frame) -> list[Any]:
        parts = [list(part) if type(part) is list else part for part in original(value)]
        _alive.append(parts)
        return parts

    original = OWNED[Frame]
    patch.setitem(OWNED, Frame, frame)


# --- values -----------------------------------------------------------------------------------------------------------


@fault("True comes back as 1")
def _(patch: pytest.MonkeyPatch) -> None:
    _in_registers(patch, lambda value: int(value) if value is True else value)


@fault("-0.0 comes back as 0.0")
def _(patch: pytest.MonkeyPatch) -> None:
    _in_registers(patch, lambda value: 0.0 if type(value) is float and value == 0 else value)


@fault("a NaN comes back as another NaN")
def _(patch: pytest.MonkeyPatch) -> None:
    _in_registers(patch, lambda value: -math.nan if type(value) is float and value != value else value)


@fault("a dict comes back in another order")
def _(patch: pytest.MonkeyPatch) -> None:
    def late_of(owner: Any, parts: list[Any]) -> Any:
        if type(owner) is dict and all(type(key) is not str or len(key) < 3 for key in parts[::2]):
            parts = [part for place in range(len(parts) - 2, -1, -2) for part in parts[place : place + 2]]
        return original(owner, parts)

    original = restore.late_of
    patch.setattr(restore, "late_of", late_of)


# --- operations -------------------------------------------------------------------------------------------------------


@fault("an augmented assignment makes a new list")
def _(patch: pytest.MonkeyPatch) -> None:
    def inplace(vm: Any, frame: Frame, operands: Any) -> None:
        dst, index, left, right = operands
        value, other = frame.registers[left], frame.registers[right]
        if type(value) is list and type(other) is list and BINARY_OPERATORS[index] == "+":
            frame.registers[dst] = value + other
            frame.pc += 1
        else:
            original(vm, frame, operands)

    original = HANDLERS[Op.INPLACE]
    patch.setitem(HANDLERS, Op.INPLACE, inplace)


@fault("`is` looks at the values")
def _(patch: pytest.MonkeyPatch) -> None:
    def compare(vm: Any, frame: Frame, operands: Any) -> None:
        dst, index, left, right = operands
        values = frame.registers[left], frame.registers[right]
        if COMPARE_OPERATORS[index] == "is" and {type(value) for value in values} <= {list, dict}:
            frame.registers[dst] = operate(lambda: values[0] == values[1])
            frame.pc += 1
        else:
            original(vm, frame, operands)

    original = HANDLERS[Op.COMPARE]
    patch.setitem(HANDLERS, Op.COMPARE, compare)


@fault("a default is made anew for each call")
def _(patch: pytest.MonkeyPatch) -> None:
    def call(vm: Any, function: VMFunction, *rest: Any, **named: Any) -> Any:
        if any(type(value) is list for value in function.defaults):
            defaults = tuple(list(value) if type(value) is list else value for value in function.defaults)
            function = VMFunction(function.loaded, function.cells, defaults, function.kwdefaults)
        return original(vm, function, *rest, **named)

    original = Interpreter.call
    patch.setattr(Interpreter, "call", call)


# --- iteration --------------------------------------------------------------------------------------------------------


@fault("a restored iterator is one item ahead")
def _(patch: pytest.MonkeyPatch) -> None:
    original = restore.set_position
    for place in (restore, plain_reading):
        patch.setattr(place, "set_position", lambda iterator, index: original(iterator, index + 1))


@fault("an item is lost when a slice ends at the head of a loop")
def _(patch: pytest.MonkeyPatch) -> None:
    def fetch(vm: Any, frame: Frame, operands: Any) -> None:
        _, iterator = operands
        source = frame.registers[iterator]
        if vm.ticks <= 0 and not vm.nested and type(source).__name__ == "list_iterator":
            vm.tracker.touch(source)
            next(source, None)
        original(vm, frame, operands)

    original = HANDLERS[Op.FOR]
    patch.setitem(HANDLERS, Op.FOR, fetch)


@fault("a generator starts again after a restore")
def _(patch: pytest.MonkeyPatch) -> None:
    def resume(vm: Any, generator: Generator, sent: Any) -> None:
        if id(generator) in restored and generator.state == "suspended" and generator.frame is not None:
            restored.discard(id(generator))
            generator.frame.pc = 0
            generator.state = "created"
        original(vm, generator, sent)

    restored: set[int] = set()
    original = generators.resume
    behind_fill(patch, tag.GENERATOR, lambda made: restored.add(id(made)))
    patch.setattr(generators, "resume", resume)


# --- where to plant ---------------------------------------------------------------------------------------------------


def behind_fill(patch: pytest.MonkeyPatch, kind: int, change: Callable[[Any], object]) -> None:
    """Change what a restore has made of a node of this kind."""

    def fill(made: Any, values: list[Any]) -> None:
        original(made, values)
        change(made)

    original = FILL[kind]
    patch.setitem(FILL, kind, fill)


def _in_registers(patch: pytest.MonkeyPatch, change: Callable[[Any], Any]) -> None:
    """Change values in the registers of restored frames."""

    def all_of(made: Frame) -> None:
        made.registers = [change(value) for value in made.registers]

    behind_fill(patch, tag.FRAME, all_of)
