"""Lower `with` and `async with` to `try`, with one call of `__exit__` on every way out.

    with lock(key) as held:    =>    enter.0, exit.0 = context_methods.0(lock(key))
        await work(held)             value.0 = enter.0()
                                     inside.0 = True
                                     try {
                                         try {
                                             held = value.0
                                             await work(held)
                                         } catch exc.0 {
                                             inside.0 = False
                                             if not exit.0(type.0(exc.0), exc.0, traceback_of.0(exc.0)) {
                                                 reraise exc.0
                                             }
                                         }
                                     } finally {
                                         if inside.0 {
                                             exit.0(None, None, None)
                                         }
                                     }

The native looks both methods up on the type before the first is called, as CPython does, and has its words for a
missing one. Binding the target is guarded; `__enter__` is not. `inside.0` keeps `__exit__` from being called again when
it raises or does not swallow. A `break`, a `return` and the end of the block go through the last part, where nothing is
handled. With `async with`, the calls are awaited.

Before: a block may hold `with`, one manager each.
After:  none does. `check.tree` asserts it.
"""

from __future__ import annotations

from collections.abc import Iterator

from waymark.grammar import tree
from waymark.grammar.span import Span

from ..fresh import FreshNames
from ..frontend.sugar import With
from .making import assign, call, constant, negated
from .natives import Natives
from .rewrite import replaced


def lower_with_blocks(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` without `with`. What is added carries the span of the manager."""
    natives = Natives(module, fresh)
    return natives.declare(replaced(module, With, lambda node: _lower(node, fresh, natives)))


def _lower(node: With, fresh: FreshNames, natives: Natives) -> Iterator[tree.Statement]:
    span = node.manager.span
    enter, leave, inside = (tree.Name(span=span, id=fresh(word)) for word in ("enter", "exit", "inside"))
    methods = "async_context_methods/1" if node.asynchronous else "context_methods/1"
    yield assign(tree.Targets(span=span, items=(enter, leave)), natives.call(methods, span, node.manager))
    entered: tree.Expression = call(span, enter)
    if node.asynchronous:
        entered = tree.Await(span=span, value=natives.call("async_entered/1", span, entered))
    bind: tree.Block
    if node.target is None:
        yield tree.Do(span=span, value=entered)
        bind = ()
    else:
        value = tree.Name(span=node.target.span, id=fresh("value"))
        yield assign(value, entered)
        bind = (assign(node.target, value),)
    yield assign(inside, constant(span, True))
    caught = tree.Name(span=span, id=fresh("exc"))
    told = (natives.call("type/1", span, caught), caught, natives.call("traceback_of/1", span, caught))
    handler = (
        assign(inside, constant(span, False)),
        tree.If(
            span=span,
            test=negated(_left(node, span, leave, told, natives)),
            body=(tree.Reraise(span=span, error=caught),),
        ),
    )
    guarded = tree.Try(span=node.span, body=(*bind, *node.body), name=caught.id, handler=handler)
    nothing = constant(span, None)
    left = tree.Do(span=span, value=_left(node, span, leave, (nothing, nothing, nothing), natives))
    last = (tree.If(span=span, test=inside, body=(left,)),)
    yield tree.Finally(span=node.span, body=(guarded,), last=last)


def _left(
    node: With, span: Span, leave: tree.Name, told: tuple[tree.Expression, ...], natives: Natives
) -> tree.Expression:
    """The call of `__exit__`."""
    left = call(span, leave, *told)
    return tree.Await(span=span, value=natives.call("async_exited/1", span, left)) if node.asynchronous else left
