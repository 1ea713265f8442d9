"""`class` statements, and `super()`.

    class Order(Base):          =>      class Order(Base) as "run.<locals>.Order" cells(__class__) {
        '''One order.'''                    __doc__ = "One order."
        def total(self):                    fn total(self) as "run.<locals>.Order.total" captures(__class__) {
            return super().total()              return super(__class__, self).total()
                                            }
                                        }

The body may hold any statement. What a class means beyond that (its bases, its attributes, its instances) is for the
machine; what cannot be said there is refused here, by name.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from typing import Literal

import libcst as cst

from waymark.grammar import tree
from waymark.stdlib.catalogue import NATIVES, OUTSIDE

from .annotated import kept_annotations
from .bindings import block, dotted, identifier
from .context import Context
from .dispatch import expression, problem, statements, translates_statement
from .functions import decorated, documentation
from .host_bodies import added_base, host_body, own_decorators
from .host_classes import host_form
from .lineage import assigned, lineage, methods, variable
from .local_imports import outside_name
from .meanings import Class, MaybeImported, Meaning, Outside
from .names import is_builtin, meaning_of, reference
from .resolve import BASE, WORKFLOW
from .scopes.model import CLASS_CELL

ID = "id"
_MESSAGES, _RUNS = "waymark.prelude.messages", "waymark.prelude.runs"
# What workflows have from their base: the word that asks for it, and what of the prelude it is.
OF_WORKFLOWS = {
    "receive": (re.compile(r"\breceive\b"), _MESSAGES, "receive_message"),
    "run_action": (re.compile(r"\brun_action\b"), _RUNS, "run_one_action"),
    "set_status": (re.compile(r"\bset_status\b"), _RUNS, "note_status"),
    ID: (re.compile(r"\.id\b"), _RUNS, "id_of"),
}
_SETS_ID = re.compile(r"\bself\.id\s*(?::[^=\n]*)?=(?!=)")

# What the machine does not do for the program's classes, or does not let a program do.
REFUSED = frozenset(
    "__del__ __prepare__ __mro_entries__ __instancecheck__ __subclasscheck__ __subclasshook__ __class__ __dict__ "
    "__weakref__".split()
)


# What of the host it may extend, besides exceptions. (CPython itself refuses `bool`, `range` and `slice`, as they run.)
BUILTIN_BASES = frozenset(
    "object int float complex str bytes bytearray list tuple dict set frozenset bool range slice".split()
)
LIBRARY_BASES = frozenset(
    "decimal.Decimal datetime.date datetime.datetime datetime.time datetime.timedelta datetime.tzinfo".split()
)
MARKERS = (
    frozenset({"abc.ABC", "_abc.Abstracted", "typing.Generic", "typing.Protocol"})
    | {f"enum.{name}" for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum")}
    | {"typing.NamedTuple", "typing.TypedDict"}
)


@translates_statement(cst.ClassDef)
def _class(node: cst.ClassDef, context: Context) -> Iterator[tree.Statement]:
    if node.type_parameters is not None:
        context.refuse_construct(
            node, "a class with type parameters (`class C[T]`)", "remove `[...]` and the annotations that use it"
        )
    # What else decorates a workflow, or what else it extends, was looked at when it was discovered.
    is_workflow = any(_is_workflow(each, context) for each in node.decorators)
    form = host_form(node, context.module, context.resolver)
    decorators = () if is_workflow else own_decorators(node, form, context)
    bases: list[tree.Expression] = []

    def before() -> Iterator[tree.Statement]:
        """Bases that are more than names are evaluated in statements of their own, where all sugar can be lowered."""
        if form is None and _has_header(node, is_workflow, context):
            made, held = _header(node, context)
            yield tree.Assign(span=held.span, target=held, value=made)
            bases.append(held)
            return
        added = (*added_base(node, form, context), *_abstracted(node, context))
        for each in _in_order(node, [*_bases(node, context, is_workflow)], added, context):
            if not isinstance(each, tree.Name):
                held = tree.Name(span=each.span, id=context.fresh("base"))
                yield tree.Assign(span=each.span, target=held, value=each)
                each = held
            bases.append(each)

    def make(name: str) -> tree.Statement:
        return _made(node, context, name, tuple(bases), form)

    yield from decorated(node, decorators, context, make, before)


def _made(
    node: cst.ClassDef, context: Context, name: str, bases: tuple[tree.Expression, ...], form: str | None
) -> tree.Class:
    inner = context.inside(node)
    scope = inner.scope
    for refused in sorted(REFUSED & {each for each in scope.names if scope.symbol(each).bound}):
        place = next((each for each in _members(node) if refused in _names(each)), node)
        context.refuse(problem(place, context, f"`{refused}` in a class", "write the class without it"))
    return tree.Class(
        span=context.span(node),
        name=name,
        bases=bases,
        body=(
            *_documented(node, inner),
            *_of_workflow(node, inner),
            *(host_body(node, form, inner) if form else _own_body(node, inner)),
        ),
        qualname=scope.qualname if scope.qualname != name else "",
        cells=scope.cells,
        captures=scope.captures,
    )


def _own_body(node: cst.ClassDef, inner: Context) -> Iterator[tree.Statement]:
    yield from statements(node.body, inner)
    yield from kept_annotations(node, inner)


def _documented(node: cst.ClassDef, inner: Context) -> Iterator[tree.Statement]:
    first = next(iter(node.body.body), None)
    text = None if first is None else documentation(first)
    if first is not None and text is not None:
        span = inner.span(first)
        target = tree.Name(span=span, id="__doc__")
        yield tree.Assign(span=span, target=target, value=tree.Constant(span=span, value=text))


def _of_workflow(node: cst.ClassDef, inner: Context) -> Iterator[tree.Statement]:
    """What `waymark.Workflow` has for those that extend it, if a module of the program has the word."""
    if not any(inner.resolver.is_one_of(base.value, BASE, inner.module) for base in node.bases):
        return
    ancestors = lineage(node, inner.module, inner.resolver)
    span = inner.span(node.name)
    for name, (word, module, export) in OF_WORKFLOWS.items():
        asked = any(word.search(each.text) for each in inner.resolver.graph.modules)
        if not asked or any(methods(each.node, name) or variable(each.node, name) for each in ancestors):
            continue
        if name == ID and any(_SETS_ID.search(each.module.text) for each in ancestors):
            continue  # an attribute of its own
        value: tree.Expression = tree.Name(span=span, id=inner.program.declarations.link(module, export))
        if name == ID:
            made = tree.Name(span=span, id=inner.program.declarations.native("property", "property/1"))
            value = tree.Call(span=span, callee=made, args=(tree.Argument(kind="positional", value=value),))
        yield tree.Assign(span=span, target=tree.Name(span=span, id=name), value=value)


def _members(node: cst.ClassDef) -> Iterator[cst.CSTNode]:
    for each in block(node.body):
        yield from each.body if isinstance(each, cst.SimpleStatementLine | cst.SimpleStatementSuite) else (each,)


def _names(node: cst.CSTNode) -> list[str | None]:
    return [node.name.value] if isinstance(node, cst.FunctionDef | cst.ClassDef) else assigned(node)[0]


def _bases(node: cst.ClassDef, context: Context, is_workflow: bool) -> Iterator[tree.Expression]:
    for base in node.bases:
        yield reference(base.value if is_workflow else _base(base, context), context)


def _base(base: cst.Arg, context: Context) -> cst.BaseExpression:
    """The expression of a base; of `Base[int]`, which is a class of the same bases, `Base`."""
    known = _refused_base(base.value, context)
    if known is not None:
        advice = "extend classes of the project, exceptions and builtin types, and keep such a value in an attribute"
        context.refuse(problem(base, context, f"a class that extends `{known}`", advice))
    whole = base.value.value if isinstance(base.value, cst.Subscript) else base.value
    outside = outside_name(dotted(whole) or "", context) != ""  # a variable that an import in the function binds
    return whole if outside or isinstance(_meaning(whole, context), Outside | Class) else base.value


def _meaning(node: cst.BaseExpression, context: Context) -> Meaning | None:
    meaning = meaning_of(node, context)
    return meaning.meaning if isinstance(meaning, MaybeImported) else meaning


def _has_header(node: cst.ClassDef, is_workflow: bool, context: Context) -> bool:
    """Whether more than bases stands between the parentheses."""
    keywords = [each for each in node.keywords if not _is_abc_meta(each, context)]
    return not is_workflow and bool(keywords or any(base.star for base in node.bases))


def _is_abc_meta(keyword: cst.Arg, context: Context) -> bool:
    """`metaclass=ABCMeta`: the one metaclass that there is, and all that it does the class itself can say."""
    named = keyword.keyword is not None and keyword.keyword.value == "metaclass"
    return named and _meaning(keyword.value, context) == Outside("abc.ABCMeta")


def _abstracted(node: cst.ClassDef, context: Context) -> tuple[tree.Expression, ...]:
    """The base that stands for `metaclass=ABCMeta`, which no program sees."""
    if not any(_is_abc_meta(each, context) for each in node.keywords):
        return ()
    return (
        tree.Name(span=context.span(node), id=context.program.declarations.native("Abstracted", "_abc.Abstracted/1")),
    )


def _in_order(
    node: cst.ClassDef, bases: list[tree.Expression], added: tuple[tree.Expression, ...], context: Context
) -> list[tree.Expression]:
    """`object` comes behind what is added, as it would in any order of bases."""
    if added and node.bases and is_builtin(node.bases[-1].value, "object", context):
        return [*bases[:-1], *added, bases[-1]]
    return [*bases, *added]


def _header(node: cst.ClassDef, context: Context) -> tuple[tree.Expression, tree.Name]:
    """Bases and keywords as the arguments of one call, which keeps their order, and a name for what that gives."""
    span = context.span(node)
    args: list[tree.Argument] = []
    for each in node.bases:
        base = each.value if each.star else _base(each, context)
        args.append(tree.Argument(kind="star" if each.star else "positional", value=reference(base, context)))
    args += [tree.Argument(kind="positional", value=added) for added in _abstracted(node, context)]
    for keyword in node.keywords:
        if _is_abc_meta(keyword, context):
            continue
        name = "" if keyword.keyword is None else identifier(keyword.keyword.value)
        if name == "metaclass":
            context.refuse(problem(keyword, context, "a metaclass", "write the class without it"))
        kind: Literal["keyword", "double_star"] = "keyword" if name else "double_star"
        args.append(tree.Argument(kind=kind, value=expression(keyword.value, context), name=name))
    native = tree.Name(span=span, id=context.program.declarations.native("class_header", "class_header/1"))
    called = tree.Call(span=span, callee=native, args=tuple(args))
    return called, tree.Name(span=span, id=context.fresh("header"))


def _refused_base(node: cst.BaseExpression, context: Context) -> str | None:
    """The name of something from outside that no class of a workflow can extend; None for all else."""
    whole = node.value if isinstance(node, cst.Subscript) else node
    meaning = _meaning(whole, context)
    if not isinstance(meaning, Outside) or meaning.name in (*BASE, *MARKERS):
        return None
    name = meaning.name.removeprefix("builtins.")
    kind = getattr(builtins, name, None)
    known = isinstance(kind, type) and (name in BUILTIN_BASES or issubclass(kind, BaseException))
    if known or meaning.name in LIBRARY_BASES or _is_error(meaning.name):
        return None
    return dotted(whole) or name


def _is_error(name: str) -> bool:
    """Whether it is an exception of the library."""
    key = OUTSIDE.get(name)
    kind = NATIVES[key].call if key is not None else None
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _is_workflow(decorator: cst.Decorator, context: Context) -> bool:
    """Whether it is `@workflow`: the class is already what it makes of it."""
    call = decorator.decorator
    named = call.func if isinstance(call, cst.Call) else call
    return context.resolver.is_one_of(named, WORKFLOW, context.module)


_SUPER = "write `parent = super()` in the method itself, and use `parent`"


def zero_argument_super(node: cst.Call, context: Context) -> tuple[tree.Argument, ...]:
    """What Python adds to `super()`: the class that the method stands in, and the method's first argument."""
    scope = context.scope
    cell = scope.symbol(CLASS_CELL)
    parameters = scope.parameters if scope.kind in ("function", "lambda") else ()
    first = _first_positional(scope.node)
    if first is None and scope.kind in ("function", "lambda"):
        return ()  # "super(): no arguments", when it runs
    if cell.kind not in ("free", "cell") or not parameters or first is None:
        where = "in a comprehension" if scope.kind in ("generator", "comprehension") else "outside of a method"
        context.refuse(problem(node, context, f"`super()` without arguments, {where},", _SUPER))
        return ()
    span = context.span(node)
    own = scope.symbol(scope.name(first))
    return tuple(tree.Argument(kind="positional", value=tree.Name(span=span, id=each.variable)) for each in (cell, own))


def _first_positional(node: cst.CSTNode) -> str | None:
    params = node.params if isinstance(node, cst.FunctionDef | cst.Lambda) else None
    found = () if params is None else (*params.posonly_params, *params.params)
    return found[0].name.value if found else None
