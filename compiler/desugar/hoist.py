"""Move a part of an expression into statements before it, and change nothing that a program could notice.

A pass hands in rules: for a kind of sugar, the statements that must run first and the expression that is left. Then

- what is evaluated before the hoisted part is put into names first, from left to right, so that the order stays;
- a part that Python evaluates only sometimes (right of `and` and `or`, in a conditional expression, in the test of a
  `while`) is moved into an `if` or into the loop, so that it still runs only then, and as often;
- what is asked for its truth is asked once, as CPython does it.

Only expressions that hold sugar are touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from waymark.grammar import tree
from waymark.grammar.span import Span

from ..fresh import FreshNames
from .operands import operands, with_operands
from .rewrite import inside

Before = list[tree.Statement]
Lowered = tuple[Before, tree.Expression]
Rule = Callable[[Any, "Hoist"], Lowered]


class Hoist:
    """Lowers the sugar of `rules` in one function. `stable` are the names that are bound from its start to its end."""

    def __init__(self, rules: Mapping[type[tree.Node], Rule], stable: frozenset[str], fresh: FreshNames) -> None:
        self._rules = rules
        self._stable = stable
        self._fresh = fresh
        self._held: set[str] = set()  # names that `hold` made; each is assigned once

    # --- statements --------------------------------------------------------------------------------------------------

    def block(self, body: tree.Block) -> tree.Block:
        return tuple(made for statement in body for made in self._statement(inside(statement, self.block)))

    def _statement(self, node: tree.Statement) -> Iterator[tree.Statement]:
        match node:
            case tree.Assign(target=target, value=value):
                if self.holds(target):
                    yield from self._assign(node)
                else:
                    before, value = self.value(value)
                    yield from before
                    yield msgspec.structs.replace(node, value=value)
            case tree.Update(value=value) if self.holds(value) or self.holds(node.target):
                yield from self._update(node)
            case tree.If(test=test) if self.holds(test):
                before, test = self.condition(test)
                yield from before
                yield msgspec.structs.replace(node, test=test)
            case tree.While(test=test) if self.holds(test):
                yield self._while(node)
            case tree.For(iterable=iterable) if self.holds(iterable):
                before, iterable = self.value(iterable)
                yield from before
                yield msgspec.structs.replace(node, iterable=iterable)
            case tree.Do() | tree.Return() | tree.Raise() | tree.Reraise() | tree.Delete():
                before, parts = self.sequence(operands(node))
                yield from before
                yield with_operands(node, parts)
            case _:
                yield node

    def _assign(self, node: tree.Assign) -> Iterator[tree.Statement]:
        """The value first, then what the target needs, then the store. Several targets are taken apart first."""
        before, value = self.value(node.value)
        yield from before
        if isinstance(node.target, tree.Targets):
            items = node.target.items
            holders = tuple(self._name("item", item.span) for item in items)
            yield tree.Assign(span=node.span, target=tree.Targets(span=node.target.span, items=holders), value=value)
            for item, holder in zip(items, holders, strict=True):
                yield from self._statement(tree.Assign(span=node.span, target=item, value=holder))
            return
        if not isinstance(value, tree.Constant):
            held = self._name("value", node.span)
            yield tree.Assign(span=node.span, target=held, value=value)
            value = held
        before, parts = self.sequence(operands(node.target))
        yield from before
        yield tree.Assign(span=node.span, target=with_operands(node.target, parts), value=value)

    def _update(self, node: tree.Update) -> Iterator[tree.Statement]:
        """`c[k] += v`: container and key, the old item, then `v`, then the operation, then the store."""
        before, parts = self.sequence(operands(node.target), keep=True)
        yield from before
        target = with_operands(node.target, parts)
        old = self._name("old", node.span)
        yield tree.Assign(span=node.span, target=old, value=target)
        before, value = self.value(node.value)
        yield from before
        yield tree.Update(span=node.span, target=old, operator=node.operator, value=value)
        yield tree.Assign(span=node.span, target=target, value=old)

    def _while(self, node: tree.While) -> tree.Statement:
        before, test = self.condition(node.test)
        span = node.test.span
        leave = tree.If(
            span=span, test=tree.Unary(span=span, operator="not", operand=test), body=(tree.Break(span=span),)
        )
        return tree.While(span=node.span, test=tree.Constant(span=span, value=True), body=(*before, leave, *node.body))

    # --- expressions -------------------------------------------------------------------------------------------------

    def value(self, node: tree.Expression) -> Lowered:
        """Return what must run before, and the expression that is left."""
        if not self.holds(node):
            return [], node
        rule = self._rules.get(type(node))
        if rule is not None:
            return self._and_then(rule(node, self), self.value)
        if isinstance(node, tree.Logical):
            return self._logical(node)
        if isinstance(node, tree.Conditional):
            return self._conditional(node)
        before, parts = self.sequence(operands(node))
        return before, with_operands(node, parts)

    def condition(self, node: tree.Expression) -> Lowered:
        """As `value`, for an expression that is only asked for its truth."""
        if not self.holds(node):
            return [], node
        rule = self._rules.get(type(node))
        if rule is not None:
            return self._and_then(rule(node, self), self.condition)
        if isinstance(node, tree.Unary) and node.operator == "not":
            before, operand = self.condition(node.operand)
            return before, msgspec.structs.replace(node, operand=operand)
        return self._logical_condition(node) if isinstance(node, tree.Logical) else self.value(node)

    def sequence(self, nodes: Sequence[tree.Expression], *, keep: bool = False) -> tuple[Before, list[tree.Expression]]:
        """Lower operands that are evaluated one after the other. With `keep` all of them are put into names."""
        lowered = [self.value(node) for node in nodes]
        last = max((place for place, (before, _) in enumerate(lowered) if before), default=-1)
        done: Before = []
        parts: list[tree.Expression] = []
        for place, (before, part) in enumerate(lowered):
            done += before
            parts.append(self.hold(part, done) if keep or place < last else part)
        return done, parts

    def hold(self, node: tree.Expression, before: Before, word: str = "held") -> tree.Expression:
        """Return an expression that may be evaluated later, and twice, and gives what `node` gives now."""
        match node:
            case tree.Constant():
                return node
            case tree.Name(id=name) if name in self._stable or name in self._held:
                return node
            case tree.Slice():  # no value of its own
                return with_operands(node, [self.hold(part, before) for part in operands(node)])  # type: ignore[no-any-return]
            case tree.Tuple(items=items) if any(isinstance(item, tree.Slice) for item in items):
                return with_operands(node, [self.hold(item, before) for item in items])  # type: ignore[no-any-return]
        holder = self._name(word, node.span)
        self._held.add(holder.id)
        before.append(tree.Assign(span=node.span, target=holder, value=node))
        return holder

    def _and_then(self, lowered: Lowered, again: Callable[[tree.Expression], Lowered]) -> Lowered:
        before, left = lowered
        more, node = again(left)
        return before + more, node

    def _logical(self, node: tree.Logical) -> Lowered:
        before, left = self.value(node.left)
        more, right = self.value(node.right)
        if not more:
            return before, msgspec.structs.replace(node, left=left, right=right)
        result = self._name("either", node.span)
        test: tree.Expression = result if node.operator == "and" else self._negated(result)
        before.append(tree.Assign(span=node.span, target=result, value=left))
        body = (*more, tree.Assign(span=node.span, target=result, value=right))
        return [*before, tree.If(span=node.span, test=test, body=body)], result

    def _logical_condition(self, node: tree.Logical) -> Lowered:
        before, left = self.condition(node.left)
        more, right = self.condition(node.right)
        if not more:
            return before, msgspec.structs.replace(node, left=left, right=right)
        result = self._name("test", node.span)
        if node.operator == "or":
            left, right = self._negated(left), self._negated(right)

        def answer(value: bool) -> tree.Assign:
            return tree.Assign(span=node.span, target=result, value=tree.Constant(span=node.span, value=value))

        # `or` is left undecided while both are false, `and` while both are true: the other way round, the same shape.
        decided = node.operator == "or"
        inner = tree.If(span=node.span, test=right, body=(answer(not decided),))
        outer = tree.If(span=node.span, test=left, body=(*more, inner))
        return [*before, answer(decided), outer], result

    def _conditional(self, node: tree.Conditional) -> Lowered:
        before, test = self.condition(node.test)
        (first, body), (second, orelse) = self.value(node.body), self.value(node.orelse)
        if not first and not second:
            return before, tree.Conditional(span=node.span, test=test, body=body, orelse=orelse)
        result = self._name("either", node.span)

        def answer(value: tree.Expression) -> tree.Assign:
            return tree.Assign(span=node.span, target=result, value=value)

        branch = tree.If(span=node.span, test=test, body=(*first, answer(body)), orelse=(*second, answer(orelse)))
        return [*before, branch], result

    def holds(self, node: tree.Node) -> bool:
        """Whether sugar of the rules stands anywhere in an expression."""
        waiting: list[tree.Node] = [node]
        while waiting:
            node = waiting.pop()
            if type(node) in self._rules:
                return True
            waiting += operands(node)
        return False

    def _name(self, word: str, span: Span) -> tree.Name:
        return tree.Name(span=span, id=self._fresh(word))

    @staticmethod
    def _negated(node: tree.Expression) -> tree.Expression:
        return tree.Unary(span=node.span, operator="not", operand=node)
