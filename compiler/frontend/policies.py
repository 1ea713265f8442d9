"""The policy that `@action(...)` gives all calls of an action: read from the source, and put on each call.

    @action(retry=RetryPolicy(attempts=5), timeout=60)          _policies.give(charge(7), b"...")
    async def charge(order_id): ...                      =>

    @action(retry=POLICY)                                       fn policy.0() { return _policies.of(POLICY, None, ...) }
    async def charge(order_id): ...                      =>     _policies.give(charge(7), policy.0())

What is written out is a constant of the program. Anything else is evaluated by the run, in the module of the action.
What `run_action(...)` says goes over it, when the program runs.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import libcst as cst

from waymark.stdlib.values.policies import BackoffPolicy, RetryPolicy, policy_of

from .bindings import dotted
from .chains import Use
from .constants import constant_value
from .meanings import Action, Constant, Outside
from .modules import Module
from .resolve import Resolver
from .uses import uses_of

PARTS = ("retry", "backoff", "timeout", "deadline")

_MADE: Mapping[str, Any] = {
    "datetime.timedelta": timedelta,
    **{f"waymark.{home}{kind.__name__}": kind for home in ("", "workflow.") for kind in (RetryPolicy, BackoffPolicy)},
}


def uses_of_policy(action: Action, module: Module, resolver: Resolver) -> Iterator[Use]:
    """What a run needs of the action's module to know the policy."""
    said = said_of(action, module, resolver)
    if not said or written(said, module, resolver) is not None:
        return
    for value in said.values():
        uses = uses_of(value, module.scopes, module.scopes.of(module.tree))
        yield from (*uses.now, *uses.later)


def said_of(action: Action, module: Module, resolver: Resolver) -> dict[str, cst.BaseExpression]:
    place = resolver.action_decorator(action.node, module)
    assert place is not None, "an action has a decorator that makes it one"
    decorator = action.node.decorators[place].decorator
    args = decorator.args if isinstance(decorator, cst.Call) else ()
    named = {arg.keyword.value: arg.value for arg in args if arg.keyword is not None}
    return {part: named[part] for part in PARTS if part in named}


# --- what is written out ---


class _Unknown(Exception):
    """Only the run can tell."""


def written(said: Mapping[str, cst.BaseExpression], module: Module, resolver: Resolver) -> bytes | None:
    """The policy, if the text says it all. What Python refuses when the module is imported is left to that."""
    try:
        return policy_of(*(_value(said[part], module, resolver) if part in said else None for part in PARTS))
    except (_Unknown, TypeError, ValueError):
        return None


def _value(node: cst.BaseExpression, module: Module, resolver: Resolver) -> Any:
    def known(name: str) -> tuple[Any] | None:
        meaning = resolver.dotted(name, module)
        return (meaning.value,) if isinstance(meaning, Constant) else None

    found = constant_value(node, known)
    if found is not None:
        return found[0]
    if isinstance(node, cst.List | cst.Tuple | cst.Set):
        return [_value(each.value, module, resolver) for each in node.elements if _is_plain(each)]
    if isinstance(node, cst.Call):
        return _made(node, module, resolver)
    name = dotted(node)
    if name is not None and resolver.dotted(name, module) is None and name not in module.bindings:
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, BaseException):
            return kind
    raise _Unknown


def _is_plain(element: cst.BaseElement) -> bool:
    if isinstance(element, cst.StarredElement):
        raise _Unknown
    return True


def _made(node: cst.Call, module: Module, resolver: Resolver) -> Any:
    meaning = resolver.dotted(dotted(node.func) or "?", module)
    make = _MADE.get(meaning.name) if isinstance(meaning, Outside) else None
    if make is None or any(arg.star for arg in node.args):
        raise _Unknown
    args = [_value(arg.value, module, resolver) for arg in node.args if arg.keyword is None]
    named = {arg.keyword.value: _value(arg.value, module, resolver) for arg in node.args if arg.keyword is not None}
    return make(*args, **named)
