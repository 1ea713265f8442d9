"""What must hold for one instruction on its own: the number, types and ranges of its operands, and its own rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .instruction_text import brief
from .isa import BINARY_OPERATORS, BY_CODE, COMPARE_OPERATORS, INTRINSICS, UNARY_OPERATORS, Kind, Op
from .unit import Function, Instruction, Unit

Sizes = dict[Kind, tuple[int, str]]  # how many there are of what an operand can mean, and their name
Rule = Callable[[Unit, Function, Instruction], str | None]

_OPERANDS = {code: op.value.operands for code, op in BY_CODE.items()}


def sizes_of(unit: Unit, function: Function, depth_max: int) -> Sizes:
    return {
        **dict.fromkeys((Kind.OUT, Kind.REG, Kind.OUTS, Kind.REGS), (function.registers, "registers")),
        **dict.fromkeys((Kind.CONST, Kind.NAME, Kind.NAMES), (len(unit.constants), "constants")),
        Kind.FUNC: (len(unit.functions), "functions"),
        Kind.CLASS: (len(unit.classes), "static classes"),
        Kind.MODULE: (len(unit.modules), "modules"),
        Kind.NATIVE: (len(unit.natives), "natives"),
        Kind.LINK: (len(unit.links), "links"),
        Kind.ACTION: (len(unit.actions), "actions"),
        Kind.INTRINSIC: (len(INTRINSICS), "intrinsics"),
        Kind.UNARY: (len(UNARY_OPERATORS), "unary operators"),
        Kind.BINARY: (len(BINARY_OPERATORS), "binary operators"),
        Kind.COMPARE: (len(COMPARE_OPERATORS), "comparisons"),
        Kind.DEPTH: (depth_max, "levels at most"),
    }


def instruction_problem(unit: Unit, function: Function, instruction: Any, sizes: Sizes) -> str | None:
    """What is wrong with an instruction, whatever it is; None if nothing is."""
    if type(instruction) is not tuple or not instruction or type(instruction[0]) is not int:
        return "it is no instruction: one is a tuple that begins with an opcode"
    operands = _OPERANDS.get(instruction[0])
    if operands is None:
        return f"opcode {brief(instruction[0])} is not known to this waymark"
    if len(instruction) != len(operands) + 1:
        return f"it has {len(instruction) - 1} operands, and should have {len(operands)}"
    for (name, kind), value in zip(operands, instruction[1:], strict=True):
        problem = _operand_problem(unit, name, kind, value, sizes)
        if problem:
            return problem
    rule = _RULES.get(instruction[0])
    return rule(unit, function, instruction) if rule else None


def _operand_problem(unit: Unit, name: str, kind: Kind, value: Any, sizes: Sizes) -> str | None:
    count, things = sizes[kind]
    if kind is Kind.REGS or kind is Kind.OUTS:
        if type(value) is not tuple:
            return f"{name} must be a tuple of registers, and is {brief(value)}"
        for index in value:
            if type(index) is not int or not 0 <= index < count:
                return _range_problem(name, index, count, things)
        return None
    if type(value) is not int or not 0 <= value < count:
        return _range_problem(name, value, count, things)
    if kind is Kind.NAME and type(unit.constants[value]) is not str:
        return f"{name} must be a constant str, and c{value} is {brief(unit.constants[value])}"
    if kind is Kind.NAMES and not _distinct_names(unit.constants[value]):
        return f"{name} must be a constant tuple of distinct str, and c{value} is {brief(unit.constants[value])}"
    return None


def _range_problem(name: str, value: Any, count: int, things: str) -> str:
    if type(value) is not int:
        return f"{name} must be an int, and is {brief(value)}"
    return f"{name} is {brief(value)}, and there are {count} {things}"


def _distinct_names(constant: Any) -> bool:
    return (
        type(constant) is tuple and all(type(name) is str for name in constant) and len(set(constant)) == len(constant)
    )


def _named_arguments(unit: Unit, function: Function, instruction: Instruction) -> str | None:
    arguments, names = instruction[-2], unit.constants[instruction[-1]]
    if isinstance(names, tuple) and len(names) > len(arguments):
        return f"it names {len(names)} arguments, and passes {len(arguments)}"
    return None


def _pairs(unit: Unit, function: Function, instruction: Instruction) -> str | None:
    count = len(instruction[2])
    return f"items are key, value, key, value ..., and there are {count}" if count % 2 else None


def _closure(unit: Unit, function: Function, instruction: Instruction) -> str | None:
    _, _, func, defaults, kwdefaults, cells = instruction
    target = unit.functions[func]
    optional = [parameter.kind for parameter in target.parameters if parameter.optional]
    keyword = optional.count("keyword")
    for given, needed, what in (
        (len(defaults), len(optional) - keyword, "defaults"),
        (len(kwdefaults), keyword, "keyword defaults"),
        (len(cells), len(target.captures), "cells"),
    ):
        if given != needed:
            return f"it hands over {given} {what}, and f{func} ({brief(target.qualname)}) takes {needed}"
    if target.defaults:
        return f"f{func} ({brief(target.qualname)}) has constant defaults, so it is static: LOAD_FUNC has it"
    return None


def _load_func(unit: Unit, function: Function, instruction: Instruction) -> str | None:
    target = unit.functions[instruction[2]]
    problem = static_problem(target)
    return f"f{instruction[2]} ({brief(target.qualname)}) {problem}; CLOSURE can make it" if problem else None


def static_problem(function: Function) -> str | None:
    """Why a function cannot be had without evaluating anything; None if it can."""
    if function.captures:
        return "captures cells"
    if len(function.defaults) != sum(parameter.optional for parameter in function.parameters):
        return "has defaults that must be evaluated"
    return None


def _only_in(*kinds: str) -> Rule:
    def rule(unit: Unit, function: Function, instruction: Instruction) -> str | None:
        if function.kind in kinds:
            return None
        return f"it may stand in a {' or '.join(kinds)}, and this is a {function.kind}"

    return rule


_RULES: dict[int, Rule] = {
    op.value.code: rule
    for op, rule in (
        (Op.CALL, _named_arguments),
        (Op.CALL_METHOD, _named_arguments),
        (Op.ACTION, _named_arguments),
        (Op.DICT, _pairs),
        (Op.CLOSURE, _closure),
        (Op.LOAD_FUNC, _load_func),
        (Op.AWAIT, _only_in("coroutine", "async_generator")),
        (Op.YIELD, _only_in("generator", "async_generator")),
    )
}
