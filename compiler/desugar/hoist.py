"""Move a part of an expression into statements before it, and change nothing that a program could notice.

A rule says, for a kind of sugar, which statements must run first and which expression is left. Then

- what is evaluated before the hoisted part is put into names first, from left to right, so that the order stays;
- a part that Python evaluates only sometimes (right of `and` and `or`, in a conditional expression, in the test of a
  `while`) is moved into an `if` or into the loop, so that it still runs only then, and as often (`logic`);
- what is asked for its truth is asked as often as CPython does it;
- what stands inside an inner function stays inside it.

Only expressions that hold sugar are touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from waymark.grammar import tree
from waymark.grammar.span import Span

from ..fresh import FreshNames
from . import logic, spread
from .natives import Natives
from .operands import operands, with_operands
from .rewrite import inside
from .variables import Variables

Before = list[tree.Statement]
Lowered = tuple[Before, tree.Expression]
Rule = Callable[[Any, "Hoist"], Lowered]
Body = TypeVar("Body", tree.Function, tree.Class)


class Hoist:
    """Lowers the sugar of `rules` in one function. The body of a class is a function, too."""

    def __init__(
        self, rules: Mapping[type[tree.Node], Rule], variables: Variables, fresh: FreshNames, natives: Natives
    ) -> None:
        self.variables = variables
        self.fresh = fresh
        self.natives = natives
        self._rules = rules
        self._held: set[str] = (
            set()
        )  # names that are assigned before the expression that they stand in, and never after
        self._holds: dict[int, tuple[tree.Node, bool]] = {}  # by identity; the node keeps its id from being given again

    # --- statements --------------------------------------------------------------------------------------------------

    def block(self, body: tree.Block) -> tree.Block:
        return tuple(made for statement in body for made in self._statement(statement))

    def function(self, node: Body) -> Body:
        """Lower the body of a function or class that stands in this one."""
        inner = Hoist(self._rules, self.variables.inside(node), self.fresh, self.natives)
        return msgspec.structs.replace(node, body=inner.block(node.body))

    def _statement(self, node: tree.Statement) -> Iterator[tree.Statement]:
        match node:
            case tree.Function():
                yield from self._definition(node)
            case tree.Class(bases=bases):
                before, parts = self.sequence(bases)
                yield from before
                yield msgspec.structs.replace(self.function(node), bases=tuple(parts))
            case tree.Assign(target=target, value=value):
                if self.holds(target):
                    yield from self._assign(node)
                else:
                    before, value = self.value(value)
                    yield from before
                    yield msgspec.structs.replace(node, value=value)
            case tree.Update(value=value, target=target) if self.holds(value) or self.holds(target):
                yield from self._update(node)
            case tree.If(test=test) if self.holds(test):
                before, test = self.condition(test)
                yield from before
                yield inside(msgspec.structs.replace(node, test=test), self.block)
            case tree.While(test=test) if self.holds(test):
                yield self._while(node)
            case tree.For(iterable=iterable) if self.holds(iterable):
                before, iterable = self.value(iterable)
                yield from before
                yield inside(msgspec.structs.replace(node, iterable=iterable), self.block)
            case tree.Do() | tree.Return() | tree.Raise() | tree.Reraise() | tree.Delete():
                before, parts = self.sequence(operands(node))
                yield from before
                yield with_operands(node, parts)
            case _:
                yield inside(node, self.block)

    def _definition(self, node: tree.Function) -> Iterator[tree.Statement]:
        """Defaults belong to the function around: those of positional parameters come first, as in Python."""
        optional = [place for place, each in enumerate(node.parameters) if each.default is not None]
        optional.sort(key=lambda place: node.parameters[place].kind == "keyword")
        before, parts = self.sequence([default for place in optional if (default := node.parameters[place].default)])
        yield from before
        parameters = list(node.parameters)
        for place, part in zip(optional, parts, strict=True):
            parameters[place] = msgspec.structs.replace(parameters[place], default=part)
        yield msgspec.structs.replace(self.function(node), parameters=tuple(parameters))

    def _assign(self, node: tree.Assign) -> Iterator[tree.Statement]:
        """The value first, then what the target needs, then the store. Several targets are taken apart first."""
        before, value = self.value(node.value)
        yield from before
        if isinstance(node.target, tree.Targets):
            items = node.target.items
            holders = tuple(self.name("item", item.span) for item in items)
            yield tree.Assign(span=node.span, target=tree.Targets(span=node.target.span, items=holders), value=value)
            for item, holder in zip(items, holders, strict=True):
                yield from self._statement(tree.Assign(span=node.span, target=item, value=holder))
            return
        if not isinstance(value, tree.Constant):
            held = self.name("value", node.span)
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
        old = self.name("old", node.span)
        yield tree.Assign(span=node.span, target=old, value=target)
        before, value = self.value(node.value)
        yield from before
        yield tree.Update(span=node.span, target=old, operator=node.operator, value=value)
        yield tree.Assign(span=node.span, target=target, value=old)

    def _while(self, node: tree.While) -> tree.Statement:
        before, test = self.condition(node.test)
        if not before:
            return tree.While(span=node.span, test=test, body=self.block(node.body))
        span = node.test.span
        leave = tree.If(span=span, test=logic.negated(test), body=(tree.Break(span=span),))
        endless = tree.Constant(span=span, value=True)
        return tree.While(span=node.span, test=endless, body=(*before, leave, *self.block(node.body)))

    # --- expressions -------------------------------------------------------------------------------------------------

    def value(self, node: tree.Expression) -> Lowered:
        """Return what must run before, and the expression that is left."""
        if not self.holds(node):
            return [], node
        rule = self._rules.get(type(node))
        if rule is not None:
            return self._and_then(rule(node, self), self.value)
        match node:
            case tree.Logical():
                return logic.logical(self, node)
            case tree.Conditional():
                return logic.conditional(self, node)
            case tree.Call(args=args) if spread.is_spread(args):
                return spread.call(self, node)
        before, parts = self.sequence(operands(node))
        return before, with_operands(node, parts)

    def condition(self, node: tree.Expression) -> Lowered:
        """As `value`, for an expression that is only asked for its truth."""
        if not self.holds(node):
            return [], node
        rule = self._rules.get(type(node))
        if rule is not None:
            return self._and_then(rule(node, self), self.condition)
        match node:
            case tree.Unary(operator="not", operand=operand):
                before, operand = self.condition(operand)
                return before, msgspec.structs.replace(node, operand=operand)
            case tree.Logical():
                return logic.logical_condition(self, node)
            case tree.Conditional():
                return logic.conditional_condition(self, node)
        return self.value(node)

    def sequence(self, nodes: Sequence[tree.Expression], *, keep: bool = False) -> tuple[Before, list[tree.Expression]]:
        """Lower operands that are evaluated one after the other. With `keep` all of them are put into names."""
        return self.ordered([self.value(node) for node in nodes], keep=keep)

    def ordered(self, lowered: Sequence[Lowered], *, keep: bool = False) -> tuple[Before, list[tree.Expression]]:
        """Join the statements of operands; what is evaluated before the last of them is put into names.

        Nothing is, for the sake of an inner function without defaults: that it is made earlier cannot be noticed.
        """
        noticed = [place for place, (before, _) in enumerate(lowered) if not all(map(_is_silent, before))]
        last = max(noticed, default=-1)
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
            case tree.Name(id=name) if self._is_fixed(name):
                return node
            case tree.Slice():  # no value of its own
                return with_operands(node, [self.hold(part, before) for part in operands(node)])  # type: ignore[no-any-return]
            case tree.Tuple(items=items) if any(isinstance(item, tree.Slice) for item in items):
                return with_operands(node, [self.hold(item, before) for item in items])  # type: ignore[no-any-return]
        holder = self.name(word, node.span)
        self._held.add(holder.id)
        before.append(tree.Assign(span=node.span, target=holder, value=node))
        return holder

    def _is_fixed(self, name: str) -> bool:
        return name in self._held or self.variables.is_fixed(name) or self.natives.is_name(name)

    def settled(self, name: tree.Name) -> tree.Name:
        """Say that all assignments to a name stand in the statements before; so it needs no other name to hold it."""
        self._held.add(name.id)
        return name

    def holds(self, node: tree.Node) -> bool:
        """Whether sugar of the rules stands anywhere in an expression."""
        known = self._holds.get(id(node))
        if known is None:
            found = type(node) in self._rules or any(map(self.holds, operands(node)))
            known = self._holds[id(node)] = (node, found)
        return known[1]

    def name(self, word: str, span: Span) -> tree.Name:
        """A new variable."""
        return tree.Name(span=span, id=self.fresh(word))

    def _and_then(self, lowered: Lowered, again: Callable[[tree.Expression], Lowered]) -> Lowered:
        before, left = lowered
        more, node = again(left)
        return before + more, node


def _is_silent(node: tree.Statement) -> bool:
    return isinstance(node, tree.Function) and all(each.default is None for each in node.parameters)
