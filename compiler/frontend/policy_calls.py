"""Calls of actions whose decorator says a policy: it is put on the call, which has not begun; see `policies.py`."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from waymark.grammar import tree

from .context import Context
from .dispatch import expression
from .meanings import Action
from .modules import Module
from .policies import PARTS, said_of, written

GIVE = ("give", "_policies.give/1")
OF = ("of", "_policies.of/1")


def with_policy(call: tree.Call, action: Action, context: Context) -> tree.Expression:
    """The call of an action, under the policy that its decorator says."""
    module = context.program.module(action.module)
    said = said_of(action, module, context.resolver)
    if not said:
        return call
    span = call.span
    policy: tree.Expression
    known = written(said, module, context.resolver)
    if known is not None:
        policy = tree.Constant(span=span, value=known)
    else:
        policy = tree.Call(span=span, callee=tree.Name(span=span, id=_function(action, said, module, context)))
    given = tuple(tree.Argument(kind="positional", value=each) for each in (call, policy))
    return tree.Call(span=span, callee=tree.Name(span=span, id=context.program.declarations.native(*GIVE)), args=given)


def _function(action: Action, said: Mapping[str, cst.BaseExpression], module: Module, context: Context) -> str:
    """The static function that evaluates the policy; made when it is first asked for."""
    program = context.program
    known = program.policies.get(action.key)
    if known is not None:
        return known
    program.follow(module.name)
    name = program.policies[action.key] = program.declarations.unused(context.fresh("policy"))
    top = Context(
        module.source,
        module,
        context.resolver,
        module.scopes,
        context.declarations,
        context.fresh,
        context.problems,
        program=program,
    )
    span = top.span(action.node.name)
    values = [expression(said[part], top) if part in said else tree.Constant(span=span, value=None) for part in PARTS]
    args = tuple(tree.Argument(kind="positional", value=value) for value in values)
    of = tree.Name(span=span, id=program.declarations.native(*OF))
    body = (tree.Return(span=span, value=tree.Call(span=span, callee=of, args=args)),)
    qualname = f"the policy of {action.name}"
    program.add(tree.Function(span=span, name=name, parameters=(), body=body, qualname=qualname), module.name)
    return name
