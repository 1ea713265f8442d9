"""The class of the program that stands for a host class: the methods that are plain Python, and the mark of its fields.

What the library calls (validators, serializers, hooks of its making) runs where the class is real; a class that is
made in a function would be real nowhere else, and is refused. See `host_classes.py`.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence

import libcst as cst

from waymark.grammar import tree

from .bindings import block, dotted
from .context import Context
from .dispatch import problem, statement
from .functions import decorated, translate_function
from .host_classes import (
    ATTRS,
    LIBRARIES,
    MARK,
    PYDANTIC,
    STRUCT,
    attrs_decorator,
    fields_of,
    inherits_attrs,
    is_field,
    outside,
    small_parts,
)
from .names import bound

_COMPUTED = "pydantic.computed_field"
# What the library calls when it makes or checks an object.
_HOOKS = frozenset(
    "__init__ __new__ model_post_init __post_init__ __attrs_post_init__ __attrs_pre_init__ __attrs_init__ "
    "__pydantic_init_subclass__ __get_pydantic_core_schema__ __get_pydantic_json_schema__ __class_getitem__".split()
)


def host_body(node: cst.ClassDef, form: str, inner: Context) -> Iterator[tree.Statement]:
    """What of the body is the program's own, and the mark of its fields. `inner` is the body's context."""
    if "<locals>" in inner.scope.qualname:
        advice = "define it at the top of the module, where the process that validates it can find it"
        inner.refuse(problem(node, inner, f"a class of {_SHOWN[form]} that is made in a function", advice))
    _refuse_what_nobody_runs(node, form, inner)
    for line in block(node.body):
        parts = line.body if isinstance(line, cst.SimpleStatementLine | cst.SimpleStatementSuite) else (line,)
        kept = [_is_kept(part, node, form, inner) for part in parts]
        if all(kept):
            yield from _kept(line, inner)
        elif isinstance(line, cst.FunctionDef) and line.name.value not in _HOOKS:
            yield _out_of_reach(line, inner)
        elif any(kept):
            inner.refuse(problem(line, inner, "a field and another statement on one line", "give each its own line"))
    fields = fields_of(node, form, inner.module, inner.resolver)
    span = inner.span(node.name)
    if form != PYDANTIC:
        names = [tree.Constant(span=span, value=each.name) for each in fields.values() if not each.by_keyword]
        yield _assigned("__match_args__", tree.Tuple(span=span, items=(*names,)))
    if form == STRUCT:
        every = [tree.Constant(span=span, value=each.name) for each in fields.values()]
        yield _assigned("__struct_fields__", tree.Tuple(span=span, items=(*every,)))
    shown = [
        tree.Tuple(
            span=span, items=(*(tree.Constant(span=span, value=part) for part in (each.name, each.text, each.default)),)
        )
        for each in fields.values()
    ]
    about = tree.Tuple(span=span, items=(tree.Constant(span=span, value=form), tree.Tuple(span=span, items=(*shown,))))
    yield _assigned(MARK, about)


def _refuse_what_nobody_runs(node: cst.ClassDef, form: str, inner: Context) -> None:
    """What the class of the program would have to do together with the real one."""
    for each in block(node.body):
        if isinstance(each, cst.FunctionDef) and each.name.value == "__init_subclass__":
            what = f"`__init_subclass__` in a class of {_SHOWN[form]}"
            inner.refuse(problem(each, inner, what, "write the classes without it"))
    for base in node.bases:
        name = outside(base.value, inner.module, inner.resolver) or f"builtins.{dotted(base.value)}"
        kind = getattr(builtins, name.removeprefix("builtins."), None)
        if form == ATTRS and isinstance(kind, type) and issubclass(kind, BaseException):
            inner.refuse(problem(base, inner, "an exception that attrs makes", "give it an `__init__` of its own"))
    for keyword in node.keywords:
        if keyword.keyword is not None and keyword.keyword.value == "metaclass":
            inner.refuse(problem(keyword, inner, "a metaclass", "write the class without it"))


_SHOWN = {PYDANTIC: "pydantic", STRUCT: "msgspec", ATTRS: "attrs"}


def _out_of_reach(function: cst.FunctionDef, inner: Context) -> tree.Statement:
    """What stands for a member that only the library calls: reading it ends the run, and says why."""
    target = bound(function.name, inner)
    made = tree.Name(span=target.span, id=inner.program.declarations.link("_hosts", "OfHost"))
    return tree.Assign(span=target.span, target=target, value=tree.Call(span=target.span, callee=made))


def own_decorators(node: cst.ClassDef, form: str | None, context: Context) -> Sequence[cst.Decorator]:
    """The decorators of a class without the one by which attrs makes it."""
    known = attrs_decorator(node, context.module, context.resolver) if form == ATTRS else None
    return [each for each in node.decorators if each is not known]


def added_base(node: cst.ClassDef, form: str | None, context: Context) -> Iterator[tree.Expression]:
    """What an attrs class extends besides the bases that it names: those have what the decorator makes."""
    if form != ATTRS or inherits_attrs(node, context.module, context.resolver) is not None:
        return
    link = context.program.declarations.link("_attrs", "Instance")
    yield tree.Name(span=context.span(node.name), id=link)


def _assigned(name: str, value: tree.Expression) -> tree.Statement:
    return tree.Assign(span=value.span, target=tree.Name(span=value.span, id=name), value=value)


def _is_kept(part: cst.CSTNode, node: cst.ClassDef, form: str, inner: Context) -> bool:
    module, resolver = inner.module, inner.resolver
    if isinstance(part, cst.FunctionDef):
        return part.name.value not in _HOOKS and not any(_is_the_hosts(each, node, inner) for each in part.decorators)
    if isinstance(part, cst.ClassDef):
        return part.name.value not in ("Config", "Meta")
    if is_field(part, node, form, module, resolver):
        return False
    if isinstance(part, cst.Expr) and isinstance(part.value, cst.SimpleString | cst.ConcatenatedString):
        return False  # its documentation is kept apart
    if form != PYDANTIC:
        return True
    names = [dotted(each.target) or "" for each in part.targets] if isinstance(part, cst.Assign) else []
    names = [dotted(part.target) or ""] if isinstance(part, cst.AnnAssign) else names
    return not any(name == "model_config" or name.startswith("_") for name in names)


def _is_the_hosts(decorator: cst.Decorator, node: cst.ClassDef, inner: Context) -> bool:
    """Whether it makes of the function something that the library calls: a validator, a serializer, a default."""
    call = decorator.decorator
    name = call.func if isinstance(call, cst.Call) else call
    full = outside(name, inner.module, inner.resolver)
    if full.partition(".")[0] in LIBRARIES:
        return full != _COMPUTED
    first, _, rest = (dotted(name) or "").partition(".")
    own = {
        dotted(part.targets[0].target) if isinstance(part, cst.Assign) else dotted(part.target)
        for part in small_parts(node)
        if isinstance(part, cst.Assign | cst.AnnAssign)
    }
    return rest in ("validator", "default") and first in own


def _kept(line: cst.CSTNode, inner: Context) -> Iterator[tree.Statement]:
    """The statement; of a function, without `@computed_field`, which tells the host alone about it."""
    decorators = line.decorators if isinstance(line, cst.FunctionDef) else ()
    computed = [each for each in decorators if _is_computed(each, inner)]
    if not isinstance(line, cst.FunctionDef) or not computed:
        yield from statement(line, inner)
        return
    kept = [each for each in line.decorators if each not in computed]
    yield from decorated(line, kept, inner, lambda name: translate_function(line, inner, name=name), lambda: ())
    if not kept:
        target = bound(line.name, inner)
        native = tree.Name(span=target.span, id=inner.program.declarations.native("property", "property/1"))
        argument = tree.Argument(kind="positional", value=target)
        yield tree.Assign(
            span=target.span, target=target, value=tree.Call(span=target.span, callee=native, args=(argument,))
        )


def _is_computed(decorator: cst.Decorator, inner: Context) -> bool:
    call = decorator.decorator
    return outside(call.func if isinstance(call, cst.Call) else call, inner.module, inner.resolver) == _COMPUTED
