"""Assignment, update and deletion. The right side comes first, then the target's parts, then the write."""

from __future__ import annotations

from waymark.grammar import tree
from waymark.grammar.span import Span
from waymark.vm.isa import BINARY_OPERATORS, Op

from ..fresh import shown
from .errors import CodegenError
from .expressions import move, value
from .frame import Frame
from .names import Global, Local, Member, Shared

CLASS_UNBIND = "class_unbind/1"  # (namespace, name): `del name` in a class body


def assign(frame: Frame, node: tree.Assign) -> None:
    """A variable gets its value from the instruction that makes it, without a move."""
    value_into(frame, node.value, node.target)


def value_into(frame: Frame, node: tree.Expression, target: tree.Target) -> None:
    source = value(frame, node, home(frame, target))
    store(frame, target, source)


def home(frame: Frame, target: tree.Target) -> int | None:
    """The register of a target that is a variable; None for any other target."""
    if isinstance(target, tree.Name) and isinstance(place := frame.resolve(target), Local):
        return place.register
    return None


def store(frame: Frame, target: tree.Target, source: int) -> None:
    """Bind the target to what is in the register."""
    match target:
        case tree.Name():
            _store_name(frame, target, source)
        case tree.Attribute(value=obj, name=name):
            with frame.temporaries():
                frame.emit(target.span, Op.ATTR_SET, value(frame, obj), frame.constant(name), source)
        case tree.Subscript(value=obj, index=index):
            with frame.temporaries():
                frame.emit(target.span, Op.ITEM_SET, value(frame, obj), value(frame, index), source)
        case tree.Targets():
            _unpack(frame, target, source)
        case _:
            raise AssertionError(f"a {type(target).__name__} is no target of WRL")


def _unpack(frame: Frame, target: tree.Targets, source: int) -> None:
    """All items are taken before the first is bound. Variables are bound by UNPACK itself, if there is nothing else."""
    homes = [home(frame, item) for item in target.items]
    direct = tuple(register for register in homes if register is not None)
    if len(direct) == len(homes):
        frame.emit(target.span, Op.UNPACK, direct, source)
        return
    with frame.temporaries():
        items = tuple(frame.target() for _ in target.items)
        frame.emit(target.span, Op.UNPACK, items, source)
        for item, register in zip(target.items, items, strict=True):
            store(frame, item, register)


def _store_name(frame: Frame, target: tree.Name, source: int) -> None:
    match frame.resolve(target):
        case Local(register=register):
            move(frame, target.span, source, register)
        case Shared(register=cell):
            frame.emit(target.span, Op.CELL_SET, cell, source)
        case Global(module=module, variable=variable):
            frame.emit(target.span, Op.GLOBAL_SET, module, frame.constant(variable), source)
        case Member(register=namespace):
            with frame.temporaries():
                frame.emit(target.span, Op.ITEM_SET, namespace, frame.load(target.span, target.id), source)
        case _:
            raise _no_variable(target)


def update(frame: Frame, node: tree.Update) -> None:
    """`target += value`: the parts once, the old value, the operand, INPLACE, and the write, which always happens."""
    operator = BINARY_OPERATORS.index(node.operator)
    match node.target:
        case tree.Name() as name:
            old = value(frame, name)
            operand = value(frame, node.value)
            result = home(frame, name)
            result = old if result is None else result
            frame.emit(node.span, Op.INPLACE, result, operator, old, operand)
            _store_name(frame, name, result)
        case tree.Attribute(value=inner, name=attribute):
            obj, name_of = value(frame, inner), frame.constant(attribute)
            old = frame.target()
            frame.emit(node.target.span, Op.ATTR_GET, old, obj, name_of)
            frame.emit(node.span, Op.INPLACE, old, operator, old, value(frame, node.value))
            frame.emit(node.target.span, Op.ATTR_SET, obj, name_of, old)
        case tree.Subscript(value=inner, index=index):
            obj, key = value(frame, inner), value(frame, index)
            old = frame.target()
            frame.emit(node.target.span, Op.ITEM_GET, old, obj, key)
            frame.emit(node.span, Op.INPLACE, old, operator, old, value(frame, node.value))
            frame.emit(node.target.span, Op.ITEM_SET, obj, key, old)


def delete(frame: Frame, node: tree.Delete) -> None:
    match node.target:
        case tree.Name() as name:
            _delete_name(frame, name, node.span)
        case tree.Attribute(value=obj, name=attribute):
            frame.emit(node.span, Op.ATTR_DEL, value(frame, obj), frame.constant(attribute))
        case tree.Subscript(value=obj, index=index):
            frame.emit(node.span, Op.ITEM_DEL, value(frame, obj), value(frame, index))


def _delete_name(frame: Frame, target: tree.Name, span: Span) -> None:
    match frame.resolve(target):
        case Local(register=register):
            frame.emit(span, Op.CHECK, register, shown(target.id))
            frame.emit(span, Op.UNBIND, register)
        case Shared(register=cell):
            frame.emit(span, Op.CELL_DEL, cell, frame.constant(shown(target.id)))
        case Global(module=module, variable=variable):
            frame.emit(span, Op.GLOBAL_DEL, module, frame.constant(variable))
        case Member(register=namespace):
            native = frame.program.pools.natives.add(CLASS_UNBIND)
            with frame.temporaries():
                key = frame.load(span, target.id)
                frame.emit(span, Op.NATIVE, frame.target(), native, (namespace, key))
        case _:
            raise _no_variable(target)


def renew(frame: Frame, node: tree.Renew) -> None:
    """What already shares the old cell keeps it."""
    place = frame.names.get(node.name)
    if not isinstance(place, Shared) or node.name not in frame.function.cells:
        raise CodegenError(
            node.span, f"`{node.name}` is no cell of `{frame.function.name}`, so it cannot be renewed; list it there"
        )
    frame.emit(node.span, Op.CELL, place.register)


def _no_variable(target: tree.Name) -> CodegenError:
    return CodegenError(target.span, f"`{target.id}` is a declaration, and only variables can be assigned or deleted")
