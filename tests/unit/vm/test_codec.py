"""The bytes of units: what is refused and why. tests/properties/test_unit_bytes.py has the random part."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

import msgspec
import pytest

from waymark.vm import codec
from waymark.vm.codec import (
    BadUnit,
    code_hash,
    decode_executable,
    decode_unit,
    encode_executable,
    encode_unit,
    file_hash,
    seal,
)
from waymark.vm.constants import DEPTH_MAX
from waymark.vm.isa import Op
from waymark.vm.unit import Action, Debug, Link, Parameter, StaticClass, Unit, Workflow

from .assembly import NONE, function, ins, unit

PLAIN = function(ins(Op.LOAD_CONST, 0, NONE), ins(Op.LIST, 0, (0, 0)), ins(Op.RETURN, 0))
WHOLE = unit(
    PLAIN,
    msgspec.structs.replace(
        function(ins(Op.RETURN, 0), params=(Parameter("a", "either", True),), defaults=(1,), kind="coroutine"), doc=2
    ),
    exports=(("f", 0),),
    natives=("len/1",),
    links=(Link(b"\x01" * 32, "sleep"),),
    actions=(Action("m:charge", (Parameter("order", "keyword", True),)),),
    workflows=(Workflow("order", "Order", 1),),
    modules=("m", "shop.helpers"),
    inits=(0, -1),
    classes=(StaticClass("m:Order", 0),),
    debug=Debug("m.py", "text", (((0, 1, 0, 1, 4),), ()), (((0, "a"),), ()), ("shop/helpers.py",)),
)


def test_every_field_comes_back() -> None:
    assert decode_unit(encode_unit(WHOLE)) == WHOLE


def nan(bits: str) -> float:
    return float(struct.unpack(">d", bytes.fromhex(bits))[0])


def nested(depth: int) -> tuple[Any, ...]:
    value: tuple[Any, ...] = ()
    for _ in range(depth - 1):
        value = (value,)
    return value


@pytest.mark.parametrize(
    "constant",
    [
        None,
        True,
        False,
        1,
        1.0,
        0.0,
        -0.0,
        float("inf"),
        2**63 - 1,
        -(2**63),
        2**64 - 1,
        2**64,
        -(2**63) - 1,
        2**1000,
        -(2**1000),
        2j,
        complex(-0.0, float("inf")),
        "",
        "text",
        "\ud800 alone",
        b"",
        b"\xff",
        (),
        (True, 1, 1.0, (None, ("a", b"a"), ())),
        nested(DEPTH_MAX),
    ],
)
def test_a_constant_comes_back_with_its_type(constant: Any) -> None:
    (back,) = decode_unit(encode_unit(unit(constants=(constant,)))).constants
    assert repr(back) == repr(constant)
    assert type(back) is type(constant)


@pytest.mark.parametrize("bits", ["7ff8000000000000", "fff8000000000001", "7ff8000000000abc"])
def test_a_nan_keeps_its_bits(bits: str) -> None:
    (back,) = decode_unit(encode_unit(unit(constants=(nan(bits),)))).constants
    assert struct.pack(">d", back).hex() == bits


def test_constants_that_compare_equal_have_other_bytes() -> None:
    constants = (True, 1, 1.0, 1 + 0j, 0.0, -0.0, False, 0, "a", b"a")
    assert len({code_hash(unit(constants=(constant,))) for constant in constants}) == len(constants)


@pytest.mark.parametrize("constant", [[1], {1}, object(), (1, [2]), bytearray(b"a")])
def test_another_type_is_no_constant(constant: Any) -> None:
    with pytest.raises(BadUnit, match=r"^unit: it cannot be encoded: a constant is a \w+; it must be None, a bool"):
        encode_unit(unit(constants=(constant,)))


def test_tuples_nest_to_a_limit() -> None:
    with pytest.raises(BadUnit, match=f"a constant nests tuples deeper than {DEPTH_MAX}"):
        encode_unit(unit(constants=(nested(DEPTH_MAX + 1),)))
    items = (*[(0, 1)] * DEPTH_MAX, (0, 0))
    with pytest.raises(BadUnit, match=f"a constant nests tuples deeper than {DEPTH_MAX}"):
        decode_unit(sealed(constants=items))


def test_the_code_hash_leaves_debug_out_and_the_file_hash_does_not() -> None:
    moved = msgspec.structs.replace(WHOLE, debug=Debug("other.py"))
    assert code_hash(moved) == code_hash(WHOLE)
    assert file_hash(moved) != file_hash(WHOLE)
    other = msgspec.structs.replace(WHOLE, constants=(*WHOLE.constants, 7))
    assert code_hash(other) != code_hash(WHOLE)
    assert file_hash(other) != file_hash(WHOLE)


def test_the_hashes_stand_in_the_header_and_can_be_computed_without_decoding() -> None:
    data = encode_unit(WHOLE)
    assert (data[6:38], data[38:70]) == (code_hash(WHOLE), file_hash(WHOLE))
    code_length = int.from_bytes(data[70:74], "big")
    code, debug = data[78 : 78 + code_length], data[78 + code_length :]
    assert hashlib.sha256(data[:6] + b"code" + code).digest() == code_hash(WHOLE)
    assert hashlib.sha256(data[:6] + b"file" + code_hash(WHOLE) + debug).digest() == file_hash(WHOLE)


def test_format_3_has_not_changed() -> None:
    """If this fails, old units can no longer be read: the format version must be raised and the old one kept."""
    assert code_hash(WHOLE).hex() == "8137d5f5bdf32aa6d4182f6ef18fa4288c4b3bda40b42206cd61c8eb269725fe"
    assert file_hash(WHOLE).hex() == "5a8f0434d70e0e9f53b3a72fdd421a34f5b0587dbc0009f309a684179413192b"


DATA = encode_unit(WHOLE)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "store: too short: the header alone has 78 bytes, and there are 0"),
        (b"ELF." + DATA[4:], "store: it begins with b'ELF.', and b'WMKU' was expected"),
        (DATA[:4] + b"\x00\x01" + DATA[6:], "store: format version 1, and this waymark reads version 3"),
        (DATA + b"x", f"store: its header says {len(DATA)} bytes in all, and there are {len(DATA) + 1}"),
        (DATA[:-1], f"store: its header says {len(DATA)} bytes in all, and there are {len(DATA) - 1}"),
        (DATA[:79] + b"\x00" + DATA[80:], "store: damaged: the hash of its code part is not the one in its header"),
        (DATA[:-1] + b"\x00", "store: damaged: the hash of its debug part is not the one in its header"),
        (bytes(codec.UNIT_BYTES_MAX + 1), "store: 8388609 bytes, and the most is 8388608"),
    ],
)
def test_damaged_bytes_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(BadUnit) as caught:
        decode_unit(data, source="store")
    assert str(caught.value) == message


def sealed(**fields: Any) -> bytes:
    """Bytes with right hashes around a code part that has other fields than a unit's."""
    code = {"modules": (), "constants": (), "functions": (), "exports": (), "natives": ()}
    code |= {"links": (), "actions": (), "workflows": (), "inits": (), "protocol": b"", "classes": ()} | fields
    return seal(msgspec.msgpack.encode(list(code.values())), msgspec.msgpack.encode(Debug()))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"modules": 5}, "its content is not that of a unit: Expected `array`, got `int`"),
        ({"inits": (True,)}, "its content is not that of a unit: Expected `int`, got `bool`"),
        ({"constants": ({},)}, "its content is not that of a unit: Expected"),
        ({"constants": ((9, 0),)}, r"a constant has a form that there is none of: \(9, 0\)"),
        ({"constants": ((0, 2), 1)}, "a constant tuple of 2 has 1 items"),
        ({"constants": ((3, b"\xff"),)}, "its content is not that of a unit: 'utf-8' codec can't decode"),
        ({"constants": ((1, b"\x05"),)}, "its encoding is not canonical: the same unit has other bytes"),
        ({"constants": ((3, b"text"),)}, "its encoding is not canonical"),
        ({"constants": ((0, -1),)}, "its encoding is not canonical"),
        ({"functions": (("f", "f", 0, "thread", (), (), 0, (), (), (), -1),)}, "Invalid enum value 'thread'"),
        ({"functions": (("f", "f", 0, "function", (), (), 0, ((1, True),), (), (), -1),)}, "got `bool`"),
        ({"functions": (("f", "f", 0, "function", (), (), 0, ((1, ((2,),)),), (), (), -1),)}, "got `array`"),
        ({"more": 1}, "its content is not that of a unit: Expected `array` of length 11, got 12"),
    ],
)
def test_content_that_is_no_unit_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(BadUnit, match=message):
        decode_unit(sealed(**fields))


