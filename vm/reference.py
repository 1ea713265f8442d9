"""The reference page of the instructions, `docs/reference/instructions.md`, made from the table.

python -m waymark.vm.reference          prints the page; tests/unit/vm/test_reference.py says when the file is stale
"""

from __future__ import annotations

from .isa import BINARY_OPERATORS, COMPARE_OPERATORS, INTRINSICS, UNARY_OPERATORS, Kind, Op

_MEANING = {
    Kind.OUT: "a register that is written",
    Kind.REG: "a register that is read",
    Kind.OUTS: "registers that are written, left to right",
    Kind.REGS: "registers that are read",
    Kind.CONST: "a constant of the unit",
    Kind.NAME: "a constant that is a str",
    Kind.NAMES: "a constant that is a tuple of distinct str",
    Kind.FUNC: "a function of the unit",
    Kind.CLASS: "a static class of the unit",
    Kind.MODULE: "a module of the unit",
    Kind.NATIVE: "a native, by name and revision",
    Kind.LINK: "a static function of another unit",
    Kind.ACTION: "an action of the unit",
    Kind.INTRINSIC: "a service of the machine",
    Kind.UNARY: "a unary operator",
    Kind.BINARY: "a binary operator",
    Kind.COMPARE: "a comparison",
    Kind.DEPTH: "how many regions further out; 0 is the innermost",
}

_INTRODUCTION = """\
# The instructions

Generated from the table in `vm/isa.py` by `python -m waymark.vm.reference`. Do not edit.

A function is a list of instructions over numbered registers. *Suspends* marks an instruction during which the frame may
be captured: the registers that it keeps then are stored with the function, as they are for `LOOP` and for the entry.
*Opens* marks the head of a region, which its `END` closes. Behind an instruction that *ends*, control does not go on to
the next one.
"""


def instructions_page() -> str:
    """Return the page, in Markdown."""
    parts = [_INTRODUCTION, "| code | instruction | operands | | what it does |\n| --- | --- | --- | --- | --- |"]
    for op in Op:
        spec = op.value
        operands = ", ".join(f"{name}: {kind.name.lower()}" for name, kind in spec.operands)
        marks = ", ".join(mark for mark in ("suspends", "opens", "ends") if getattr(spec, mark))
        parts.append(f"| `{spec.code:02x}` | `{op.name}` | {operands} | {marks} | {_cell(spec.text)} |")
    parts.append("\n## Kinds of operands\n\n| kind | mark | what it is |\n| --- | --- | --- |")
    parts.extend(f"| {kind.name.lower()} | `{kind.value.strip()}` | {_MEANING[kind]} |" for kind in Kind)
    for title, names in (
        ("Unary operators", UNARY_OPERATORS),
        ("Binary operators", BINARY_OPERATORS),
        ("Comparisons", COMPARE_OPERATORS),
        ("Services of the machine", INTRINSICS),
    ):
        parts.append(f"\n## {title}\n\n{_numbered(names)}")
    return "\n".join(parts) + "\n"


def _numbered(names: tuple[str, ...]) -> str:
    return ", ".join(f"{index} `{name}`" for index, name in enumerate(names))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(instructions_page(), end="")
