"""What a program may not have too much of, because the format or the verifier would not take it."""

from __future__ import annotations

from waymark.vm.codec import BadUnit, encode_unit
from waymark.vm.unit import Unit
from waymark.vm.verify_code import INSTRUCTIONS_MAX, LIVE_BITS_MAX, REGISTERS_MAX


def beyond_limits(unit: Unit) -> str:
    """Say what a unit has too much of, or nothing. The verifier would refuse it too, but as the compiler's mistake."""
    if sum(len(function.code) for function in unit.functions) > INSTRUCTIONS_MAX:
        return f"it has more than {INSTRUCTIONS_MAX} instructions"
    for function in unit.functions:
        if len(function.code) * function.registers > LIVE_BITS_MAX or function.registers > REGISTERS_MAX:
            return f"`{function.qualname}` has too many variables for its length"
    try:
        encode_unit(unit)
    except BadUnit as error:  # the size of the constants, or tuples in tuples
        return str(error).rpartition(": ")[2]
    return ""
