"""Failures of the host and mistakes of our own: they discard the slice, and no `except` of a program sees them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest
from differential import compiled, program_of, script
from wrl_programs import SEED, Stored

from waymark.stdlib.catalogue import NATIVES
from waymark.stdlib.limits import RunLimits
from waymark.stdlib.natives.model import Native
from waymark.vm.machine import Machine
from waymark.vm.surface import Failed, Fault, Finished, Idle, Raised, StartAction, Succeeded

PROGRAM = script("""
    seen = [await act(1)]
    try:
        seen.append(len(seen))
    except BaseException as error:
        seen.append(repr(error))
    finally:
        seen.append("last")
    return seen
""")


def _misspelt(value: Any) -> Any:
    return valeu  # type: ignore[name-defined]  # noqa: F821


def _unbound(value: Any) -> Any:
    if value is None:
        size = 0
    return size


def _asserting() -> Callable[[Any], Any]:
    """As text, because pytest writes the assertions of its own files anew."""
    made: dict[str, Any] = {}
    exec("def call(value):\n    assert value is None, 'never'\n    return value", made)
    call: Callable[[Any], Any] = made["call"]
    return call


def _importing(value: Any) -> Any:
    return importlib.import_module("waymark_has_no_such_module")


def _raising(error: BaseException) -> Callable[[Any], Any]:
    def call(value: Any) -> Any:
        raise error

    return call


FAULTS = {
    "memory": _raising(MemoryError()),
    "interrupt": _raising(KeyboardInterrupt()),
    "exit": _raising(SystemExit(1)),
    "a misspelt name": _misspelt,
    "an unbound variable": _unbound,
    "an assertion": _asserting(),
    "a missing module": _importing,
}


@pytest.mark.parametrize("planted", FAULTS.values(), ids=FAULTS)
def test_a_failure_of_the_host_discards_the_slice_and_the_run_goes_on_from_what_was_stored(
    planted: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = Stored()
    program = program_of(compiled(PROGRAM))
    machine = Machine.start(program, {}, seed=SEED)
    pause = machine.run(1000, 0)
    assert isinstance(pause, Idle)
    (start,) = (effect for effect in pause.effects if isinstance(effect, StartAction))
    stored.commit(machine)

    with monkeypatch.context() as patch:
        patch.setattr("waymark.vm.handlers.calls.NATIVES", NATIVES | {"len/1": Native("len/1", planted)})
        machine = stored.restore(program.units)
        machine.settle([(start.request, Succeeded(7))])
        with pytest.raises(Fault, match="the host raised"):
            machine.run(1000, 0)

    machine = stored.restore(program.units)
    machine.settle([(start.request, Succeeded(7))])
    assert machine.run(1000, 0) == Finished([7, 1, "last"])


@pytest.mark.parametrize("kind", [NameError, AssertionError, ImportError, KeyboardInterrupt, MemoryError, SystemExit])
def test_the_same_exceptions_of_a_program_are_its_own(kind: type[BaseException]) -> None:
    body = f"""
        def fail(*values):
            raise {kind.__name__}("mine")
        class Bad:
            def __lt__(self, other):
                fail()
            def __hash__(self):
                fail()
        found = []
        for work in (fail, lambda: sorted([Bad(), Bad()]), lambda: {{Bad(): 1}}, lambda: list(map(fail, [1]))):
            try:
                work()
            except BaseException as error:
                found.append(repr(error))
        try:
            await act(1)
        except BaseException as error:
            found.append(repr(error))
        return found
    """
    machine = Machine.start(program_of(compiled(script(body))), {}, seed=SEED)
    pause = machine.run(10_000, 0)
    (start,) = (effect for effect in pause.effects if isinstance(effect, StartAction))
    machine.settle([(start.request, Raised(kind("mine")))])
    assert machine.run(10_000, 0) == Finished([repr(kind("mine"))] * 5)


# Methods that a native of the enum module calls and whose exceptions it catches; `end` never returns.
CAUGHT_BY_ENUM = {
    "a missing value": """
        class Kind(Enum):
            A = 1
            @classmethod
            def _missing_(cls, value):
                end()
        def make():
            Kind(2)
    """,
    "the value of a mixed class": """
        class Mixed:
            def __new__(cls, value):
                if cls is Mixed:
                    end()
                return object.__new__(cls)
        def make():
            class Kind(Mixed, Enum):
                A = 1
    """,
    "the last value of a flag": """
        class Last:
            def __gt__(self, other):
                return True
            def bit_length(self):
                end()
        def make():
            class Kind(Flag):
                A = Last()
                B = auto()
    """,
}


@pytest.mark.parametrize("methods", CAUGHT_BY_ENUM.values(), ids=CAUGHT_BY_ENUM)
@pytest.mark.parametrize("end", ["while True: pass", "len([])"], ids=["out of turns", "a fault"])
def test_no_native_swallows_that_a_function_it_calls_ends_the_run(
    methods: str, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = f"""
        def end():
            {end}
        {methods.strip()}
        try:
            make()
        except BaseException as error:
            return repr(error)
    """
    machine = Machine.start(
        program_of(compiled(script(body, above="from enum import Enum, Flag, auto"))),
        {},
        seed=SEED,
        limits=RunLimits(nested_ticks=1000),
    )
    planted = Native("len/1", _raising(MemoryError()))
    monkeypatch.setattr("waymark.vm.handlers.calls.NATIVES", NATIVES | {"len/1": planted})
    if end == "len([])":
        with pytest.raises(Fault, match="the host raised MemoryError"):
            machine.run(10_000, 0)
    else:
        pause = machine.run(10_000, 0)
        assert isinstance(pause, Failed)
        assert "without end" in str(pause.error)
