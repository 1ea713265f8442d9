"""Close generators that nobody will go on with, where CPython's reference counts close them.

    def rows():                  =>    gen fn rows() {
        try:                               guard.0()                 the end of the run closes it, if nothing else does
            yield 1                        try { yield 1 } finally { print("closed") }
        finally:                       }
            print("closed")
    for row in rows():                 iterator.0 = iter.0(rows())
        break                          try {
                                           for row of iterator.0 { break }
                                       } finally {
                                           abandon.0(iterator.0)
                                       }
    kept = rows()                      old.0 = held.0                held.0 is None where the function begins
    next(kept)                         kept = rows()
    kept = None                        held.0 = kept
                                       abandon.0(old.0)
                                       next(kept)
                                       kept = None
                                       old.0 = held.0
                                       held.0 = None
                                       abandon.0(old.0)

`abandon` closes a generator that stands at a yield, if nothing refers to it any more. It is asked where a loop over a
call of a guarded generator is left, where a variable that holds one is bound again or deleted, and where its function
returns (the copy in `held.0` keeps it until then); `dropped` is about one in the middle of an expression. A variable
that inner functions share counts if they only read it. A generator is guarded if closing it can be noticed: a `try`
or a `with` is in it, it goes through one that is guarded, or it is asynchronous. Which calls make one is told by the
name that they call.

Before: the body of a guarded generator begins with Guarded.
After:  none does. `check.tree` asserts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from waymark.grammar import tree
from waymark.grammar.span import NOWHERE, Span
from waymark.stdlib.prelude import PROTOCOL

from ..fresh import FreshNames
from ..frontend.sugar import Guarded
from .dropped import Dropped
from .makers import Makers
from .making import assign, call, constant
from .natives import Natives
from .rewrite import inside
from .variables import Variables, declared_in, is_bound_inside, own_nodes

_Shadows = Mapping[str, tree.Name]  # a variable that holds a guarded generator -> the variable that keeps it


def lower_abandoned(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` with what closes abandoned generators. What is added carries the span of what it stands at."""
    natives = Natives(module, fresh)
    pass_ = _Pass(module, fresh, natives)
    functions = tuple(pass_.function(each) for each in module.functions)
    made = msgspec.structs.replace(module, functions=functions, init=pass_.block(module.init, {}))
    return natives.declare(made)


