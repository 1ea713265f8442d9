"""Instructions and values as short text, whatever they are: the disassembler and error messages share these.

Nothing here trusts what it prints: a finding of the verifier must be printable for the very code that is broken.
"""

from __future__ import annotations

from typing import Any

from .isa import BY_CODE

WIDTH_MAX = 40


def brief(value: Any) -> str:
    """`repr`, cut to a readable width; big ints by their size, since printing one takes quadratic time."""
    if type(value) is int and value.bit_length() > 128:
        return f"<int of {value.bit_length()} bits>"
    if type(value) is tuple:
        inside = ", ".join(brief(item) for item in value[:WIDTH_MAX])
        return _cut(f"({inside}{',' if len(value) == 1 else ''})")
    if type(value) is str or type(value) is bytes:
        return _cut(ascii(value[: WIDTH_MAX + 1]))
    return _cut(repr(value))


def instruction_text(instruction: Any) -> str:
    """One instruction with the numbers of its operands: `exit_if r3, ^1`."""
    known = type(instruction) is tuple and instruction and type(instruction[0]) is int
    op = BY_CODE.get(instruction[0]) if known else None
    if op is None or len(instruction) != len(op.value.operands) + 1:
        return brief(instruction)
    shown = []
    for (_, kind), value in zip(op.value.operands, instruction[1:], strict=True):
        mark = kind.value.strip()
        if mark == "[r]" and type(value) is tuple:
            shown.append(_cut("[" + ", ".join(f"r{brief(item)}" for item in value[:WIDTH_MAX]) + "]"))
        else:
            shown.append(f"{mark}{brief(value)}")
    return f"{op.name.lower()} {', '.join(shown)}".rstrip()


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH_MAX else text[: WIDTH_MAX - 3] + "..."
