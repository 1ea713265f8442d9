"""Calls. What is called decides everything, so it is resolved before the arguments are looked at.

charge(order_id)          an action: a declaration, and its arguments are checked here
asyncio.sleep(5)          the prelude's
len(items)                a builtin of the catalogue
anything else             refused, for the reason that its name gives
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from waymark.grammar import tree
from waymark.stdlib.catalogue import BUILTINS

from .bindings import dotted
from .context import Context
from .dispatch import expression, problem, translates
from .expressions import refuse_attribute
from .names import is_local, meaning_of, refused_meaning, undefined
from .resolve import Action, Meaning, Outside
from .signatures import Given, Signature, misfits

ASYNCIO = "waymark.prelude.asyncio"
# What of asyncio is compiled, with the parameters that CPython documents.
PRELUDE: dict[str, tuple[str, Signature]] = {
    "asyncio.sleep": ("sleep", (("delay", "either", False), ("result", "either", True))),
    "asyncio.tasks.sleep": ("sleep", (("delay", "either", False), ("result", "either", True))),
}


@translates(cst.Call)
def _call(node: cst.Call, context: Context) -> tree.Expression:
    span = context.span(node)
    meaning = meaning_of(node.func, context)
    args = tuple(_arguments(node, context))
    match meaning:
        case Action(signature=signature):
            callee = context.declarations.action(meaning)
            _check(node, signature, args, context)
        case Outside(name=name) if name in PRELUDE:
            export, signature = PRELUDE[name]
            callee = context.declarations.link(ASYNCIO, export)
            _check(node, signature, args, context)
        case Outside(name=name) if name.startswith("builtins.") and name.removeprefix("builtins.") in BUILTINS:
            builtin = name.removeprefix("builtins.")
            callee = context.declarations.native(builtin, BUILTINS[builtin])
            for part in node.args:
                if part.keyword is not None:
                    context.refuse(problem(part, context, f"an argument by keyword for the builtin `{builtin}`"))
        case _:
            return _refuse(node, meaning, context)
    return tree.Call(span=span, callee=tree.Name(span=context.span(node.func), id=callee), args=args)


def _arguments(node: cst.Call, context: Context) -> Iterator[tree.Argument]:
    for arg in node.args:
        if arg.star:
            context.refuse_construct(arg, f"unpacking with `{arg.star}` in a call")
        value = expression(arg.value, context)
        if arg.keyword is None:
            yield tree.Argument(kind="positional", value=value)
        else:
            yield tree.Argument(kind="keyword", value=value, name=context.scope.name(arg.keyword.value))


def _check(node: cst.Call, signature: Signature, args: tuple[tree.Argument, ...], context: Context) -> None:
    if any(arg.star for arg in node.args):
        return
    given = [Given(arg.name, context.span(part)) for arg, part in zip(args, node.args, strict=True)]
    call = dotted(node.func) or ""
    for misfit in misfits(call, signature, given, context.path, context.span(node)):
        context.refuse(misfit)


def _refuse(node: cst.Call, meaning: Meaning | None, context: Context) -> tree.Expression:
    """Report a call of something that cannot be called in a workflow."""
    func = node.func
    if meaning is not None:
        return context.refuse(refused_meaning(func, meaning, context, called=True, span=context.span(node)))
    if isinstance(func, cst.Attribute):
        return refuse_attribute(func, context, called=True)
    if isinstance(func, cst.Name) and not is_local(func, context):
        return context.refuse(undefined(func, context.scope.name(func.value), context))
    return context.refuse(problem(node, context, "a call of a value"))
