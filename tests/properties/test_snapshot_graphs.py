"""Random object graphs, changed at random between commits: what is stored is always exactly the run.

Fibers hold lists, dicts, tuples, cells, closures, instances, generators, futures and errors, shared and in cycles,
small and large. Every change goes through `Changes`, which tells the tracker as the machine does.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from waymark.stdlib.values.iterators import Reversed
from waymark.stdlib.values.lazy import Enumerate, Map, Zip
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet
from waymark.stdlib.values.views import DictItems
from waymark.vm.snapshot import graph as graph_module
from waymark.vm.snapshot.class_parts import class_contents
from waymark.vm.surface import Raised, Succeeded
from waymark.vm.values.classes import class_info, make_class
from waymark.vm.values.frames import Coroutine, Frame, Generator
from waymark.vm.values.functions import UNSET, BoundMethod, Cell, HostMethod, VMFunction
from waymark.vm.values.futures import TURN, Future, Handle, Request, Task
from waymark.vm.values.iterators import WALKS, Walk, iterate

from ..unit.vm.snapshot.world import CONSTANTS, PAIR, World, same

Pick = Callable[[int], int]
_LEAVES = (type(None), bool, int, float, complex, str, bytes, type(UNSET))


class Changes:
    """One run, and what may happen to it. `pick(n)` chooses below n."""

    def __init__(self, pick: Pick) -> None:
        self.pick = pick
        self.world = World()
        self.world.state.modules["m"] = {}
        self.world.task([1], {"a": [2]})

    # --- what is there ---

    def reachable(self) -> list[Any]:
        """Every object that the program could get at, in an order that does not depend on memory."""
        state = self.world.state
        found: list[Any] = []
        seen: set[int] = set()
        pending: list[Any] = [*state.tasks.values(), *state.modules.values(), *state.ready]
        while pending:
            value = pending.pop(0)
            if type(value) in _LEAVES or id(value) in seen:
                continue
            seen.add(id(value))
            found.append(value)
            pending += _held(value)
        return found

    def some(self, *kinds: type) -> Any:
        there = [value for value in self.reachable() if not kinds or isinstance(value, kinds)]
        return there[self.pick(len(there))] if there else None

    # --- new values ---

    def value(self) -> Any:
        makers = (self._old, self._scalar, self._container, self._large, self._vm, self._error, self._iterator)
        return makers[self.pick(len(makers))]()

    def _old(self) -> Any:
        return self.some()

    def _scalar(self) -> Any:
        bits = (math.nan, -0.0, 1 << 70, -(1 << 63), 2.5, "\ud800", "é", 3 + 4j, b"b", True, None, ..., NotImplemented)
        odd = (CONSTANTS[PAIR], (), len, int, KeyError, TURN, range(3), slice(1, None), self.world.static(), type(None))
        index = self.pick(len(bits) + len(odd) + 1)
        if index == len(bits) + len(odd):
            return float("nan")
        return bits[index] if index < len(bits) else odd[index - len(bits)]

    def _container(self) -> Any:
        one, two = self.some(), self.some()
        keys = [key for key in (one, two, "k", (1, "k")) if _is_key(key)]
        return (
            *([], [one], {"k": one}, (one, two), [(one,), {"x": two}], {(1, "a"): one, 1.5: two}),
            *(OrderedSet(keys), OrderedFrozenSet(keys), {OrderedFrozenSet(keys): one}, bytearray(b"b")),
            *(DictItems(self.some(dict) or {}), OrderedSet(range(200))),
        )[self.pick(12)]

    def _large(self) -> Any:
        one = self.some()
        return (
            lambda: [one, *range(200), [one]],
            lambda: {index: [index] if index % 50 == 0 else index for index in range(150)},
            lambda: tuple(range(140)),
            lambda: "x" * 5000,
            lambda: [[index] for index in range(300)],
        )[self.pick(5)]()

    def _vm(self) -> Any:
        world, one = self.world, self.some()
        return (
            lambda: Cell(one),
            lambda: world.closure(Cell(one), self.some(Cell) or Cell()),
            lambda: world.generator(one, 1),
            lambda: Coroutine(world.frame(one), "fiber"),
            lambda: Future(),
            lambda: BoundMethod(world.static(), one),
            lambda: HostMethod(one, "append"),
            lambda: make_class("Order", (), {"rate": one, "__module__": "shop", "__qualname__": "Order"}),
            self._instance,
            lambda: self._open_request(one),
        )[self.pick(10)]()

    def _instance(self) -> Any:
        there = [value for value in self.reachable() if isinstance(value, type) and class_info(value) is not None]
        kind = there[self.pick(len(there))] if there else make_class("Item", (), {"__module__": "shop"})
        made: Any = object.__new__(kind) if not issubclass(kind, BaseException) else kind()
        if not isinstance(made, BaseException):
            made.held = self.some()
        return made

    def _open_request(self, one: Any) -> Future:
        state = self.world.state
        future = Future()
        future.request = Request(state.next_request, "shop:charge", (one,), {"n": 1})
        state.next_request += 1
        state.requests[future.request.number] = future
        maker = self._task()
        future.anchor = maker
        maker.anchors.append(future)
        self.world.tracker.touch(maker)
        return future

    def _error(self) -> Any:
        error = (ValueError, KeyError, OSError, StopIteration)[self.pick(4)](self.some())
        error.__cause__ = self.some(BaseException)
        error.add_note("seen")
        return error

    def _iterator(self) -> Any:
        listed = self.some(list) or []
        mapping = self.some(dict) or {}
        made = (
            *(iter(listed), iter("abc"), WALKS["items"](mapping), iter(range(5)), iter((listed, 1))),
            *(iterate(self.some(OrderedSet) or OrderedSet("ab")), Reversed(mapping), Reversed(listed)),
            *(Zip(listed, mapping), Enumerate(self.some(Walk) or "abc"), Map(type, listed)),
        )
        chosen = made[self.pick(len(made))]
        for _ in range(self.pick(4)):
            self.world.tracker.touch(chosen)
            try:
                next(chosen, None)
            except RuntimeError:  # one that was there already, and whose dict has changed since
                break
        return chosen

    def _task(self) -> Task:
        tasks = list(self.world.state.tasks.values())
        return tasks[self.pick(len(tasks))]

    # --- changes ---

    def change(self) -> None:
        steps = (self._register, self._put, self._put, self._take, self._spawn, self._end, self._queue, self._run)
        steps[self.pick(len(steps))]()

    def _register(self) -> None:
        task = self._task()
        frame = task.top if task.top is not None else self.world.state.frame
        if frame is not None:
            frame.registers[self.pick(4)] = self.value()
        self.world.tracker.touch(task)

    def _put(self) -> None:
        value = self.value()
        holder = self.some(list, dict, Cell, Generator, Future, BaseException, OrderedSet, bytearray, _instance_marker)
        if _set(holder, self.pick, value):
            self.world.tracker.touch(holder)

    def _take(self) -> None:
        holder = self.some(list, dict, OrderedSet)
        if holder:
            if isinstance(holder, OrderedSet):
                holder.pop()
            elif isinstance(holder, list):
                del holder[self.pick(len(holder)) : self.pick(len(holder)) + 1 + self.pick(200)]
            else:
                del holder[list(holder)[self.pick(len(holder))]]
            self.world.tracker.touch(holder)

    def _spawn(self) -> None:
        task = self.world.task(self.some(), self.value())
        if self.pick(2):
            waiting = self._task()
            waiting.waits_for = task
            task.callbacks.append(waiting)
            self.world.tracker.touch(waiting)

    def _end(self) -> None:
        tasks = list(self.world.state.tasks.values())
        if len(tasks) > 1:
            task = tasks[1 + self.pick(len(tasks) - 1)]
            if task is not self.world.state.current:
                for thing in task.anchors:
                    thing.anchor = None
                    self.world.state.anchors.append(thing)
                task.anchors = []
                self.world.end(task)
                task.value = self.some()

    def _queue(self) -> None:
        state = self.world.state
        if len(state.ready) > 2:
            state.ready.popleft()
            state.arrivals.clear()
        else:
            state.ready.append(Handle("call", self.world.static(), (self.some(),)))
            state.arrivals.append((1, Succeeded(self.some()) if self.pick(2) else Raised(ValueError(self.some()))))

    def _run(self) -> None:
        """A fiber is cut short by the end of its ticks, or the one that was goes on and waits."""
        state = self.world.state
        if state.current is None:
            task = self._task()
            if task.top is not None:
                called = self.world.frame(self.some())
                called.caller = task.top
                state.current, state.frame, task.top = task, called, None
                self.world.tracker.touch(task)
        else:
            assert state.frame is not None
            state.current.top = state.frame.caller if self.pick(2) else state.frame
            self.world.tracker.touch(state.current)
            state.current = state.frame = None

    # --- commits ---

    def commit(self) -> None:
        world = self.world
        first = world.tracker.delta(world.state)
        assert world.tracker.delta(world.state) == first, "a delta changes nothing"
        world.commit()
        again = world.restored()
        same(world.state, again.state)
        for either in (world, again):
            idle = either.tracker.delta(either.state)
            assert (idle.root, idle.put, idle.drop) == (world.root, {}, frozenset()), "nothing changed, and yet"
            either.tracker.touch_all()
            whole = either.tracker.delta(either.state)
            assert (whole.root, whole.put, whole.drop) == (world.root, {}, frozenset()), "a page was not up to date"
        _check_whole(world)
        if self.pick(3) == 0:
            self.world = again


def _is_key(value: Any) -> bool:
    """Whether the host hashes it, and a restore may: no NaN, whose hash is its address."""
    return type(value) in (int, str, bytes, bool, type(None), OrderedFrozenSet)


class _Instance(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return class_info(type(value)) is not None and not isinstance(value, BaseException)


class _instance_marker(metaclass=_Instance):
    """Any instance of a class of the program."""


def _set(holder: Any, pick: Pick, value: Any) -> bool:
    if isinstance(holder, list):
        if holder and pick(2):
            holder[pick(len(holder))] = value
        else:
            holder.insert(pick(len(holder) + 1), value)
    elif isinstance(holder, dict):
        holder[("a", "b", 7, (1, 2))[pick(4)]] = value
    elif isinstance(holder, OrderedSet):
        holder.add(value if _is_key(value) else pick(100))
    elif isinstance(holder, bytearray):
        holder.extend(b"x" * (1 + pick(3000)))
    elif isinstance(holder, Cell):
        holder.value = value
    elif isinstance(holder, Generator):
        if holder.frame is not None:
            holder.frame.registers[pick(2)] = value
    elif isinstance(holder, Task):
        return False
    elif isinstance(holder, Future):
        holder.value = value
    elif isinstance(holder, BaseException):
        holder.args = (value,)
    elif class_info(type(holder)) is not None:
        setattr(holder, ("held", "other")[pick(2)], value)
    else:
        return False
    return True


def _held(value: Any) -> list[Any]:
    kind = type(value)
    if kind in (list, tuple):
        return list(value)
    if kind is dict:
        return [*value, *value.values()]
    if kind is Cell:
        return [value.value]
    if kind is VMFunction:
        return list(value.cells)
    if kind is Frame:
        return [value.registers[each] for each in value.loaded.live[value.pc]]
    if kind in (Generator, Coroutine):
        return _held(value.frame) if value.frame is not None else []
    if isinstance(value, Task):
        return [value.value, value.coroutine, value.waits_for]
    if isinstance(value, Future):
        return [value.value]
    if kind is Handle:
        return list(value.args)
    if kind in WALKS.values():
        return [value.source]
    if kind in (OrderedSet, OrderedFrozenSet):
        return list(value.waymark_items)
    if kind is DictItems:
        return [value.mapping]
    if kind in (Zip, Map):
        return list(value.sources)
    if kind is Enumerate:
        return [value.source]
    if isinstance(value, type):
        info = class_info(value)
        return [] if info is None else list(class_contents(value).values())
    if isinstance(value, BaseException):
        return [*value.args, value.__cause__]
    if class_info(kind) is not None:
        return [kind, *vars(value).values()]
    return []


def _check_whole(world: World) -> None:
    """A first delta of the same state, from nothing, restores to the same graph."""
    fresh = World()
    fresh.statics, fresh.state = world.statics, world.state
    fresh.tracker = type(world.tracker)(world.statics)
    for task in world.state.tasks.values():
        fresh.tracker.add_task(task)
    fresh.commit()
    same(world.state, fresh.restored().state)


def run(seed: int, size: int) -> None:
    """Some changes, a commit, some changes ...: `size` choices from a seed, so that a smaller size is a beginning."""
    random = Random(seed)
    left = size

    def pick(count: int) -> int:
        nonlocal left
        left -= 1
        return random.randrange(count)

    changes = Changes(pick)
    while left > 0:
        for _ in range(1 + pick(5)):
            changes.change()
        changes.commit()


@pytest.mark.parametrize("rounds", [1, 3])
def test_what_is_stored_is_the_run_after_every_commit(rounds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_module, "ROUNDS_MAX", rounds)

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, 1 << 32), st.integers(10, 300))
    def check(seed: int, size: int) -> None:
        run(seed, size)

    check()
