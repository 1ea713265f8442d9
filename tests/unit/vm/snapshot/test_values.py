"""Every kind of value comes back as it was: type, bits, identity, position."""

from __future__ import annotations

import asyncio
import math
import struct
import threading
from typing import Any

import pytest

from waymark.stdlib.values.descriptors import ClassMethod, Property, StaticMethod, Super, SuperMethod
from waymark.vm.snapshot import Unsnapshotable
from waymark.vm.values.classes import make_class
from waymark.vm.values.errors import class_of_names
from waymark.vm.values.functions import BoundMethod, Cell, HostMethod
from waymark.vm.values.futures import TURN, Future
from waymark.vm.values.iterators import WALKS

from .world import CONSTANTS, PAIR, World, registers, same


def come_back(*values: Any) -> list[Any]:
    """Put values in a fiber, store it, restore it, and return what the fiber then holds."""
    world = World()
    task = world.task(*values)
    world.commit()
    again = world.restored()
    same(world.state, again.state)
    found = registers(again.state.tasks[task.number])
    large = World()  # again, from rows
    large.task(*values)
    for number in range(60):
        large.task(number, "x" * 60)
    large.commit()
    assert large.rows
    same(large.state, large.restored().state)
    return found


QUIET = struct.unpack(">d", b"\x7f\xf8\x00\x00\x00\x00\x00\x01")[0]


@pytest.mark.parametrize(
    "value",
    [
        *(0, -1, True, None, (1 << 64) - 1, 1 << 64, -(1 << 63), -(1 << 63) - 1, 1 << 5000),
        *(0.1, -0.0, math.inf, math.nan, QUIET, 1 + 2j, complex(-0.0, math.nan)),
        *("", "é", "\ud800 lone", "x" * 5000, "\udfff" * 5000, b"", b"\xff", b"y" * 5000),
        *((), (1, (2,)), [], [[]], {}, {1: 2, "a": {}}, {(1, "a"): 1, 2.5: 2, None: 3, b"k": 4, 1j: 5, 1 << 80: 6}),
        *(range(3), range(5, -5, -2), range(1 << 80), slice(1, None, "x"), ..., NotImplemented, TURN),
        *(len, sorted, int, dict, ValueError, type, object, type(None), type(...)),
        *(Cell(), Cell([1]), Future(), HostMethod([], "append"), list(range(1000)), tuple(range(1000))),
        {number: [number] for number in range(1000)},
    ],
    ids=lambda value: f"{type(value).__name__}-{ascii(value)[:20]}",
)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    come_back(value, [value], value)


def test_a_nan_is_found_in_its_list_by_identity() -> None:
    nan = float("nan")
    first, held, *_ = come_back(nan, [nan, float("nan")])
    assert first is held[0] and first is not held[1] and first in held


def test_a_container_constant_keeps_its_identity_with_the_program() -> None:
    first, second, *_ = come_back(CONSTANTS[PAIR], [CONSTANTS[PAIR]])
    assert first is CONSTANTS[PAIR] and second[0] is first


def test_a_static_function_is_the_one_of_the_program() -> None:
    world = World()
    world.task(world.static(), [world.static()])
    world.commit()
    again = world.restored()
    first, second, *_ = registers(again.state.tasks[1])
    assert first is again.static() and second[0] is first


@pytest.mark.parametrize(
    "source", [[1, 2, 3], (1, 2, 3), "abc", "a\u0100b", b"abc", range(3), range(1 << 70, (1 << 70) + 3)]
)
@pytest.mark.parametrize("taken", [0, 1, 3, 4])
def test_an_iterator_goes_on_where_it_was(source: Any, taken: int) -> None:
    iterator = iter(source)
    for _ in range(taken):
        next(iterator, None)
    again, held, *_ = come_back(iterator, source)
    assert type(again) is type(iterator)
    if taken == 4 and isinstance(held, list):
        held.append(4)  # exhausted stays exhausted
    assert list(again) == list(source)[taken:]


def test_an_iterator_stands_beyond_the_end_of_a_list_that_shrank() -> None:
    items = [1, 2, 3]
    iterator = iter(items)
    next(iterator)
    next(iterator)
    del items[:]
    again, held, *_ = come_back(iterator, items)
    assert held == []
    held += [7, 8, 9]
    assert list(again) == [9]


