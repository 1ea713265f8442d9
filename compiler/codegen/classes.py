"""Classes: the body is a function of its own, which fills a namespace and makes the class of it.

    class C(Base) cells(__class__) {        class_0(base):    __class__ <- new cell
        total = 0                               namespace <- {"__module__": ..., "__qualname__": ...}
        fn m(self)                              namespace["total"] <- 0
            captures(__class__) {..}            namespace["m"] <- closure m, [__class__]
    }                                           class <- CLASS "C", [base], namespace
                                                __class__ <- class; return class

The statement is a call of that function with the bases. A plain name that the body binds is a *member*, an entry of the
namespace; names with a number are variables of the function, and one of them, `namespace.0`, is the namespace itself.
The functions in the body see none of this: they share the cells that they capture, `__class__` above all.
"""

from __future__ import annotations

from collections.abc import Mapping

from waymark.grammar import tree
from waymark.grammar.span import Span
from waymark.vm.isa import Op

from .frame import Frame, Program
from .names import Declared, Global, Local, Member, Own, Shared, bound_names
from .statements import block

NAMESPACE = "namespace.0"
HEADER = "header."  # the front end gives this name to what stands for keywords and stars among the bases
CLASS_READY = "class_ready/1"
CLASS_NAMESPACE = "class_namespace/1"
CELL = "__class__"  # `super()` and the name itself ask for it in methods


def class_frame(program: Program, node: tree.Class) -> Frame:
    """The frame of a class body, with its code."""
    frame = Frame(program, node, _names(node, program.declared))
    for cell in node.cells:
        frame.emit(node.span, Op.CELL, frame.names[cell].register)
    namespace = frame.names[NAMESPACE].register
    qualname = node.qualname or node.name
    if node.bases:  # the body of an enum fills a namespace of its own kind
        with frame.temporaries():
            shown = frame.load(node.span, qualname.rpartition(".")[2])
            native = frame.program.pools.natives.add(CLASS_NAMESPACE)
            frame.emit(node.span, Op.NATIVE, namespace, native, (shown, *range(len(node.bases))))
    else:
        frame.emit(node.span, Op.DICT, namespace, ())
    for name, text in (("__module__", frame.module), ("__qualname__", qualname)):
        with frame.temporaries():
            _put(frame, node.span, namespace, name, frame.load(node.span, text))
    block(frame, node.body)
    made = frame.target()
    bases = tuple(range(len(node.bases)))
    frame.emit(node.span, Op.CLASS, made, frame.constant(qualname.rpartition(".")[2]), bases, namespace)
    if CELL in node.cells:
        frame.emit(node.span, Op.CELL_SET, frame.names[CELL].register, made)
    if node.bases or not all(map(_is_silent, node.body)):
        # Members are told their names, and bases of the class, when all of it is there.
        header = bases[:1] if is_header(node.bases) else ()
        native = frame.program.pools.natives.add(CLASS_READY)
        frame.emit(node.span, Op.NATIVE, made, native, (made, *header))
    frame.emit(node.span, Op.RETURN, made)
    return frame


def is_header(bases: tuple[tree.Expression, ...]) -> bool:
    """Whether the one base is what `class_header` has made: keywords, and the bases behind them."""
    return len(bases) == 1 and isinstance(bases[0], tree.Name) and bases[0].id.startswith(HEADER)


def _is_silent(node: tree.Statement) -> bool:
    """Whether the statement puts nothing into the class that would want to know its name there."""
    match node:
        case tree.Function() | tree.Do(value=tree.Constant()):
            return True
        case tree.Assign(target=tree.Name(), value=tree.Constant()):
            return True
    return False


def class_parameters(node: tree.Class) -> tuple[tree.Parameter, ...]:
    """The bases. Nothing in the body can name them."""
    return tuple(tree.Parameter(f"<base {index}>", "positional") for index in range(len(node.bases)))


def _names(node: tree.Class, declared: Mapping[str, Declared]) -> dict[str, Own]:
    """The register of each name: bases, captured cells, cells, the namespace, variables; members are in none."""
    register = len(node.bases)
    names: dict[str, Own] = {each.name: Local(place) for place, each in enumerate(class_parameters(node))}
    for shared in (*node.captures, *node.cells):
        names[shared] = Shared(register)
        register += 1
    names[NAMESPACE] = Local(namespace := register)
    for name in ("__module__", "__qualname__", *bound_names(node.body)):
        if name in names or isinstance(declared.get(name), Global):
            continue
        if "." in name:
            register += 1
            names[name] = Local(register)
        else:
            names[name] = Member(namespace)
    return names


def _put(frame: Frame, span: Span, namespace: int, name: str, bound: int) -> None:
    with frame.temporaries():
        frame.emit(span, Op.ITEM_SET, namespace, frame.load(span, name), bound)
