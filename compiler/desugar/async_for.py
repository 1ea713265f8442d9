"""Lower `async for` to a `while` that awaits each item, until StopAsyncIteration.

    async for name, price in feed():    =>    iterator.0 = async_iter.0(feed())
        total += price                        iterator.0 = async_iterator.0(iterator.0())
                                              while True {
                                                  try {
                                                      item.0 = await async_item.0(async_next.0(iterator.0)())
                                                  } catch exc.0 {
                                                      if exception_matches.0(exc.0, StopAsyncIteration.0) {
                                                          break
                                                      }
                                                      reraise exc.0
                                                  }
                                                  name, price = item.0
                                                  total += price
                                              }

The natives look `__aiter__` and `__anext__` up on the type, and check what comes back; the program's methods are called
by the code around them. Only asking for an item ends the loop: a StopAsyncIteration from the body or from the target
goes on. A variable is bound without going through `item.0`.

Before: a loop may be an `async for`; its `else` is gone.
After:  it is a `while`. `check.tree` asserts it.
"""

from __future__ import annotations

from collections.abc import Iterator

from waymark.grammar import tree

from ..fresh import FreshNames
from ..frontend.sugar import AsyncFor
from .making import assign, call, constant
from .natives import Natives
from .rewrite import replaced


def lower_async_for(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` without `async for`. What is added carries the span of the iterable or of the target."""
    natives = Natives(module, fresh)
    return natives.declare(replaced(module, AsyncFor, lambda node: async_loop(node, fresh, natives)))


def async_loop(
    node: AsyncFor, fresh: FreshNames, natives: Natives, *, iterated: bool = False
) -> Iterator[tree.Statement]:
    """Return the loop as statements of WRL; its target may still be sugar. `iterated`: it is over an iterator."""
    span = node.iterable.span
    iterator = tree.Name(span=span, id=fresh("iterator"))
    if iterated:
        yield assign(iterator, node.iterable)
    else:
        yield assign(iterator, natives.call("async_iter/1", span, node.iterable))
        yield assign(iterator, natives.call("async_iterator/1", span, call(span, iterator)))
    item = node.target if isinstance(node.target, tree.Name) else tree.Name(span=node.target.span, id=fresh("item"))
    bind = () if item is node.target else (assign(node.target, item),)
    body = (_next(iterator, item, fresh, natives), *bind, *node.body)
    yield tree.While(span=node.span, test=constant(node.span, True), body=body)


def _next(iterator: tree.Name, item: tree.Name, fresh: FreshNames, natives: Natives) -> tree.Try:
    span = iterator.span
    asked = call(span, natives.call("async_next/1", span, iterator))
    value = tree.Await(span=span, value=natives.call("async_item/1", span, asked))
    caught = tree.Name(span=span, id=fresh("exc"))
    ended = natives.call("exception_matches/1", span, caught, natives.name("StopAsyncIteration/1", span))
    return tree.Try(
        span=span,
        body=(assign(item, value),),
        name=caught.id,
        handler=(
            tree.If(span=span, test=ended, body=(tree.Break(span=span),)),
            tree.Reraise(span=span, error=caught),
        ),
    )
