"""Golden cases: WRL on top, the code it becomes below; one construct a case, in `tests/cases/codegen/*.case`.

`pytest --update-golden` (or WAYMARK_UPDATE_GOLDEN=1) writes the lower section anew; the diff is reviewed like code.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from waymark.compiler.codegen import generate
from waymark.grammar import parse
from waymark.stdlib.catalogue import NATIVES
from waymark.vm.isa import BINARY_OPERATORS, BY_CODE, COMPARE_OPERATORS, INTRINSICS, UNARY_OPERATORS, Kind, Op
from waymark.vm.unit import Function, Unit
from waymark.vm.verify import verify_unit

CASES = Path(__file__).parents[3] / "cases" / "codegen"

CORE = """
module waymark.prelude.core
async fn call_action(key, args, kwargs) { return None }
fn total(items, start = 0) { return start }
async fn sleep(delay) { return None }
"""
LIBRARY = {"waymark.prelude.core": generate(parse(CORE), library={})}


def sections(path: Path) -> tuple[str, str, str]:
    """The head, the WRL and the code of a case."""
    head, _, rest = path.read_text(encoding="utf-8").partition("[wrl]\n")
    wrl, _, code = rest.partition("[code]\n")
    return head, wrl, code


@pytest.mark.parametrize("path", sorted(CASES.glob("*.case")), ids=lambda path: path.stem)
def test_wrl_becomes_the_code_of_the_case(path: Path, request: pytest.FixtureRequest) -> None:
    head, wrl, expected = sections(path)
    unit = generate(parse(wrl), library=LIBRARY)
    verify_unit(unit, natives=NATIVES)
    code = "\n".join(listing(unit)) + "\n"
    if request.config.getoption("--update-golden", default=False) or os.environ.get("WAYMARK_UPDATE_GOLDEN"):
        path.write_text(f"{head}[wrl]\n{wrl}[code]\n{code}", encoding="utf-8")
        expected = code
    assert code == expected


def test_every_instruction_stands_in_a_case() -> None:
    shown = "\n".join(sections(path)[2] for path in CASES.glob("*.case"))
    # Nothing in WRL asks for the two: TRY is left by depth as BLOCK is, and tests leave a loop by EXIT_UNLESS.
    unused = {op.name for op in Op if f" {op.name.lower()}" not in shown}
    assert unused == {"BLOCK", "EXIT_IF"}


# --- printing --------------------------------------------------------------------------------------------------------


def listing(unit: Unit) -> Iterator[str]:
    """The code without hashes, tables and live sets: what a reader of a case wants to see."""
    for index, function in enumerate(unit.functions):
        yield from function_lines(unit, index, function)
    if unit.exports:
        yield f"exports: {', '.join(f'{name} is f{index}' for name, index in unit.exports)}"
    for workflow in unit.workflows:
        yield f"workflow {workflow.name}: {workflow.qualname} runs f{workflow.function}"
    for action in unit.actions:
        yield f"action {action.key}({', '.join(each.name for each in action.parameters)})"
    if unit.inits:
        yield f"inits: {', '.join(f'f{index}' for index in unit.inits)}"


def function_lines(unit: Unit, index: int, function: Function) -> Iterator[str]:
    defaults = f" defaults {[unit.constants[each] for each in function.defaults]}" if function.defaults else ""
    signature = ", ".join(
        f"{each.name}{'?' if each.optional else ''}{'' if each.kind == 'either' else ' ' + each.kind}"
        for each in function.parameters
    )
    yield f"f{index} {function.kind} {function.qualname}({signature}){defaults} {function.registers} registers"
    names = dict(unit.debug.variables[index])
    level = 1
    for instruction in function.code:
        op = BY_CODE[instruction[0]]
        indent = level - (op in (Op.ELSE, Op.CATCH, Op.END))
        operands = (operand(unit, names, kind, value) for (_, kind), value in zip_operands(op, instruction))
        yield f"{'    ' * indent}{op.name.lower()} {', '.join(operands)}".rstrip()
        level += op.value.opens - (op is Op.END)


def zip_operands(op: Op, instruction: tuple[Any, ...]) -> Iterator[tuple[tuple[str, Kind], Any]]:
    return zip(op.value.operands, instruction[1:], strict=True)


def operand(unit: Unit, names: dict[int, str], kind: Kind, value: Any) -> str:
    match kind:
        case Kind.OUT | Kind.REG:
            return names.get(value, f"r{value}")
        case Kind.OUTS | Kind.REGS:
            return f"[{', '.join(names.get(each, f'r{each}') for each in value)}]"
        case Kind.CONST | Kind.NAMES:
            return repr(unit.constants[value])
        case Kind.NAME:
            return f".{unit.constants[value]}"
        case Kind.FUNC:
            return f"f{value}"
        case Kind.LINK:
            return f"link {unit.links[value].name}"
        case Kind.DEPTH:
            return f"^{value}"
        case _:
            return str(TABLES[kind](unit)[value])


TABLES: dict[Kind, Any] = {
    Kind.MODULE: lambda unit: unit.modules,
    Kind.CLASS: lambda unit: [each.name for each in unit.classes],
    Kind.NATIVE: lambda unit: unit.natives,
    Kind.ACTION: lambda unit: [action.key for action in unit.actions],
    Kind.INTRINSIC: lambda unit: INTRINSICS,
    Kind.UNARY: lambda unit: UNARY_OPERATORS,
    Kind.BINARY: lambda unit: BINARY_OPERATORS,
    Kind.COMPARE: lambda unit: COMPARE_OPERATORS,
}
