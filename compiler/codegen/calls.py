"""Calls: the callee, then the arguments, then the instruction for what the callee is known to be.

    f(a, k=b)            CALL, the last arguments named
    f(a, *xs, **kw)      a list and a dict are gathered in CPython's order, then CALL_SPREAD
    native(a)            NATIVE; with names or stars the native is a value like any other, and CALL calls it
    action(a, k=b)       ACTION: an unstarted coroutine of the prelude's `call_action(key, args, kwargs)`
    intrinsic(a)         INTRINSIC

A method is looked up before its arguments are evaluated, as in CPython; `methods` joins lookup and call afterwards,
where nothing between the two can be observed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile

from waymark.grammar import tree
from waymark.grammar.span import Span
from waymark.vm.isa import Op

from . import expressions
from .errors import CodegenError
from .frame import Frame
from .names import Action, Intrinsic, Native

CALL_ACTION = ("waymark.prelude.core", "call_action")

# Natives for argument lists with stars. The callee is for their messages; CPython names it for a lone `*` alone.
EXTEND = "list_extend/1"  # (list, iterable), or (list, iterable, callee)
MERGE = "dict_merge_call/1"  # (dict, mapping, callee)
TO_TUPLE = "tuple/1"  # (list)

_STARS = ("star", "double_star")
_POSITIONAL = ("positional", "star")


def call(frame: Frame, node: tree.Call, dest: int | None) -> int:
    """Evaluate a call; the result is in `dest` if one is given."""
    with frame.temporaries():
        op, operands = _call(frame, node)
    result = frame.target(dest)
    frame.emit(node.span, op, result, *operands)
    return result


def _call(frame: Frame, node: tree.Call) -> tuple[Op, tuple[object, ...]]:
    """Evaluate callee and arguments; give the instruction of the call and what follows its destination."""
    pools = frame.program.pools
    positional = all(argument.kind == "positional" for argument in node.args)
    match frame.resolve(node.callee) if isinstance(node.callee, tree.Name) else None:
        case Native(key=key) if positional:
            return Op.NATIVE, (pools.natives.add(key), _plain(frame, node)[0])
        case Action() as action:
            return _action(frame, node, action)
        case Intrinsic(index=index):
            if not positional:
                raise CodegenError(node.span, "an intrinsic takes its arguments by position, without stars")
            return Op.INTRINSIC, (index, _plain(frame, node)[0])
    callee = expressions.value(frame, node.callee)
    if _spread(node):
        return Op.CALL_SPREAD, (callee, *_gathered(frame, node, callee))
    registers, names = _plain(frame, node)
    return Op.CALL, (callee, registers, names)


def _action(frame: Frame, node: tree.Call, action: Action) -> tuple[Op, tuple[object, ...]]:
    via = frame.program.pools.links.add(frame.program.link(*CALL_ACTION, node.span))
    if not _spread(node):
        registers, names = _plain(frame, node)
        return Op.ACTION, (action.index, via, registers, names)
    callee = frame.target()
    frame.emit(node.span, Op.LOAD_LINK, callee, via)
    key = frame.load(node.span, action.key)
    args, kwargs = _gathered(frame, node, key)
    frame.emit(node.span, Op.NATIVE, args, frame.program.pools.natives.add(TO_TUPLE), (args,))
    return Op.CALL, (callee, (key, args, kwargs), frame.constant(()))


def _spread(node: tree.Call) -> bool:
    return any(argument.kind in _STARS for argument in node.args)


def _plain(frame: Frame, node: tree.Call) -> tuple[tuple[int, ...], int]:
    """Arguments without stars: their registers, positional ones first, and the constant with the other ones' names."""
    registers = expressions.values(frame, [argument.value for argument in node.args])
    pairs = list(zip(node.args, registers, strict=True))
    positional = [register for argument, register in pairs if argument.kind == "positional"]
    named = [(argument.name, register) for argument, register in pairs if argument.kind == "keyword"]
    names = tuple(name for name, _ in named)
    return (*positional, *(register for _, register in named)), frame.constant(names)


def _gathered(frame: Frame, node: tree.Call, callee: int) -> tuple[int, int]:
    """Gather the arguments of a call with stars in a list and a dict, in the order written.

    A star is joined where it stands, as CPython does; but an only `*xs` among the positional ones is read when all the
    rest is evaluated, because CPython hands it to the call as it is.
    """
    leading = list(takewhile(lambda argument: argument.kind == "positional", node.args))
    args = _display(frame, node.span, Op.LIST, leading)
    kwargs = _display(frame, node.span, Op.DICT, ())
    only_star = [argument.kind for argument in node.args if argument.kind in _POSITIONAL] == ["star"]
    late: int | None = None
    for kind, part in _parts(node.args[len(leading) :]):
        if kind == "star" and only_star:
            late = expressions.value(frame, part[0].value)
            continue
        with frame.temporaries():
            if kind in _STARS:
                more = expressions.value(frame, part[0].value)
            else:
                more = _display(frame, node.span, Op.LIST if kind in _POSITIONAL else Op.DICT, part)
            if kind in _POSITIONAL:
                _join(frame, node.span, EXTEND, args, more)
            else:
                _join(frame, node.span, MERGE, kwargs, more, callee)
    if late is not None:
        _join(frame, node.span, EXTEND, args, late, callee)
    return args, kwargs


def _parts(arguments: Sequence[tree.Argument]) -> Iterator[tuple[str, list[tree.Argument]]]:
    """Each star by itself, and what stands between two stars as one."""
    for kind, run in groupby(arguments, key=lambda argument: argument.kind):
        together = list(run)
        yield from [(kind, [star]) for star in together] if kind in _STARS else [(kind, together)]


def _display(frame: Frame, span: Span, op: Op, arguments: Sequence[tree.Argument]) -> int:
    with frame.temporaries():
        items: list[int] = []
        for argument in arguments:
            if argument.kind == "keyword":
                items.append(frame.load(argument.value.span, argument.name))
            items.append(expressions.value(frame, argument.value))
    result = frame.target()
    frame.emit(span, op, result, tuple(items))
    return result


def _join(frame: Frame, span: Span, native: str, *registers: int) -> None:
    with frame.temporaries():
        frame.emit(span, Op.NATIVE, frame.target(), frame.program.pools.natives.add(native), registers)
