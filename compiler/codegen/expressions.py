"""Expressions: operands left to right, each into a register, then one instruction for the node.

`value` gives the register that holds the result. A variable is read where it lies: nothing but a statement rebinds it,
so it cannot change before the instruction that reads it. `dest` asks for the result in a given register, which may be a
variable's: it is written by the last instruction alone, so an error on the way leaves the variable as it was.

`condition` gives a bool. It is no shorthand for `value` and TRUTH: in `if a and b` Python asks each operand for its
truth once, in `x = not (a and b)` it asks `a` twice, and a program can count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from waymark.grammar import tree
from waymark.grammar.span import Span
from waymark.vm.isa import BINARY_OPERATORS, COMPARE_OPERATORS, UNARY_OPERATORS, Op

from ..fresh import shown
from . import calls
from .errors import CodegenError
from .folding import fold
from .frame import Frame
from .names import Action, Global, Intrinsic, Linked, Local, Member, Native, Shared, Static, StaticClass

CLASS_NAME = "class_name/1"  # (namespace, name): what a class body has bound, or NameError
ELLIPSIS = "Ellipsis/1"  # `...` is one object of the host, as a builtin is


def value(frame: Frame, node: tree.Expression, dest: int | None = None) -> int:
    """Evaluate the expression; the result is in `dest` if one is given."""
    match node:
        case tree.Name():
            return _name(frame, node, dest)
        case tree.Logical():
            return _logical(frame, node, dest)
        case tree.Conditional():
            return _conditional(frame, node, dest)
        case tree.Call():
            return calls.call(frame, node, dest)
    if (folded := fold(node)) is not None:
        return frame.load(node.span, folded[0], dest)
    if isinstance(node, tree.Constant):
        result = frame.target(dest)
        frame.emit(node.span, Op.LOAD_NATIVE, result, frame.program.pools.natives.add(ELLIPSIS))
        return result
    with frame.temporaries():
        op, operands = _operation(frame, node)
    result = frame.target(dest)
    frame.emit(node.span, op, result, *operands)
    return result


def values(frame: Frame, nodes: Iterable[tree.Expression]) -> tuple[int, ...]:
    return tuple(value(frame, node) for node in nodes)


def _operation(frame: Frame, node: tree.Expression) -> tuple[Op, tuple[object, ...]]:
    """Evaluate the operands; give the instruction of the node and what follows its destination."""
    match node:
        case tree.Tuple(items=items):
            return Op.TUPLE, (values(frame, items),)
        case tree.List(items=items):
            return Op.LIST, (values(frame, items),)
        case tree.Set(items=items):
            return Op.SET, (values(frame, items),)
        case tree.Dict(pairs=pairs):
            return Op.DICT, (values(frame, [part for pair in pairs for part in pair]),)
        case tree.Attribute(value=obj, name=name):
            return Op.ATTR_GET, (value(frame, obj), frame.constant(name))
        case tree.Subscript(value=obj, index=index):
            return Op.ITEM_GET, values(frame, (obj, index))
        case tree.Slice(start=start, stop=stop, step=step):
            return Op.SLICE, values(frame, (start, stop, step))
        case tree.Unary(operator="not", operand=operand):
            return Op.NOT, (value(frame, operand),)
        case tree.Unary(operator=operator, operand=operand):
            return Op.UNARY, (UNARY_OPERATORS.index(operator), value(frame, operand))
        case tree.Binary(operator=operator, left=left, right=right):
            return Op.BINARY, (BINARY_OPERATORS.index(operator), *values(frame, (left, right)))
        case tree.Compare(operator=operator, left=left, right=right):
            return Op.COMPARE, (COMPARE_OPERATORS.index(operator), *values(frame, (left, right)))
        case tree.Await(value=inner):
            return Op.AWAIT, (value(frame, inner),)
        case tree.Yield(value=inner):
            return Op.YIELD, (value(frame, inner),)
        case _:
            raise CodegenError(node.span, f"a {type(node).__name__} cannot stand in an expression")


def _name(frame: Frame, node: tree.Name, dest: int | None) -> int:
    place = frame.resolve(node)
    if isinstance(place, Local):
        frame.emit(node.span, Op.CHECK, place.register, shown(node.id))
        return place.register if dest is None else move(frame, node.span, place.register, dest)
    if isinstance(place, Member):
        with frame.temporaries():
            key = frame.load(node.span, node.id)
        result = frame.target(dest)
        native = frame.program.pools.natives.add(CLASS_NAME)
        frame.emit(node.span, Op.NATIVE, result, native, (place.register, key))
        return result
    pools = frame.program.pools
    result = frame.target(dest)
    match place:
        case Shared(register=cell):
            frame.emit(node.span, Op.CELL_GET, result, cell, frame.constant(shown(node.id)))
        case Global(module=module, variable=variable):
            frame.emit(node.span, Op.GLOBAL_GET, result, module, frame.constant(variable))
        case Static(function=function):
            frame.emit(node.span, Op.LOAD_FUNC, result, function)
        case StaticClass(index=index):
            frame.emit(node.span, Op.LOAD_CLASS, result, index)
        case Native(key=key_of_native):
            frame.emit(node.span, Op.LOAD_NATIVE, result, pools.natives.add(key_of_native))
        case Linked(link=link):
            frame.emit(node.span, Op.LOAD_LINK, result, pools.links.add(link))
        case Action():
            raise CodegenError(node.span, f"the action `{node.id}` is no value here; call it")
        case Intrinsic():
            raise CodegenError(node.span, f"the intrinsic `{node.id}` is no value; call it")
    return result


def move(frame: Frame, span: Span, source: int, dest: int) -> int:
    if source != dest:
        frame.emit(span, Op.MOVE, dest, source)
    return dest


def _conditional(frame: Frame, node: tree.Conditional, dest: int | None) -> int:
    with frame.temporaries():
        test = condition(frame, node.test)
    result = frame.target(dest)
    _branch(frame, node, test, lambda arm: value(frame, arm, result))
    return result


def _branch(frame: Frame, node: tree.Conditional, test: int, evaluate: Callable[[tree.Expression], object]) -> None:
    with frame.region(node.span, Op.IF, test), frame.temporaries():
        evaluate(node.body)
        frame.emit(node.span, Op.ELSE)
        evaluate(node.orelse)


def _logical(frame: Frame, node: tree.Logical, dest: int | None) -> int:
    """The result passes through a temporary: it is written before the right operand, which may read `dest` or fail."""
    result = frame.target()
    with frame.temporaries():
        truth = frame.target()
        _value_and_truth(frame, node.left, result, truth)
        proceed = _proceed(frame, node, truth)
    with frame.region(node.span, Op.IF, proceed), frame.temporaries():
        value(frame, node.right, result)
    return result if dest is None else move(frame, node.span, result, dest)


def _value_and_truth(frame: Frame, node: tree.Expression, result: int, truth: int) -> None:
    """Put the value and its truth into two registers, asking each operand of `and` and `or` for its truth once."""
    if not isinstance(node, tree.Logical):
        with frame.temporaries():
            value(frame, node, result)
        frame.emit(node.span, Op.TRUTH, truth, result)
        return
    _value_and_truth(frame, node.left, result, truth)
    with frame.temporaries():
        proceed = _proceed(frame, node, truth)
    with frame.region(node.span, Op.IF, proceed):
        _value_and_truth(frame, node.right, result, truth)


def _proceed(frame: Frame, node: tree.Logical, truth: int) -> int:
    """A bool: whether the right operand is to be evaluated, given the left one's truth."""
    if node.operator == "and":
        return truth
    negated = frame.target()
    frame.emit(node.span, Op.NOT, negated, truth)
    return negated


def condition(frame: Frame, node: tree.Expression, dest: int | None = None) -> int:
    """Evaluate the expression for its truth: a bool, in a temporary."""
    truth = frame.target(dest)
    match node:
        case tree.Logical(left=left, right=right):
            condition(frame, left, truth)
            with frame.temporaries():
                proceed = _proceed(frame, node, truth)
            with frame.region(node.span, Op.IF, proceed):
                condition(frame, right, truth)
        case tree.Conditional(test=test):
            condition(frame, test, truth)
            _branch(frame, node, truth, lambda arm: condition(frame, arm, truth))
        case tree.Unary(operator="not", operand=tree.Logical() | tree.Conditional() | tree.Unary() as operand):
            condition(frame, operand, truth)
            frame.emit(node.span, Op.NOT, truth, truth)
        case tree.Compare(operator="is" | "is not") | tree.Unary(operator="not"):
            with frame.temporaries():
                value(frame, node, truth)
        case tree.Constant(value=constant):
            frame.load(node.span, bool(constant), truth)
        case _:
            with frame.temporaries():
                tested = value(frame, node)
            frame.emit(node.span, Op.TRUTH, truth, tested)
    return truth