def test_an_iterator_over_a_dict_keeps_the_dict() -> None:
    mapping = {"a": 1, "b": 2, "c": 3}
    iterator = WALKS["items"](mapping)
    next(iterator)
    again, held, *_ = come_back(iterator, mapping)
    held["b"] = 20
    assert next(again) == ("b", 20)
    held["d"] = 4
    with pytest.raises(RuntimeError, match=r"^dictionary changed size during iteration$"):
        next(again)


def test_classes_and_instances_come_back_without_running_a_method() -> None:
    world = World()
    method = world.static()
    order = make_class(
        "Order",
        (),
        {"__module__": "shop", "__qualname__": "Shop.Order", "__doc__": "An order.", "total": method, "rates": [1]},
    )
    vip = make_class("Vip", (order,), {"__module__": "shop", "__init__": method, "__new__": method, "limit": None})
    vip.limit = [vip]  # type: ignore[attr-defined]
    one: Any = object.__new__(vip)
    one.held, one.friend = [1], one
    world.task(one, order, vip, BoundMethod(method, one))
    world.commit()
    again = world.restored()
    same(world.state, again.state)
    instance, base, kind, bound = registers(again.state.tasks[1])[:4]
    assert type(instance) is kind and kind.__mro__[1] is base and kind is not vip
    assert instance.friend is instance and bound.instance is instance and kind.limit[0] is kind
    assert (base.__name__, base.__qualname__, base.__module__, base.__doc__) == (
        "Order",
        "Shop.Order",
        "shop",
        "An order.",
    )


def test_descriptors_come_back_with_what_they_are_made_of() -> None:
    world = World()
    method = world.static()
    read = Property(method, None, method, "How much.")
    namespace = {"__module__": "shop", "total": read, "make": ClassMethod(method), "help": StaticMethod(method)}
    kind: Any = make_class("Order", (), namespace)
    one: Any = object.__new__(kind)
    world.task(one, read, [Super(kind, one), Super(kind), SuperMethod(object, "__init__", one)])
    world.commit()
    again = world.restored()
    same(world.state, again.state)
    instance, total, (bound, unbound, initialise), *_ = registers(again.state.tasks[1])
    made: Any = type(instance)
    assert vars(made)["total"] is total and (total.name, total.doc, total.fset) == ("total", "How much.", None)
    assert made.help is again.static() and made.make == BoundMethod(again.static(), made)
    assert bound.owner is made and bound.instance is instance and unbound.owner is None
    assert initialise == SuperMethod(object, "__init__", instance)


def test_what_is_set_on_a_class_later_is_kept_in_order() -> None:
    kind: Any = make_class("Order", (), {"__module__": "shop", "a": 1, "__eq__": None})
    kind.b, kind.a = 2, 3
    del kind.__eq__
    again, *_ = come_back(kind)
    own = [name for name in vars(again) if not name.startswith("__")]
    assert own == ["a", "b"] and (again.a, again.b) == (3, 2)
    assert again.__hash__ is None and "__eq__" not in vars(again)


def test_errors_come_back_with_everything_but_the_traceback() -> None:
    payment = make_class("PaymentError", (ValueError,), {"__module__": "shop"})
    error: Any
    try:
        try:
            raise KeyError("inner")
        except KeyError as inner:
            raise payment("outer", [1]) from inner
    except ValueError as raised:
        error = raised
    error.add_note("seen")
    error.__dict__["code"] = 7
    again, *_ = come_back(error)
    assert type(again).__name__ == "PaymentError" and isinstance(again, ValueError)
    assert again.args == ("outer", [1]) and again.__notes__ == ["seen"] and vars(again)["code"] == 7
    assert repr(again.__cause__) == "KeyError('inner')" and again.__context__ is again.__cause__
    assert again.__suppress_context__ and again.__traceback__ is None


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(2, "No such file", "a.txt"),
        StopIteration([1]),
        SystemExit(3),
        ImportError("no", name="shop", path="p"),
        AttributeError("x", name="y", obj=[1]),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
        SyntaxError("bad", ("f.py", 3, 5, "text", 3, 6)),
        asyncio.CancelledError("stop"),
        ExceptionGroup("several", [ValueError(1), ExceptionGroup("more", [KeyError("k")])]),
        BlockingIOError(1, "x", 5),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_with_a_layout_of_their_own_read_the_same(error: BaseException) -> None:
    again, *_ = come_back(error)
    assert type(again) is type(error) and str(again) == str(error) and repr(again) == repr(error)
    for name in ("errno", "filename", "value", "code", "name", "path", "obj", "reason", "text", "characters_written"):
        assert getattr(again, name, None) == getattr(error, name, None)


