"""Values at the edges: what goes in comes out, what cannot go says where, and bytes of others do no harm."""

from __future__ import annotations

import asyncio
import math
import os
import struct
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta, timezone
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest

from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet
from waymark.vm.surface import Raised, Succeeded
from waymark.vm.values.classes import make_class
from waymark.vm.wire import (
    BadValue,
    Unencodable,
    decode_outcome,
    decode_value,
    encode_outcome,
    encode_value,
)
from waymark.vm.wire_format import (
    DATETIME,
    DICT,
    EARLIER,
    ERROR,
    FROZENSET,
    LIBRARY,
    LIST,
    OBJECT,
    RANGE,
    SET,
    TIMEDELTA,
    TIMEZONE,
    TUPLE,
)
from waymark.vm.wire_format import UUID as UUID_NODE


def through(value: Any) -> Any:
    return decode_value(encode_value(value))


def raised(error: BaseException) -> BaseException:
    outcome = decode_outcome(encode_outcome(Raised(error)))
    assert isinstance(outcome, Raised)
    return outcome.error


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, 0, -1, (1 << 64) - 1, 1 << 64, -(1 << 63), -(1 << 63) - 1, 1 << 3000),
        *(0.5, -0.0, math.inf, 1 + 2j, complex(0, -0.0), "", "é", "\ud800", b"", b"\xff" * 300),
        *([], (), {}, [[], ()], (1, [2, (3,)]), {"a": {1: 2.5}}, range(3), range(9, -1, -3), range(1 << 90), ...),
        *(set(), {1, "a", (2, frozenset([3]))}, frozenset(), frozenset([frozenset([1]), "b"]), {frozenset([1]): {2}}),
        *(bytearray(), bytearray(b"abc"), datetime(2026, 1, 2, 3, 4, 5, 6), datetime(2026, 1, 2, tzinfo=UTC, fold=1)),
        *(date(2026, 1, 2), time(1, 2, 3, 4), time(1, tzinfo=timezone(timedelta(hours=-5, seconds=1), "EST"))),
        *(timedelta(-1, 5, 7), timezone(timedelta(minutes=30)), UTC, UUID(int=5)),
        {None: 1, True: 2, 2.5: 3, 1j: 4, "\ud800": 5, b"k": 6, (1, ("a",)): 7, range(2): 8, 1 << 70: 9, ...: 10},
    ],
    ids=ascii,
)
def test_a_value_comes_out_as_it_went_in(value: Any) -> None:
    out = through(value)
    assert type(out) is type(value) and out == value and repr(out) == repr(value)


def test_inside_of_a_run_sets_are_in_the_order_of_insertion() -> None:
    value = OrderedSet([3, 1, 2]), OrderedFrozenSet("ba"), {OrderedFrozenSet([1]): OrderedSet()}
    data = encode_value(value)
    inside, outside = decode_value(data, inside=True), decode_value(data)
    assert repr(inside) == repr(value) and type(inside[0]) is OrderedSet and type(inside[1]) is OrderedFrozenSet
    assert outside == ({1, 2, 3}, frozenset("ab"), {frozenset([1]): set()}) and type(outside[0]) is set
    assert encode_value(inside) == data


def test_a_set_of_the_host_has_the_same_bytes_in_every_process() -> None:
    script = "from waymark.vm.wire import encode_value; print(encode_value([set('abcdef'), {1, 'a', None}]).hex())"
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(found) == 1


@pytest.mark.parametrize(
    "nodes",
    [
        [[SET, 1, 1]],
        [[FROZENSET, 1, 1]],
        [[FROZENSET, [0]]],
        [[SET, [1]], [LIST]],
        [[DATETIME, None, 0, 2026, 13, 1, 0, 0, 0, 0]],
        [[DATETIME, [1], 0, 2026, 1, 1, 0, 0, 0, 0], [LIST]],
        [[TIMEDELTA, 1 << 62, 0, 0]],
        [[TIMEZONE, 5, 0, 0]],
        [[UUID_NODE, b"short"]],
    ],
)
def test_sets_and_times_that_make_no_sense_are_refused(nodes: list[Any]) -> None:
    with pytest.raises(BadValue):
        decode_value(b"WMV\x01" + msgspec.msgpack.encode(([0], nodes)))


def test_a_nan_keeps_its_bits_and_its_identity() -> None:
    nan = struct.unpack(">d", b"\x7f\xf8\x00\x00\x00\x00\x00\x05")[0]
    first, second, other = through([nan, nan, float("nan")])
    assert first is second and first is not other
    assert struct.pack(">d", first) == struct.pack(">d", nan)


def test_sharing_and_cycles_inside_one_value_are_kept() -> None:
    shared = [1]
    ring: list[Any] = [shared, (shared, {"s": shared})]
    ring.append(ring)
    out = through(ring)
    assert out[2] is out and out[0] is out[1][0] is out[1][1]["s"]


def test_a_hundred_thousand_levels_need_no_stack() -> None:
    for kind in (list, tuple):
        value: Any = kind()
        for _ in range(100_000):
            value = kind((value,))
        out, depth = through(value), 0
        while out:
            (out,), depth = out, depth + 1
        assert depth == 100_000


