"""Calls. What is called decides everything, so it is resolved before the arguments are looked at.

charge(order_id)          an action: a declaration, and its arguments are checked here
asyncio.sleep(5)          the prelude's, and its arguments are checked, too
open("prices.csv")        something outside that no workflow may touch: refused, as a call
anything else             whatever the expression gives, at run time
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import libcst as cst

from waymark.grammar import tree

from .bindings import dotted, identifier
from .children import child, child_signature
from .classes import zero_argument_super
from .context import Context
from .dispatch import expression, translates
from .names import is_builtin, meaning_of, reference, refused_meaning
from .policy_calls import with_policy
from .resolve import Action, Meaning, Outside, WorkflowClass
from .signatures import Given, Signature, misfits
from .typing_only import cast_value
from .values import is_value

_SLEEP: Signature = (("delay", "either", False), ("result", "either", True))
# What of asyncio is compiled, with the parameters that CPython documents.
SIGNATURES: Mapping[str, Signature] = {"asyncio.sleep": _SLEEP, "asyncio.tasks.sleep": _SLEEP}

_KINDS: Mapping[str, Literal["positional", "star", "double_star"]] = {
    "": "positional",
    "*": "star",
    "**": "double_star",
}


# Builtins that may be given a workflow class.
_OF_CLASSES = ("isinstance", "issubclass", "super")


@translates(cst.Call)
def _call(node: cst.Call, context: Context) -> tree.Expression:
    cast = cast_value(node, context)
    if cast is not None:
        return cast
    meaning = meaning_of(node.func, context)
    if isinstance(meaning, WorkflowClass):
        return child(node, meaning, context)
    _check_child(node, context)
    callee = _callee(node, meaning, context)
    args = tuple(_arguments(node, context, any(is_builtin(node.func, name, context) for name in _OF_CLASSES)))
    if not args and isinstance(node.func, cst.Name) and is_builtin(node.func, "super", context):
        args = zero_argument_super(node, context)
    call = tree.Call(span=context.span(node), callee=callee, args=args)
    return with_policy(call, meaning, context) if isinstance(meaning, Action) else call


def _check_child(node: cst.Call, context: Context) -> None:
    """`Child().run(...)`: whether the arguments are those of the workflow's `run`."""
    if isinstance(node.func, cst.Attribute) and isinstance(node.func.value, cst.Call):
        meaning = meaning_of(node.func.value.func, context)
        if isinstance(meaning, WorkflowClass):
            signature = child_signature(node.func, meaning, context)
            if signature is not None:
                _check(node, signature, context, f"{meaning.name}().{node.func.attr.value}")


def _callee(node: cst.Call, meaning: Meaning | None, context: Context) -> tree.Expression:
    func, span = node.func, context.span(node.func)
    match meaning:
        case Action(signature=signature):
            _check(node, signature, context)
            return tree.Name(span=span, id=context.declarations.action(meaning))
        case Outside(name=name) if is_value(meaning):
            if name in SIGNATURES:
                _check(node, SIGNATURES[name], context)
            return expression(func, context)
        case Outside():
            return context.refuse(refused_meaning(func, meaning, context, called=True, span=context.span(node)))
        case _:
            return expression(func, context)


def _arguments(node: cst.Call, context: Context, of_classes: bool = False) -> Iterator[tree.Argument]:
    """In the order of evaluation: what is positional first, wherever it stands. `f(k=g(), *h())` calls `h` first."""
    for arg in sorted(node.args, key=lambda arg: arg.keyword is not None or arg.star == "**"):
        value = reference(arg.value, context) if of_classes else expression(arg.value, context)
        if arg.keyword is not None:
            yield tree.Argument(kind="keyword", value=value, name=identifier(arg.keyword.value))  # never mangled
        else:
            yield tree.Argument(kind=_KINDS[arg.star], value=value)


def _check(node: cst.Call, signature: Signature, context: Context, called: str = "") -> None:
    """Compare arguments with the parameters of what is known to be called, unless a star hides some of them."""
    if any(arg.star for arg in node.args):
        return
    given = [
        Given("" if arg.keyword is None else identifier(arg.keyword.value), context.span(arg)) for arg in node.args
    ]
    call = called or dotted(node.func) or ""
    for misfit in misfits(call, signature, given, context.path, context.span(node)):
        context.refuse(misfit)
