"""Refuse a unit that must not run, before anything of it does.

`verify_unit` reports what it finds (up to fifty things) in one `BadUnit`: function, pc, instruction, what is wrong. It
takes a unit as `decode_unit` gives it, or as the compiler makes it; only instructions may hold values of any type. What
it passes, the interpreter and the snapshot code use without looking again. `vm/verify_code.py` has the rules for code,
this file those for everything around it. Other units are not looked at: `verify_links` does that.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import chain, islice

from .codec import BadUnit
from .instruction_text import brief, instruction_text
from .unit import Function, Parameter, Unit
from .verify_code import INSTRUCTIONS_MAX, REGISTERS_MAX, check_code
from .verify_operands import static_problem

FINDINGS_MAX = 50
HASH_BYTES = 32

_KIND_ORDER = ("positional", "either", "variadic", "keyword", "keywords")


def verify_unit(unit: Unit, *, natives: Container[str]) -> None:
    """Raise `BadUnit` with all findings, unless `unit` may run. `natives` are those that this waymark has."""
    _raise(unit, chain(_check_tables(unit, natives), _check_functions(unit), _check_debug(unit)))


_SOUND: dict[int, tuple[Unit, Container[str]]] = {}  # by identity; the oldest goes first
SOUND_MAX = 1024


def verify_once(unit: Unit, *, natives: Container[str]) -> None:
    """The same, once a process for one object: units are immutable, and every program has those of the prelude."""
    known = _SOUND.get(id(unit))
    if known is not None and known[0] is unit and known[1] is natives:
        return
    verify_unit(unit, natives=natives)
    if len(_SOUND) >= SOUND_MAX:
        del _SOUND[next(iter(_SOUND))]
    _SOUND[id(unit)] = unit, natives


def verify_links(unit: Unit, units: Mapping[bytes, Unit]) -> None:
    """Raise `BadUnit` unless `units` has, by code hash, what `unit` links to, with the names exported."""
    _raise(unit, _check_links(unit, units))


def _raise(unit: Unit, findings: Iterator[str]) -> None:
    # No more than the first ones are looked for: a hostile unit may have millions.
    found = list(islice(findings, FINDINGS_MAX + 1))
    if not found:
        return
    name = ascii(unit.debug.source_name)[1:-1] or "unit"
    shown = [f"  {finding}" for finding in found[:FINDINGS_MAX]]
    if len(found) > FINDINGS_MAX:
        shown.append("  and more")
    raise BadUnit("\n".join([f"{name}: refused by the verifier", *shown]))


def _check_links(unit: Unit, units: Mapping[bytes, Unit]) -> Iterator[str]:
    if unit.protocol and unit.protocol not in units:
        yield f"its protocol unit {unit.protocol.hex()} is not there"
    linked = {link.unit for link in unit.links} & units.keys()
    exported = {hashed: units[hashed].names() for hashed in linked}
    for index, link in enumerate(unit.links):
        if link.unit not in exported:
            yield f"link {index} ({brief(link.name)}): unit {link.unit.hex()} is not there"
        elif link.name not in exported[link.unit]:
            yield f"link {index}: unit {link.unit.hex()} does not export {brief(link.name)}"


def _check_functions(unit: Unit) -> Iterator[str]:
    total = sum(len(function.code) for function in unit.functions)
    if total > INSTRUCTIONS_MAX:
        yield f"{total} instructions are too many for a unit; the most is {INSTRUCTIONS_MAX}"
        return
    for index, function in enumerate(unit.functions):
        where = f"function {index} ({brief(function.qualname)})"
        problem = next(_check_frame(unit, function), None)
        if problem:
            yield f"{where}: {problem}"
            continue
        for pc, problem in check_code(unit, function):
            at = "" if pc is None else f", pc {pc}, `{instruction_text(function.code[pc])}`"
            yield f"{where}{at}: {problem}"


def _check_frame(unit: Unit, function: Function) -> Iterator[str]:
    if not 0 <= function.module < len(unit.modules):
        yield f"module {brief(function.module)} does not exist; there are {len(unit.modules)}"
    entry = len(function.parameters) + len(function.captures)
    if not entry <= function.registers <= REGISTERS_MAX:
        yield f"it has {brief(function.registers)} registers, and needs {entry} to {REGISTERS_MAX}"
    if len(set(function.captures)) != len(function.captures):
        yield "two of its captures have one name"
    if any(not 0 <= default < len(unit.constants) for default in function.defaults):
        yield f"one of its defaults is no constant; there are {len(unit.constants)}"
    if function.doc != -1 and not (0 <= function.doc < len(unit.constants) and _is_text(unit, function.doc)):
        yield f"its documentation is constant {brief(function.doc)}, which is no text"
    if function.defaults and (problem := static_problem(function)):
        yield f"it has constant defaults, so it is static, and it {problem}"
    yield from _check_parameters(function.parameters)


def _is_text(unit: Unit, constant: int) -> bool:
    return type(unit.constants[constant]) is str


def _check_parameters(parameters: Sequence[Parameter]) -> Iterator[str]:
    kinds = [_KIND_ORDER.index(parameter.kind) for parameter in parameters]
    if kinds != sorted(kinds):
        yield f"its parameters are not in the order {', '.join(_KIND_ORDER)}"
    for kind in ("variadic", "keywords"):
        of_kind = [parameter for parameter in parameters if parameter.kind == kind]
        if len(of_kind) > 1:
            yield f"it has {len(of_kind)} {kind} parameters"
        if any(parameter.optional for parameter in of_kind):
            yield f"its {kind} parameter is optional, and always is there"
    if len({parameter.name for parameter in parameters}) != len(parameters):
        yield "two of its parameters have one name"
    optional = [parameter.optional for parameter in parameters if parameter.kind in ("positional", "either")]
    if optional != sorted(optional):
        yield "a parameter without a default follows one with a default"


def _check_tables(unit: Unit, natives: Container[str]) -> Iterator[str]:
    for native in unit.natives:
        if native not in natives:
            yield f"native {brief(native)} is not known to this waymark"
    for what, names in (("module", unit.modules), ("native", unit.natives)):
        if len(set(names)) != len(names):
            yield f"two {what}s have one name"
    yield from _check_exports(unit)
    yield from _check_workflows(unit)
    yield from _check_inits(unit)
    yield from _check_classes(unit)
    if len({(link.unit, link.name) for link in unit.links}) != len(unit.links):
        yield "two links are the same"
    for index, link in enumerate(unit.links):
        if len(link.unit) != HASH_BYTES:
            yield f"link {index} ({brief(link.name)}): its hash has {len(link.unit)} bytes, not {HASH_BYTES}"
    if len(unit.protocol) not in (0, HASH_BYTES):
        yield f"the hash of its protocol unit has {len(unit.protocol)} bytes, not {HASH_BYTES}"
    for index, action in enumerate(unit.actions):
        module, colon, name = action.key.partition(":")
        if not (module and colon and name):
            yield f"action {index}: its key must be `module:name`, and is {brief(action.key)}"
        yield from (f"action {index} ({brief(action.key)}): {text}" for text in _check_parameters(action.parameters))


def _check_exports(unit: Unit) -> Iterator[str]:
    names = [name for name, _ in unit.exports]
    if names != sorted(set(names)):
        yield "its exports are not sorted by name, or two have one name"
    for name, index in unit.exports:
        problem = _static_problem(unit, index)
        if problem:
            yield f"export {brief(name)}: function {brief(index)} {problem}"


def _check_workflows(unit: Unit) -> Iterator[str]:
    if len({workflow.name for workflow in unit.workflows}) != len(unit.workflows):
        yield "two workflows have one name"
    for workflow in unit.workflows:
        problem = _static_problem(unit, workflow.function)
        if not problem and unit.functions[workflow.function].kind != "coroutine":
            problem = "is no coroutine"
        if problem:
            yield f"workflow {brief(workflow.name)}: function {brief(workflow.function)} {problem}"


def _static_problem(unit: Unit, index: int) -> str | None:
    if not 0 <= index < len(unit.functions):
        return f"does not exist; there are {len(unit.functions)}"
    return static_problem(unit.functions[index])


def _check_inits(unit: Unit) -> Iterator[str]:
    if len(unit.inits) not in (0, len(unit.modules)):
        yield f"there are {len(unit.inits)} inits for {len(unit.modules)} modules"
    for module, init in enumerate(unit.inits):
        if not -1 <= init < len(unit.functions):
            yield f"the init of module {module}: function {brief(init)} does not exist; there are {len(unit.functions)}"
        elif init >= 0:
            function = unit.functions[init]
            if function.kind != "function" or function.parameters or function.captures or function.module != module:
                yield f"the init of module {module}: function {init} must be a plain one of it, without parameters"


def _check_classes(unit: Unit) -> Iterator[str]:
    if len({each.name for each in unit.classes}) != len(unit.classes):
        yield "two static classes have one name"
    for each in unit.classes:
        module, colon, name = each.name.partition(":")
        if not (module and colon and name):
            yield f"a static class is named {brief(each.name)}, and its name must be `module:name`"
        problem = _static_problem(unit, each.function)
        if not problem and (
            unit.functions[each.function].kind != "function" or unit.functions[each.function].parameters
        ):
            problem = "must be a plain one, without parameters"
        if problem:
            yield f"static class {brief(each.name)}: function {brief(each.function)} {problem}"


def _check_debug(unit: Unit) -> Iterator[str]:
    if len(unit.debug.followed) not in (0, len(unit.modules) - 1):
        yield f"debug: sources of {len(unit.debug.followed)} followed modules, and there are {len(unit.modules) - 1}"
    for what, rows in (("positions", unit.debug.positions), ("variables", unit.debug.variables)):
        if len(rows) not in (0, len(unit.functions)):
            yield f"debug: {what} of {len(rows)} functions, and there are {len(unit.functions)}"
    for index, (function, positions) in enumerate(zip(unit.functions, unit.debug.positions, strict=False)):
        pcs = [position[0] for position in positions]
        if pcs != sorted(set(pcs)) or any(not 0 <= pc < len(function.code) for pc in pcs):
            yield f"debug: the positions of function {index} are not in ascending order, or out of its code"
        for _, line, column, end_line, end_column in positions:
            if line < 0 or column < 0 or (end_line, end_column) < (line, column):
                yield f"debug: a position of function {index} ends before it begins, or is negative"
                break
    for index, (function, variables) in enumerate(zip(unit.functions, unit.debug.variables, strict=False)):
        if any(not 0 <= register < function.registers for register, _ in variables):
            yield f"debug: a variable of function {index} is in a register that it does not have"