def test_another_spelling_of_the_same_unit_is_refused() -> None:
    code = DATA[78 : 78 + int.from_bytes(DATA[70:74], "big")]
    assert code[0] == 0x9B  # an array of eleven, which can also be written in three bytes
    with pytest.raises(BadUnit, match="its encoding is not canonical"):
        decode_unit(seal(b"\xdc\x00\x0b" + code[1:], msgspec.msgpack.encode(WHOLE.debug)))


def test_deep_and_endless_arrays_are_refused() -> None:
    for code in (b"\x91" * 100_000, b"\xdd\xff\xff\xff\xff", b"\x9b\x90" + b"\x91" * 100_000):
        with pytest.raises(BadUnit, match="its content is not that of a unit"):
            decode_unit(seal(code, msgspec.msgpack.encode(Debug())))


def test_what_no_bytes_can_stand_for_is_refused() -> None:
    for broken in (unit(modules=("\ud800",)), unit(inits=(1 << 64,)), unit(debug=Debug("m.py", wrl="\ud800"))):
        with pytest.raises(BadUnit, match="cannot be encoded"):
            encode_unit(broken)


OTHER = unit(PLAIN)


def test_an_executable_keeps_its_units_in_order() -> None:
    assert decode_executable(encode_executable([WHOLE, OTHER])) == (WHOLE, OTHER)


