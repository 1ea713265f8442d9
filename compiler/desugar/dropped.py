"""Let go of generators that stand in the middle of an expression, where CPython does: when what got them is over.

    print(next(rows()))            =>    dropped.0 = rows()
                                         result.0 = next(dropped.0)
                                         abandon.0(dropped.0)
                                         print(result.0)
    any(zip(rows(), more))         =>    dropped.0 = rows()
                                         result.0 = any(zip(dropped.0, more))
                                         abandon.0(dropped.0)

What is called may keep it; then it is not abandoned, and nobody asks again. What goes through it when it is asked
itself (`zip`, another generator) leaves that to the call around it. What is evaluated before the generator is evaluated
before it here, too: into variables, but for what nothing can change. An operand that may never be evaluated
(`a and next(rows())`) is left as it is, and so is what stands behind `*xs` in a call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from waymark.grammar import tree
from waymark.grammar.span import Span

from ..fresh import FreshNames
from .making import assign
from .variables import own_nodes


@dataclass(frozen=True)
class Dropped:
    """What one statement evaluates: `before` are the statements that come first, `names` what it still goes through."""

    makes: Callable[[tree.Expression], bool]
    goes_through: Callable[[tree.Expression], bool]  # of a callee: what it gives holds the iterators that it got
    abandon: Callable[[tree.Name, Span], tree.Statement]
    fresh: FreshNames
    is_fixed: Callable[[str], bool]  # of a name: nothing that is evaluated changes what it stands for
    before: list[tree.Statement] = field(default_factory=list)
    names: list[tree.Name] = field(default_factory=list)

    def statement(self, node: tree.Statement) -> tree.Statement | None:
        """The statement with what it evaluates; None if that is all that it does."""
        made = self._evaluated(node)
        if isinstance(node, tree.For) or any(isinstance(each, tree.Do) for each in self.before):
            return made
        self.before.clear()  # nothing is let go of: what goes through it is kept
        self.names.clear()
        return node

    def _evaluated(self, node: tree.Statement) -> tree.Statement | None:
        match node:
            case tree.Do(value=value):
                made = self.value(value)
                return None if made is not value and isinstance(made, tree.Name) else _with(node, value=made)
            case tree.Assign(value=value) | tree.Return(value=value):
                return _with(node, value=self.value(value))
            case tree.If(test=test):
                return _with(node, test=self.value(test))
            case tree.For(iterable=iterable):
                return _with(node, iterable=self.value(iterable))
        return node

    def value(self, node: tree.Expression) -> tree.Expression:
        """What is left of the value of a statement. A generator that is all of it is the statement's business."""
        if not any(each is not node and self._is_made(each) for each in own_nodes(node)):
            return node
        return self._inside(node) if self.makes(node) else self._over(node)

    def _is_made(self, node: tree.Node) -> bool:
        return isinstance(node, tree.Call) and self.makes(node)

    def _has(self, node: tree.Expression) -> bool:
        return any(self._is_made(each) for each in own_nodes(node))

    def _over(self, node: tree.Expression) -> tree.Expression:
        """A part of a value in which a generator is made: the name of what it came to, if something was called."""
        known = len(self.names)
        over = not isinstance(node, tree.Call) or not self.goes_through(node.callee)
        if isinstance(node, tree.Await) and isinstance(node.value, tree.Call):
            made: tree.Expression = msgspec.structs.replace(node, value=self._inside(node.value))
        else:
            made = self._inside(node)
        if self.makes(node):
            name = self._stored("dropped", made)
            self.names.insert(known, name)  # closing it lets go of those that it goes through
            return name
        if not over or len(self.names) == known or not isinstance(node, tree.Call | tree.Compare | tree.Await):
            return made
        result = self._stored("result", made)
        self.before.extend(self.abandon(name, node.span) for name in self.names[known:])
        del self.names[known:]
        return result

    def _inside(self, node: tree.Expression) -> tree.Expression:
        """The same with its operands evaluated, as far as generators are made in them."""
        match node:
            case tree.Call(callee=callee, args=args):
                stars = [place for place, each in enumerate(args) if "star" in each.kind]
                certain = args[: stars[0] + 1] if stars else args
                callee, *given = self._each([callee, *(each.value for each in certain)])
                made = (msgspec.structs.replace(each, value=value) for each, value in zip(certain, given, strict=True))
                return msgspec.structs.replace(node, callee=callee, args=(*made, *args[len(certain) :]))
            case tree.Tuple(items=items) | tree.List(items=items) | tree.Set(items=items):
                return msgspec.structs.replace(node, items=tuple(self._each(items)))
            case tree.Binary(left=left, right=right) | tree.Compare(left=left, right=right):
                left, right = self._each([left, right])
                return msgspec.structs.replace(node, left=left, right=right)
            case tree.Subscript(value=value, index=index) if not isinstance(index, tree.Slice):
                value, index = self._each([value, index])
                return msgspec.structs.replace(node, value=value, index=index)
            case tree.Attribute(value=value) | tree.Await(value=value) | tree.Yield(value=value):
                return msgspec.structs.replace(node, value=self._each([value])[0])
            case tree.Unary(operand=operand):
                return msgspec.structs.replace(node, operand=self._each([operand])[0])
            case tree.Logical(left=left):
                return msgspec.structs.replace(node, left=self._each([left])[0])
            case tree.Conditional(test=test):
                return msgspec.structs.replace(node, test=self._each([test])[0])
        return node

    def _each(self, operands: Sequence[tree.Expression]) -> list[tree.Expression]:
        """Operands in the order in which they are evaluated."""
        having = [place for place, each in enumerate(operands) if self._has(each)]
        last = having[-1] if having else -1
        made: list[tree.Expression] = []
        for place, each in enumerate(operands):
            value = self._over(each) if place in having else each
            made.append(self._kept(value) if place < last else value)
        return made

    def _kept(self, node: tree.Expression) -> tree.Expression:
        fixed = isinstance(node, tree.Name) and ("." in node.id or self.is_fixed(node.id))
        return node if fixed or isinstance(node, tree.Constant) else self._stored("kept", node)

    def _stored(self, word: str, node: tree.Expression) -> tree.Name:
        name = tree.Name(span=node.span, id=self.fresh(word))
        self.before.append(assign(name, node))
        return name


def _with(node: tree.Statement, **parts: tree.Expression) -> tree.Statement:
    same = all(getattr(node, name) is part for name, part in parts.items())
    return node if same else msgspec.structs.replace(node, **parts)
