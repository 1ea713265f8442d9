"""WRL programs beside the same programs in Python: a fresh asyncio loop, whose clock jumps, is the oracle."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Coroutine
from typing import Any

from virtual_loop import VirtualLoop, in_order
from vm_runs import chain_of, observe
from wrl_programs import program

HEAD = """
module unit.case

intrinsic call_at = "call_at"
intrinsic call_soon = "call_soon"
intrinsic current_task = "current_task"
intrinsic future = "future"
intrinsic task = "task"
intrinsic time = "time"
native BaseExceptionGroup = "BaseExceptionGroup/1"
native IndexError = "IndexError/1"
native KeyError = "KeyError/1"
native MemoryError = "MemoryError/1"
native StopIteration = "StopIteration/1"
native TypeError = "TypeError/1"
native ValueError = "ValueError/1"
native dict = "dict/1"
native exception_matches = "exception_matches/1"
native len = "len/1"
native list = "list/1"
native max = "max/1"
native range = "range/1"
native repr = "repr/1"
native sorted = "sorted/1"
native str = "str/1"
native tuple = "tuple/1"
link sleep = waymark.prelude.asyncio "sleep"
global log
workflow "case" = run of "Case"

init {
    log = []
}
"""

CUTS = ((2,), (3, 7), ())  # how a run is cut into slices: as short as can be, unevenly, not at all


def wrl(text: str) -> str:
    """A module of these functions; `init` stands last in a module, so it is moved."""
    head, init = HEAD.split("init {")
    return f"{head}{text}\ninit {{{init}"


def same(text: str, oracle: Callable[[list[Any]], Coroutine[Any, Any, Any]]) -> None:
    """Assert that `run` of the WRL text and the oracle come to the same, and to the same log, however it is cut."""
    expected = native(oracle)
    running = program(wrl(text))
    for ticks in CUTS:
        seen = repr(observe(running, {}, ticks=ticks).outcome)
        assert seen == repr(expected), f"in slices of {ticks}\n   vm: {seen}\nCPython: {expected!r}"


def native(oracle: Callable[[list[Any]], Coroutine[Any, Any, Any]]) -> Any:
    """What the oracle returns, or what it raises; the log is what it became in the end."""
    log: list[Any] = []
    with warnings.catch_warnings(), in_order(), asyncio.Runner(loop_factory=VirtualLoop) as runner:
        warnings.simplefilter("ignore", RuntimeWarning)  # coroutines that are never awaited are meant
        try:
            result = runner.run(oracle(log))
        except BaseException as error:
            return chain_of(error)
    return result