def test_an_error_that_holds_itself_closes_the_ring() -> None:
    error: Any = ValueError([])
    error.args[0].append(error)
    error.__context__ = error
    again, *_ = come_back(error)
    assert again.args[0][0] is again and again.__context__ is again


def test_errors_of_foreign_classes_keep_their_names() -> None:
    kind = class_of_names(["shop:PaymentError", "shop:ShopError", "builtins:ValueError"])
    again, *_ = come_back(kind("x"), kind)
    assert type(again) is kind and again.args == ("x",)


def test_a_hundred_thousand_objects_deep_needs_no_stack() -> None:
    linked: Any = None
    for _ in range(100_000):
        linked = [linked]
    failures: list[BaseException] = []

    def check() -> None:
        try:
            world = World()
            world.task(linked, world.generator(linked, 1))
            world.commit()
            found = registers(world.restored().state.tasks[1])[0]
            depth = 0
            while found is not None:
                (found,), depth = found, depth + 1
            assert depth == 100_000
        except BaseException as failure:
            failures.append(failure)

    threading.stack_size(256 * 1024)
    thread = threading.Thread(target=check)
    thread.start()
    threading.stack_size(0)
    thread.join()
    assert not failures


def test_a_function_that_captures_no_variables_is_refused_when_it_is_stored() -> None:
    closure = World().closure(5, Cell())  # type: ignore[arg-type]
    assert "a function captures something that is no variable" in refused(closure)


def test_a_class_may_hold_names_that_mean_something_to_type() -> None:
    names = ("__name__", "__bases__", "__mro__", "__base__", "__basicsize__", "__doc__", "__annotations__")
    kind: Any = make_class("Odd", (), {"__module__": "shop", **dict.fromkeys(names, 5), "last": 1})
    world = World()
    world.task(kind, object.__new__(kind))
    world.commit()
    again, instance = registers(world.restored().state.tasks[1])[:2]
    assert (again.__name__, [base.__name__ for base in again.__bases__]) == ("Odd", ["object"])
    assert {name: vars(again)[name] for name in names} == dict.fromkeys(names, 5)
    assert (instance.__bases__, instance.__name__, again.last) == (5, 5, 1)
    assert "its body sets `__dict__`" in refused(make_class("Odd", (), {"__dict__": {}}))


def refused(*values: Any) -> str:
    world = World()
    world.task(*values)
    with pytest.raises(Unsnapshotable) as caught:
        world.tracker.delta(world.state)
    return str(caught.value)


def test_what_has_no_form_is_refused_with_its_path() -> None:
    lock = threading.Lock()
    order = {"lines": [1, {"lock": lock}]}
    assert refused(1, order) == (
        "task Task-1 -> fiber (shop.py:14) -> items['lines'][1]['lock']: a snapshot has no form for a lock"
    )
    instance = make_class("Order", (), {"__module__": "shop"})()
    instance.tags = {"a", "b"}
    assert refused(0, 0, instance) == (
        "task Task-1 -> fiber (shop.py:14) -> total.tags: a snapshot has no form for a set"
    )
    world = World()
    inner = world.closure(Cell(lock), Cell())
    assert refused(inner) == (
        "task Task-1 -> fiber (shop.py:14) -> order, variable x: a snapshot has no form for a lock"
    )


def test_a_refusal_is_told_again_and_again_and_costs_nothing_else() -> None:
    world = World()
    held: list[Any] = []
    task = world.task(held)
    for number in range(60):
        world.task([number], "x" * 60)
    world.commit()
    held.append(threading.Lock())
    world.tracker.touch(held)
    registers(world.state.tasks[5])[0].append(held)
    world.tracker.touch(registers(world.state.tasks[5])[0])
    for _ in range(2):
        with pytest.raises(Unsnapshotable, match=r"a snapshot has no form for a lock$"):
            world.tracker.delta(world.state)
    held.pop()
    world.commit()
    same(world.state, world.restored().state)
    assert task.number == 1


def test_a_frame_between_two_safe_points_is_refused() -> None:
    world = World()
    task = world.task(1)
    assert task.top is not None
    task.top.pc = 1
    with pytest.raises(Unsnapshotable, match=r"its frame stands at pc 1, where a frame cannot be captured$"):
        world.tracker.delta(world.state)
