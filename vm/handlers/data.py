"""Constants, registers, cells, globals, displays and definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waymark.stdlib.natives.spread import check_all_spread
from waymark.stdlib.values.descriptors import Property
from waymark.stdlib.values.enum_bodies import EnumNamespace
from waymark.stdlib.values.markers import Alias
from waymark.stdlib.values.named_tuples import with_fields
from waymark.stdlib.values.sets import OrderedSet

from ..errors import Thrown, Uncatchable, operate
from ..isa import Op
from ..statics import builtin, native
from ..values.classes import check_class, make_class
from ..values.frames import Frame
from ..values.functions import UNSET, Cell, VMFunction
from .registry import Operands, executes

if TYPE_CHECKING:
    from ..interp import Interpreter


@executes(Op.LOAD_CONST)
def load_const(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, value = operands
    frame.registers[dst] = value
    frame.pc += 1


@executes(Op.MOVE)
def move(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, src = operands
    frame.registers[dst] = frame.registers[src]
    frame.pc += 1


@executes(Op.UNBIND)
def unbind(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    (dst,) = operands
    frame.registers[dst] = UNSET
    frame.pc += 1


@executes(Op.CHECK)
def check(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    src, name = operands
    if frame.registers[src] is UNSET:
        raise Thrown(
            # CPython 3.11 gives only a NameError itself its `name`.
            UnboundLocalError(f"cannot access local variable '{name}' where it is not associated with a value")
        )
    frame.pc += 1


@executes(Op.CELL)
def cell(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    (dst,) = operands
    frame.registers[dst] = Cell()
    frame.pc += 1


@executes(Op.CELL_GET)
def cell_get(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, cell, name = operands
    frame.registers[dst] = _content(frame, cell, name)
    frame.pc += 1


@executes(Op.CELL_SET)
def cell_set(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    cell, src = operands
    target = _cell(frame, cell)
    target.value = frame.registers[src]
    vm.tracker.touch(target)
    frame.pc += 1


@executes(Op.CELL_DEL)
def cell_del(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    cell, name = operands
    _content(frame, cell, name)
    target = _cell(frame, cell)
    target.value = UNSET
    vm.tracker.touch(target)
    frame.pc += 1


def _cell(frame: Frame, register: int) -> Cell:
    """The cell in a register. No compiler makes code that has anything else there; the verifier does not look."""
    found = frame.registers[register]
    if type(found) is not Cell:
        raise Uncatchable(f"this code is broken: register {register} holds no cell")
    return found


def _content(frame: Frame, cell: int, name: str) -> Any:
    value = _cell(frame, cell).value
    if value is UNSET:
        function = frame.loaded.function  # the cells that it captures are behind its parameters
        if 0 <= cell - len(function.parameters) < len(function.captures):
            text = f"cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
            raise Thrown(NameError(text, name=name))
        text = f"cannot access local variable '{name}' where it is not associated with a value"
        raise Thrown(UnboundLocalError(text))
    return value


@executes(Op.GLOBAL_GET)
def global_get(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, module, name = operands
    value = vm.state.modules.get(module, {}).get(name, UNSET)
    frame.registers[dst] = builtin(name) if value is UNSET else value
    frame.pc += 1


@executes(Op.GLOBAL_SET)
def global_set(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    module, name, src = operands
    variables = vm.state.modules.setdefault(module, {})
    variables[name] = frame.registers[src]
    vm.tracker.touch(variables)
    frame.pc += 1


@executes(Op.GLOBAL_DEL)
def global_del(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    module, name = operands
    variables = vm.state.modules.get(module, {})
    if name not in variables:
        raise Thrown(NameError(f"name '{name}' is not defined", name=name))
    del variables[name]
    vm.tracker.touch(variables)
    frame.pc += 1


@executes(Op.LOAD_LINK)
def load_link(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, link = operands
    frame.registers[dst] = vm.statics.linked(link)
    frame.pc += 1


@executes(Op.LOAD_FUNC)
def load_func(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, func = operands
    frame.registers[dst] = vm.statics.function(frame.loaded.unit_hash, func)
    frame.pc += 1


@executes(Op.LOAD_CLASS)
def load_class(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, place = operands
    frame.registers[dst] = vm.statics.class_(frame.loaded.unit_hash, place)
    frame.pc += 1


@executes(Op.LOAD_NATIVE)
def load_native(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, key = operands
    frame.registers[dst] = native(key)
    frame.pc += 1


@executes(Op.CLOSURE)
def closure(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, func, defaults, kwdefaults, cells = operands
    registers = frame.registers
    loaded = vm.statics.code(frame.loaded.unit_hash, func)
    names = [p.name for p in loaded.function.parameters if p.kind == "keyword" and p.optional]
    registers[dst] = VMFunction(
        loaded,
        tuple(_cell(frame, place) for place in cells),
        tuple(registers[place] for place in defaults),
        {name: registers[place] for name, place in zip(names, kwdefaults, strict=True)} or None,
    )
    frame.pc += 1


@executes(Op.LIST)
def build_list(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, items = operands
    frame.registers[dst] = [frame.registers[place] for place in items]
    frame.pc += 1


@executes(Op.TUPLE)
def build_tuple(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, items = operands
    frame.registers[dst] = tuple(frame.registers[place] for place in items)
    frame.pc += 1


@executes(Op.SET)
def build_set(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, items = operands
    values = [frame.registers[place] for place in items]
    if tuple in map(type, values):
        operate(check_all_spread, *values)
    frame.registers[dst] = operate(OrderedSet, values)
    frame.pc += 1


@executes(Op.DICT)
def build_dict(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, items = operands
    values = [frame.registers[place] for place in items]
    if tuple in map(type, values[::2]):
        operate(check_all_spread, *values[::2])
    frame.registers[dst] = operate(dict, list(zip(values[::2], values[1::2], strict=True)))
    frame.pc += 1


@executes(Op.SLICE)
def build_slice(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, start, stop, step = operands
    registers = frame.registers
    registers[dst] = slice(registers[start], registers[stop], registers[step])
    frame.pc += 1


@executes(Op.CLASS)
def build_class(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, name, bases, namespace = operands
    registers = frame.registers
    values, members = tuple(registers[place] for place in bases), registers[namespace]
    if len(values) == 1 and type(values[0]) is tuple:  # with keywords, see `class_header` in stdlib/natives/classes.py
        if "metaclass" in values[0][0]:
            raise Uncatchable(f"class {name} has a metaclass, which no class of a workflow can have")
        values = values[0][1:]
    values = tuple(each.origin if type(each) is Alias else each for each in values)
    if type(members) not in (dict, EnumNamespace) or not all(type(each) is str for each in members):
        raise Uncatchable(f"this code is broken: the namespace of class {name} is no dict of names")
    values, members = operate(with_fields, name, values, members)
    operate(check_class, name, values, members)
    for member in members.values():
        if type(member) is Property:  # the class tells it its name
            vm.tracker.touch(member)
    registers[dst] = operate(make_class, name, values, members)
    frame.pc += 1