EXECUTABLE = encode_executable([WHOLE, OTHER])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"WMKX", "executable: too short: the header alone has 10 bytes, and there are 4"),
        (DATA, "executable: it begins with b'WMKU', and b'WMKX' was expected"),
        (EXECUTABLE[:6] + bytes(4), "executable: it holds no unit; the first one is the program"),
        (EXECUTABLE + b"x", "executable: the lengths of its 2 units do not add up"),
        (EXECUTABLE[:-1], "executable: the lengths of its 2 units do not add up"),
        (
            EXECUTABLE[:6] + b"\xff\xff\xff\xff" + EXECUTABLE[10:],
            "executable: the lengths of its 4294967295 units do not",
        ),
        (EXECUTABLE[:-1] + b"\x00", "executable, unit 1: damaged: the hash of its debug part"),
    ],
)
def test_a_damaged_executable_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(BadUnit, match=message):
        decode_executable(data)


def test_an_executable_holds_a_unit_once_and_at_least_one() -> None:
    with pytest.raises(BadUnit, match="executable: it holds one unit twice"):
        encode_executable([OTHER, OTHER])
    with pytest.raises(BadUnit, match="executable: it holds no unit"):
        encode_executable([])


def test_size_is_bounded_when_encoding_too() -> None:
    with pytest.raises(BadUnit, match="and the most is 8388608"):
        encode_unit(unit(constants=(bytes(codec.UNIT_BYTES_MAX),)))


def test_equal_units_have_equal_bytes_however_they_were_made() -> None:
    again = Unit(**{name: getattr(WHOLE, name) for name in Unit.__struct_fields__})
    assert encode_unit(decode_unit(DATA)) == encode_unit(again) == DATA
