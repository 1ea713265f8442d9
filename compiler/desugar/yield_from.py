"""Lower `yield from` to the loop that it stands for: what comes in goes to the inner iterator, what it gives comes out.

    total = yield from rows()    =>    iterator.0 = delegate.0(rows())
                                       sent.0 = None
                                       while True {
                                           try {
                                               item.0 = yield_step.0(...)          `next` or `send`
                                           } catch exc.0 {
                                               if exception_matches.0(exc.0, StopIteration.0) {
                                                   result.0 = exc.0.value
                                                   break
                                               }
                                               reraise exc.0
                                           }
                                           thrown.0 = None
                                           try { sent.0 = yield item.0 } catch exc.1 {
                                               thrown.0 = thrown_in.0(iterator.0, exc.1)
                                           }
                                           if thrown.0 is not None { ... }         `close` or `throw`, if it has them
                                       }
                                       total = result.0

An exception that is thrown in goes to the inner iterator's `throw`; a GeneratorExit closes it first and then goes on.
Its methods are called outside of the handlers, so that no context is added to what they raise.

Before: an expression may hold YieldFrom.
After:  it holds none. `check.tree` asserts it.
"""

from __future__ import annotations

from waymark.grammar import tree
from waymark.grammar.span import Span

from ..frontend import sugar
from .hoist import Hoist, Lowered
from .making import assign, call, constant


def lower_yield_from(node: sugar.YieldFrom, hoist: Hoist) -> Lowered:
    before, value = hoist.value(node.value)
    made = _Delegation(node.span, hoist)
    before.append(assign(made.iterator, hoist.natives.call("delegate/1", node.span, value)))
    before += [assign(made.sent, constant(node.span, None)), assign(made.throw, constant(node.span, None))]
    body = (made.step(), *made.exchange())
    before.append(tree.While(span=node.span, test=constant(node.span, True), body=body))
    return before, made.result


class _Delegation:
    """The names of one `yield from`, and the parts of its loop."""

    def __init__(self, span: Span, hoist: Hoist) -> None:
        self._span = span
        self._natives = hoist.natives
        names = ("iterator", "sent", "throw", "item", "thrown", "result", "exc", "exc", "close")
        made = [hoist.name(word, span) for word in names]
        self.iterator, self.sent, self.throw, self._item, self._thrown, self.result = made[:6]
        self._ended, self._caught, self._close = made[6:]
        hoist.settled(self.result)

    def step(self) -> tree.Try:
        """Ask the inner iterator for an item: by `throw` if an exception came in, by `send` if a value did."""
        iterator = self.iterator
        sending = call(self._span, self._attribute(iterator, "send"), self.sent)
        asking = self._natives.call("next/1", self._span, iterator)
        handed = (tree.Argument(kind="star", value=self._thrown),)
        throwing = tree.Call(span=self._span, callee=self.throw, args=handed)
        by_value = self._if_none(self.sent, (assign(self._item, asking),), (assign(self._item, sending),))
        by_any = self._if_none(self.throw, (by_value,), (assign(self._item, throwing),))
        matches = self._natives.call("exception_matches/1", self._span, self._ended, self._native("StopIteration/1"))
        result = assign(self.result, self._attribute(self._ended, "value"))
        ended = tree.If(span=self._span, test=matches, body=(result, tree.Break(span=self._span)))
        again = tree.Reraise(span=self._span, error=self._ended)
        return tree.Try(span=self._span, body=(by_any,), name=self._ended.id, handler=(ended, again))

    def exchange(self) -> tree.Block:
        """Give the item out, and see what comes in."""
        given = tree.Yield(span=self._span, value=self._item)
        nothing = constant(self._span, None)
        taken = tree.Try(
            span=self._span,
            body=(assign(self.sent, given),),
            name=self._caught.id,
            handler=(assign(self._thrown, self._native_of("thrown_in/1", self.iterator, self._caught)),),
        )
        came = self._if_none(self._thrown, (), self._came())
        return assign(self._thrown, nothing), assign(self.throw, nothing), taken, came

    def _came(self) -> tree.Block:
        """An exception came in. What has no `throw` lets it pass."""
        onward = tree.Reraise(span=self._span, error=self._native_of("thrown_made/1", self._thrown))
        closing = tree.Do(span=self._span, value=call(self._span, self._close))
        matches = self._native_of("thrown_leaves/1", self._thrown)
        leave = (self._method(self._close, "close"), self._if_none(self._close, (), (closing,)), onward)
        return (
            tree.If(span=self._span, test=matches, body=leave),
            self._method(self.throw, "throw"),
            self._if_none(self.throw, (onward,), ()),
        )

    def _method(self, target: tree.Name, name: str) -> tree.Assign:
        text, nothing = tree.Constant(span=self._span, value=name), constant(self._span, None)
        return assign(target, self._natives.call("getattr/1", self._span, self.iterator, text, nothing))

    def _attribute(self, node: tree.Expression, name: str) -> tree.Attribute:
        return tree.Attribute(span=self._span, value=node, name=name)

    def _native_of(self, key: str, *args: tree.Expression) -> tree.Expression:
        return self._natives.call(key, self._span, *args)

    def _native(self, key: str) -> tree.Name:
        return self._natives.name(key, self._span)

    def _if_none(self, node: tree.Expression, body: tree.Block, orelse: tree.Block) -> tree.If:
        span, nothing = self._span, constant(self._span, None)
        if body:
            return tree.If(
                span=span,
                test=tree.Compare(span=span, operator="is", left=node, right=nothing),
                body=body,
                orelse=orelse,
            )
        return tree.If(
            span=span, test=tree.Compare(span=span, operator="is not", left=node, right=nothing), body=orelse
        )