class _Pass:
    def __init__(self, module: tree.Module, fresh: FreshNames, natives: Natives) -> None:
        self._fresh = fresh
        self._natives = natives
        self._makers = Makers(module)
        self._async_iter = [
            each.name
            for each in module.declarations
            if isinstance(each, tree.NativeDecl) and each.key in ("async_iter/1", "async_iterator/1")
        ]
        self._shared = frozenset(each.name for each in module.declarations if isinstance(each, tree.GlobalDecl))
        self._variables = Variables(declared_in(module))

    def function(self, node: tree.Function) -> tree.Function:
        around, self._variables = self._variables, self._variables.inside(node)
        made = self._function(node)
        self._variables = around
        return made

    def _function(self, node: tree.Function) -> tree.Function:
        held = self._held(node)
        shadows = {name: tree.Name(span=NOWHERE, id=self._fresh("held")) for name in held}
        body = self.block(node.body, shadows, node.kind)
        if shadows:
            body = self._kept(body, shadows, node.kind)
        if node.kind == "generator" and node.name in self._makers.names:
            first = 1 if body and _is_text(body[0]) else 0
            guard = call(node.span, self._natives.linked(PROTOCOL, "guard", node.span))
            body = (*body[:first], tree.Do(span=node.span, value=guard), *body[first:])
        return msgspec.structs.replace(node, body=body) if body is not node.body else node

    def _held(self, node: tree.Function) -> list[str]:
        """Its own plain variables that some assignment binds to a guarded generator, in the order of the text."""
        bound: list[tuple[str, tree.Expression]] = []
        for each in own_nodes(node.body):
            match each:
                case tree.Assign(target=tree.Name(id=name), value=value) if "." not in name:
                    bound.append((name, value))
        shared = {*(name for name in node.cells if is_bound_inside(node.body, name)), *node.captures, *self._shared}
        found: set[str] = set()
        while more := {name for name, value in bound if name not in shared and self._gives(value, found)} - found:
            found |= more
        return sorted(found, key=lambda name: min(value.span for each, value in bound if each == name))

    def _gives(self, node: tree.Expression, held: Iterable[str]) -> bool:
        """Whether it may be a guarded generator: a call of one, or a variable that holds one."""
        return self._makers.make(node) or (isinstance(node, tree.Name) and node.id in held)

    def _kept(self, body: tree.Block, shadows: _Shadows, kind: str) -> tree.Block:
        """Each variable's copy is there from the beginning, and let go where the function ends."""
        begin = tuple(assign(shadow, constant(NOWHERE, None)) for shadow in shadows.values())
        end = tuple(self._abandon(shadow, shadow.span) for shadow in shadows.values())
        first = 1 if body and _is_text(body[0]) else 0
        head, rest = body[:first], body[first:]
        if "generator" in kind:  # closing it lets go of its variables, too
            return (*head, *begin, tree.Finally(body=rest, last=end))
        return (*head, *begin, *rest, *(() if rest and isinstance(rest[-1], tree.Return) else end))

    def _is_fixed(self, name: str) -> bool:
        return name in self._makers.names or self._variables.is_fixed(name)

    # --- statements ---

    def block(self, body: tree.Block, shadows: _Shadows, kind: str = "function") -> tree.Block:
        made: list[tree.Statement] = []
        for place, node in enumerate(body):
            new = inside(node, lambda block: self.block(block, shadows, kind)) if not _is_scope(node) else node
            made += self._statement(new, body[max(place - 2, 0) : place], shadows, kind)
        return (
            tuple(made) if len(made) != len(body) or any(a is not b for a, b in zip(made, body, strict=False)) else body
        )

    def _statement(
        self, node: tree.Statement, before: tree.Block, shadows: _Shadows, kind: str
    ) -> Iterator[tree.Statement]:
        dropped = Dropped(self._makers.make, self._makers.go_through, self._abandon, self._fresh, self._is_fixed)
        left = node if kind == "class" or self._begins_async_loop(node) else dropped.statement(node)
        yield from dropped.before
        if left is None:
            return
        made = self._closed(left, before, shadows, kind)
        if isinstance(left, tree.For) and dropped.names:
            last = tuple(self._abandon(name, left.iterable.span) for name in dropped.names)
            yield tree.Finally(span=left.span, body=tuple(made), last=last)
        else:
            yield from made

    def _closed(
        self, node: tree.Statement, before: tree.Block, shadows: _Shadows, kind: str
    ) -> Iterator[tree.Statement]:
        match node:
            case Guarded():
                pass
            case tree.Function():
                yield self.function(node)
            case tree.Class():
                yield msgspec.structs.replace(node, body=self.block(node.body, {}, "class"))
            case tree.Assign(target=tree.Name(id=name) as target, value=value) if name in shadows:
                content = target if self._gives(value, shadows) else constant(node.span, None)
                yield from self._let_go(node, shadows[name], content)
            case tree.Delete(target=tree.Name(id=name)) if name in shadows:
                yield from self._let_go(node, shadows[name], constant(node.span, None))
            case tree.Return(value=value) if shadows and "generator" not in kind:
                yield from self._return(node, value, shadows)
            case tree.For(iterable=iterable) if self._makers.make(iterable):
                yield from self._loop(node, iterable)
            case tree.While() if (iterator := self._async_loop(before)) is not None:
                yield tree.Finally(span=node.span, body=(node,), last=(self._abandon(iterator, node.span),))
            case _:
                yield node

    def _let_go(self, node: tree.Statement, shadow: tree.Name, content: tree.Expression) -> Iterator[tree.Statement]:
        old = tree.Name(span=node.span, id=self._fresh("old"))
        yield assign(old, shadow)
        yield node
        yield tree.Assign(span=node.span, target=shadow, value=content)
        yield self._abandon(old, node.span)

    def _return(self, node: tree.Return, value: tree.Expression, shadows: _Shadows) -> Iterator[tree.Statement]:
        if not isinstance(value, tree.Constant):
            result = tree.Name(span=node.span, id=self._fresh("result"))
            yield assign(result, value)
            node = msgspec.structs.replace(node, value=result)
        for shadow in shadows.values():
            yield self._abandon(shadow, node.span)
        yield node

    def _loop(self, node: tree.For, iterable: tree.Expression) -> Iterator[tree.Statement]:
        span = iterable.span
        iterator = tree.Name(span=span, id=self._fresh("iterator"))
        yield assign(iterator, iterable if node.iterated else self._natives.call("iter/1", span, iterable))
        loop = msgspec.structs.replace(node, iterable=iterator, iterated=True)
        yield tree.Finally(span=node.span, body=(loop,), last=(self._abandon(iterator, span),))

    def _begins_async_loop(self, node: tree.Statement) -> bool:
        match node:
            case tree.Assign(value=tree.Call(callee=tree.Name(id=name))):
                return name in self._async_iter
        return False

    def _async_loop(self, before: tree.Block) -> tree.Name | None:
        """The iterator of the `async for` whose loop stands behind these statements, if it is over a call of one."""
        match before:
            case (
                tree.Assign(
                    target=tree.Name() as iterator,
                    value=tree.Call(callee=tree.Name(id=first), args=(tree.Argument(value=iterable),)),
                ),
                tree.Assign(value=tree.Call(callee=tree.Name(id=second))),
            ) if first in self._async_iter and second in self._async_iter and self._makers.make(iterable):
                return iterator
        return None

    def _abandon(self, name: tree.Name, span: Span) -> tree.Do:
        return tree.Do(span=span, value=call(span, self._natives.linked(PROTOCOL, "abandon", span), name))


def _is_scope(node: tree.Statement) -> bool:
    return isinstance(node, tree.Function | tree.Class)


def _is_text(node: tree.Statement) -> bool:
    match node:
        case tree.Do(value=tree.Constant(value=str())):
            return True
    return False
