"""Units as bytes: what encodes comes back, and whatever else arrives is `BadUnit` or a unit that is fine."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waymark.vm.codec import BadUnit, decode_executable, decode_unit, encode_executable, encode_unit, seal
from waymark.vm.disasm import disassemble
from waymark.vm.isa import BY_CODE
from waymark.vm.liveness import live_sets
from waymark.vm.regions import Misnested
from waymark.vm.unit import Debug, Function, Unit
from waymark.vm.verify import verify_unit

from .structured_units import NATIVES, units


def parts(data: bytes) -> tuple[bytes, bytes]:
    length = int.from_bytes(data[70:74], "big")
    return data[78 : 78 + length], data[78 + length :]


def is_fine(unit: Unit) -> None:
    """What holds for a unit that the verifier passes."""
    assert encode_unit(decode_unit(encode_unit(unit))) == encode_unit(unit)
    assert disassemble(unit)


@given(units())
def test_a_unit_comes_back_from_its_bytes_and_passes_the_verifier(unit: Unit) -> None:
    data = encode_unit(unit)
    back = decode_unit(data)
    # `repr` and not ==, for which a NaN differs from itself, and True is 1.
    assert repr(back) == repr(unit)
    assert encode_unit(back) == data
    verify_unit(back, natives=NATIVES)
    is_fine(back)


@given(units(), st.integers(0), st.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(unit: Unit, at: int, change: int) -> None:
    data = bytearray(encode_unit(unit))
    data[at % len(data)] ^= change
    with pytest.raises(BadUnit):
        decode_unit(bytes(data))


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data: bytes) -> None:
    for decode in (decode_unit, decode_executable):
        with pytest.raises(BadUnit):
            decode(data)
    with pytest.raises(BadUnit):
        decode_unit(seal(data, msgspec.msgpack.encode(Debug())))


@given(units(), st.data())
def test_changed_bytes_with_right_hashes_are_refused_or_a_unit_that_is_fine(unit: Unit, data: st.DataObject) -> None:
    code, debug = parts(encode_unit(unit))
    changed = bytearray(code)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(changed) - 1))
        width = data.draw(st.integers(0, 2))
        changed[at : at + width] = data.draw(st.binary(max_size=2))
    sealed = seal(bytes(changed), debug)
    try:
        back = decode_unit(sealed)
        assert encode_unit(back) == sealed
        verify_unit(back, natives=NATIVES)
    except BadUnit:
        return
    is_fine(back)


junk: st.SearchStrategy[Any] = st.one_of(
    st.integers(-2, 12),
    st.sampled_from(sorted(BY_CODE)),
    st.none(),
    st.booleans(),
    st.floats(),
    st.just(1 << 100_000),
    st.lists(st.integers(-1, 9), max_size=3),
    st.lists(st.integers(-1, 9), max_size=3).map(tuple),
)


def change(function: Function, data: st.DataObject) -> Function:
    """Change, drop, double or replace instructions; sometimes with live sets that fit again."""
    code = list(function.code)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(code) - 1))
        match data.draw(st.integers(0, 4)):
            case 0:
                code[at] = data.draw(st.lists(junk, max_size=4).map(tuple) | junk)
            case 1:
                code.insert(at, data.draw(st.sampled_from(code)))
            case 2 if len(code) > 1:
                del code[at]
            case _ if isinstance(code[at], tuple) and code[at]:
                place = data.draw(st.integers(0, len(code[at]) - 1))
                code[at] = (*code[at][:place], data.draw(junk), *code[at][place + 1 :])
    try:
        live = live_sets(2, code) if data.draw(st.booleans()) else function.live
    except (Misnested, TypeError, ValueError, LookupError, AttributeError, OverflowError, MemoryError):
        live = function.live  # the code is beyond liveness, which asks for sound operands
    return msgspec.structs.replace(function, code=tuple(code), live=live)


@given(units(), st.data())
def test_changed_instructions_are_refused_or_a_unit_that_is_fine(unit: Unit, data: st.DataObject) -> None:
    changed = change(unit.functions[2], data)
    mutant = msgspec.structs.replace(unit, functions=(*unit.functions[:2], changed, *unit.functions[3:]))
    try:
        verify_unit(mutant, natives=NATIVES)
    except BadUnit as refusal:
        assert str(refusal).startswith("m.py: refused by the verifier\n  ")
        return
    is_fine(mutant)


@given(st.lists(units(), min_size=1, max_size=2), st.integers(0), st.integers(1, 255))
def test_an_executable_comes_back_and_no_change_goes_unnoticed(drawn: list[Unit], at: int, change: int) -> None:
    bundle = {encode_unit(unit)[6:38]: unit for unit in drawn}
    data = encode_executable(list(bundle.values()))
    assert encode_executable(decode_executable(data)) == data
    damaged = bytearray(data)
    damaged[at % len(data)] ^= change
    with pytest.raises(BadUnit):
        decode_executable(bytes(damaged))