class ShopError(Exception):
    pass


class PaymentError(ShopError, ValueError):
    __module__ = "shop.errors"  # which is nowhere

    def __str__(self) -> str:
        return f"payment refused: {self.args[0]}"


def test_a_builtin_error_comes_out_as_its_real_class() -> None:
    error = KeyError("k")
    error.add_note("seen at the till")
    error.__cause__ = FileNotFoundError(2, "No such file", "a.txt")
    out = raised(error)
    assert type(out) is KeyError and out.args == ("k",) and out.__notes__ == ["seen at the till"]
    assert str(out.__cause__) == "[Errno 2] No such file: 'a.txt'" and out.__suppress_context__
    assert type(raised(asyncio.CancelledError())) is asyncio.CancelledError


def test_an_unknown_error_reads_as_it_did_at_home() -> None:
    try:
        try:
            raise KeyError("inner")
        except KeyError as inner:
            raise PaymentError(7, "x") from inner
    except PaymentError as error:
        error.code = 12  # type: ignore[attr-defined]
        error.response = object()  # type: ignore[attr-defined]
        out = raised(error)
    assert type(out) is not PaymentError and isinstance(out, ValueError)
    assert (type(out).__name__, type(out).__module__) == ("PaymentError", "shop.errors")
    assert str(out) == "payment refused: 7" and repr(out) == "PaymentError(7, 'x')"
    assert out.args == (7, "x") and out.code == 12 and not hasattr(out, "response")  # type: ignore[attr-defined]
    assert repr(out.__context__) == "KeyError('inner')"
    again = raised(out)
    assert type(again) is type(out) and str(again) == str(out)


class Declined(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(f"code {code}")
        self.code = code


def test_an_error_whose_class_is_here_is_of_it_again() -> None:
    error = Declined(7)
    error.__cause__ = ExceptionGroup("both", [Declined(8), ValueError(1)])
    out = raised(error)
    assert type(out) is Declined and (out.code, out.args, str(out)) == (7, ("code 7",), "code 7")
    group = out.__cause__
    assert isinstance(group, ExceptionGroup) and type(group.exceptions[0]) is Declined and group.message == "both"
    held = through([Declined(9)])
    assert type(held[0]) is Declined and held[0].code == 9


def test_an_error_of_two_builtin_kinds_is_both() -> None:
    class Odd(PaymentError, LookupError):
        pass

    out = raised(Odd(1))
    assert isinstance(out, ValueError) and isinstance(out, LookupError)


def test_an_error_class_of_a_program_travels_by_name() -> None:
    kind = make_class("Refused", (ValueError,), {"__module__": "shop", "__str__": lambda self: "never called"})
    out = raised(kind("x"))
    assert (type(out).__module__, type(out).__name__, str(out)) == ("shop", "Refused", "x")


@pytest.mark.parametrize(
    "error",
    [
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
        ExceptionGroup("several", [ValueError(1), ExceptionGroup("more", [KeyError("k")])]),
        StopIteration([1]),
        SystemExit(3),
        ImportError("no", name="shop"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_with_a_layout_of_their_own_read_the_same(error: BaseException) -> None:
    out = raised(error)
    assert type(out) is type(error) and str(out) == str(error) and repr(out) == repr(error)
    assert getattr(out, "value", None) == getattr(error, "value", None)


def test_an_error_may_hold_itself() -> None:
    error = ValueError([])
    error.args[0].append(error)
    error.__cause__ = error
    out = raised(error)
    assert out.args[0][0] is out and out.__cause__ is out


def test_outcomes_say_what_they_are() -> None:
    assert decode_outcome(encode_outcome(Succeeded([1]))) == Succeeded([1])
    with pytest.raises(BadValue, match="is a list, and no exception"):
        decode_outcome(encode_outcome(Succeeded([1])).replace(b"WMO\x01\x00", b"WMO\x01\x01"))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"order": {"items": [1, 2, 3, {"callback": print}]}},
            "arguments.order.items[3].callback: function is not a value",
        ),
        ({"order": {1: object()}}, "arguments.order[1]: object is not a value"),
        ({"a b": [(object(),)]}, "arguments['a b'][0][0]: object is not a value"),
        ({"order": {(1, lambda: 0): 2}}, "a key of arguments.order[1]: function is not a value"),
        ({"order": {PaymentError: 2}}, "a key of arguments.order: class is not a value"),
        ({"error": ValueError([iter([])])}, "arguments.error.args[0][0]: list_iterator is not a value"),
        ({"error": make_class("Order", (), {})()}, "arguments.error: Order is not a value"),
    ],
)
def test_what_cannot_travel_is_named_with_its_path(value: Any, message: str) -> None:
    with pytest.raises(Unencodable) as caught:
        encode_value(value, "arguments")
    assert str(caught.value) == message


def test_a_subclass_of_a_plain_type_is_refused_rather_than_flattened() -> None:
    class Total(int):
        pass

    with pytest.raises(Unencodable, match=r"Total is not a value$"):
        encode_value([Total(3)])


def test_a_key_too_deep_to_hash_is_refused_on_both_sides() -> None:
    key: Any = ()
    for _ in range(250):
        key = (key,)
    with pytest.raises(Unencodable, match="nests tuples deeper than 200"):
        encode_value({key: 1})
    nodes = [[DICT, [1], 1], *([TUPLE, [2 + level]] for level in range(300)), [TUPLE]]
    with pytest.raises(BadValue, match="nests tuples deeper than 200"):
        decode_value(b"WMV\x01" + msgspec.msgpack.encode(([0], nodes)))
    doubled = [[DICT, [1], 1], *([TUPLE, [2 + level], [2 + level]] for level in range(60)), [TUPLE]]
    with pytest.raises(BadValue, match="its keys are tuples of more than"):
        decode_value(b"WMV\x01" + msgspec.msgpack.encode(([0], doubled)))


@pytest.mark.parametrize(
    "nodes",
    [
        [],
        [[]],
        [["x"]],
        [[99]],
        [[LIST, [9]]],
        [[LIST, [-1]]],
        [[LIST, [0, 0]]],
        [[LIST, {}]],
        [[TUPLE, [0]]],
        [[DICT, 1]],
        [[DICT, 1, 1, True, 1]],
        [[EARLIER, 0]],  # of a conversation, which this is not
        [[EARLIER, -1]],
        [[LIBRARY, "no.such.Thing"]],
        [[LIBRARY, "decimal.Decimal", 5]],
        [[LIBRARY, "fractions.Fraction", 1, 0]],
        [[LIBRARY, "types.GenericAlias", 1]],  # does not travel
        [[OBJECT, "class", "builtins:eval", None]],
        [[OBJECT, "generic", "builtins:list", [1]], [LIST, 1]],
        [[OBJECT, "collection", "collections:deque", -1, [1]], [LIST]],
        [[OBJECT, "collection", "collections:deque", 1 << 63, [1]], [LIST]],
        [[OBJECT, "collection", "collections:ChainMap", None, [1]], [LIST]],
        [[OBJECT, "collection", "collections:Counter", None, [1]], [LIST]],
        [[OBJECT, "collection", "collections:defaultdict", "eval", [1]], [DICT]],
        [[OBJECT, "collection", "os:system", None, [1]], [LIST]],
        [[OBJECT, "pydantic", "shop:Order", 1, 2, 3, 4]],
        [[OBJECT, "struct", "builtins:int", [1]], [DICT]],
        [[OBJECT, "attrs", "no_such_module:A", [1]], [DICT, "x", 1]],
        [[OBJECT, "struct", "x:A", [1], 2, 3], [DICT]],
        [[DICT, [1], 1], [LIST]],
        [[LIST, [1]], [9, "builtins:ValueError"]],
        [[ERROR, [1], [2], None, None, False, None, None, None], [9, "os:system"], [TUPLE]],
        [[ERROR, [1], [2], None, None, False, None, None, None], [9, "a:\0", "builtins:ValueError"], [TUPLE]],
        [[ERROR, [1], 7, None, None, False, None, None, None], [9, "builtins:ValueError"]],
        [[ERROR, [1], [2], 5, None, False, None, None, None], [9, "builtins:ValueError"], [TUPLE]],
        [[ERROR, [1], [2], None, None, False, None, None, None], [9, "builtins:ExceptionGroup"], [TUPLE]],
        [[RANGE, 1, 2, 0]],
        [[RANGE, 1.5, 2, 1]],
        [[5, 1.5]],
    ],
    ids=str,
)
def test_nodes_that_make_no_sense_are_refused(nodes: Any) -> None:
    with pytest.raises(BadValue):
        decode_value(b"WMV\x01" + msgspec.msgpack.encode(([0], nodes)))


def test_damaged_bytes_are_refused_or_are_a_value() -> None:
    value = [
        {"a": (1, [2.5, "x"]), (1, 2): [None]},
        ExceptionGroup("g", [OSError(2, "x"), PaymentError("y")]),
        1j,
        range(4),
    ]
    whole = encode_value(value)
    random = Random(5)
    refused = 0
    for _ in range(4000):
        data = bytearray(whole)
        for _ in range(random.choice((1, 1, 3))):
            place = random.randrange(len(data))
            if random.randrange(3):
                data[place] = random.randrange(256)
            else:
                del data[place : place + random.randrange(1, 4)]
        try:
            decode_value(bytes(data))
        except BadValue:
            refused += 1
    assert 1000 < refused < 4000


def test_other_bytes_are_refused_with_what_they_are() -> None:
    with pytest.raises(BadValue, match=r"^bytes that begin with b'abc', where b'WMV' was expected$"):
        decode_value(b"abcdef")
    with pytest.raises(BadValue, match=r"^format version 07, and this waymark reads 1$"):
        decode_value(b"WMV\x07")
    with pytest.raises(BadValue, match="an outcome is marked 0 or 1"):
        decode_outcome(b"WMO\x01\x05")
    for length in range(len(encode_value([1, "x"]))):
        with pytest.raises(BadValue):
            decode_value(encode_value([1, "x"])[:length])
