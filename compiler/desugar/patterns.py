"""Patterns of `match` as steps: tests that must hold, and statements between them, in CPython's order.

    [0, *rest]          is_sequence(s) and len(s) >= 1;  item.0, *item.1 = s;  item.0 == 0;  rest is item.1
    [*_, last]          is_sequence(s) and len(s) >= 1;  item.0 = s[len(s) - 1];  last is item.0
    {"k": v, **more}    is_mapping(s) and len(s) >= 1;  keys.0 = ("k",);  values.0 = mapping_values(s, keys.0);
                        values.0 is not None;  item.0, = values.0;  v is item.0;  rest.0 = mapping_rest(s, keys.0)
    int(n)              matches_class(s, int);  n is s
    Point(0, y=here)    kind.0 = Point;  matches_class(s, kind.0);  values.0 = class_attributes(s, kind.0, 1, ("y",));
                        values.0 is not None;  item.0, item.1 = values.0;  item.0 == 0;  here is item.1
    1 | 2               s == 1 or s == 2
    [x] | x             matched.0 = False;  if <[x]> { x.0 = item.0; matched.0 = True };  ...;  matched.0;  x is x.0

What a pattern captures is noted, for whoever binds it when all has matched. `desugar/match_cases.py` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from waymark.grammar import tree
from waymark.grammar.span import Span

from ..fresh import FreshNames
from ..frontend import match_sugar, sugar
from .making import assign, call, constant, negated
from .natives import Natives
from .steps import Step, Test, any_of, joined, nested, only_test

Captured = list[tuple[tree.Name, tree.Expression]]

_ITSELF = frozenset(f"{name}/1" for name in "bool bytearray bytes dict float frozenset int list set str tuple".split())
PATTERNS = "waymark.prelude.patterns"


class Patterns:
    """Makes the steps of patterns, in one module."""

    def __init__(self, module: tree.Module, fresh: FreshNames, natives: Natives) -> None:
        self._fresh = fresh
        self._natives = natives
        self._builtins = {
            each.name for each in module.declarations if isinstance(each, tree.NativeDecl) and each.key in _ITSELF
        }
        self._captured: Captured = []

    def of(self, node: match_sugar.Pattern, value: tree.Name) -> tuple[list[Step], Captured]:
        """The steps by which the value is matched, and what the pattern's variables are to be bound to."""
        outer, self._captured = self._captured, []
        steps = joined(self._steps(node, value))
        captured, self._captured = self._captured, outer
        return steps, captured

    def _steps(self, node: match_sugar.Pattern, value: tree.Name) -> Iterator[Step]:
        span = node.span
        match node:
            case match_sugar.MatchAs():
                if node.pattern is not None:
                    yield from self._steps(node.pattern, value)
                if node.name is not None:
                    self._captured.append((node.name, value))
            case match_sugar.MatchStar():
                if node.name is not None:
                    self._captured.append((node.name, value))
            case match_sugar.MatchValue():
                yield Test(tree.Compare(span=span, operator="==", left=value, right=node.value))
            case match_sugar.MatchSingleton():
                yield Test(tree.Compare(span=span, operator="is", left=value, right=node.value))
            case match_sugar.MatchSequence():
                yield from self._sequence(node, value)
            case match_sugar.MatchMapping():
                yield from self._mapping(node, value)
            case match_sugar.MatchClass():
                yield from self._class(node, value)
            case match_sugar.MatchOr():
                yield from self._alternatives(node, value)

    # --- sequences ---------------------------------------------------------------------------------------------------

    def _sequence(self, node: match_sugar.MatchSequence, value: tree.Name) -> Iterator[Step]:
        span, size = node.span, len(node.items)
        star = next((place for place, item in enumerate(node.items) if isinstance(item, match_sugar.MatchStar)), None)
        yield Test(self._natives.call("is_sequence/1", span, value))
        if star is None:
            yield self._length(span, value, "==", size)
        elif size > 1:
            yield self._length(span, value, ">=", size - 1)
        if all(map(_is_wildcard, node.items)):
            return
        if star is not None and _is_wildcard(node.items[star]):
            yield from self._picked(node, star, value)
            return
        names = tuple(self._name("item", item.span) for item in node.items)
        target: tree.Node = tree.Targets(span=span, items=names)
        if star is not None:
            target = sugar.StarTargets(span=span, before=names[:star], star=names[star], after=names[star + 1 :])
        yield assign(sugar.target(target), value)
        for item, name in zip(node.items, names, strict=True):
            yield from self._steps(item, name)

    def _picked(self, node: match_sugar.MatchSequence, star: int, value: tree.Name) -> Iterator[Step]:
        """With `*_`, each item is fetched by its index when its turn comes, those behind the star from the end."""
        for place, item in enumerate(node.items):
            if _is_wildcard(item):
                continue
            index: tree.Expression = constant(item.span, place)
            if place > star:
                back = constant(item.span, len(node.items) - place)
                length = self._natives.call("len/1", item.span, value)
                index = tree.Binary(span=item.span, operator="-", left=length, right=back)
            name = self._name("item", item.span)
            yield assign(name, tree.Subscript(span=item.span, value=value, index=index))
            yield from self._steps(item, name)

    def _length(self, span: Span, value: tree.Expression, operator: Literal["==", ">="], size: int) -> Test:
        length = self._natives.call("len/1", span, value)
        wanted = constant(span, size)
        return Test(tree.Compare(span=span, operator=operator, left=length, right=wanted))

    # --- mappings ----------------------------------------------------------------------------------------------------

    def _mapping(self, node: match_sugar.MatchMapping, value: tree.Name) -> Iterator[Step]:
        span = node.span
        yield Test(self._natives.call("is_mapping/1", span, value))
        if not node.keys and node.rest is None:
            return
        if node.keys:
            yield self._length(span, value, ">=", len(node.keys))
        keys = self._name("keys", span)
        yield assign(keys, tree.Tuple(span=span, items=node.keys))
        if node.keys:
            values = self._linked("mapping_values", span, value, keys)
            yield from self._taken_apart(span, values, node.patterns)
        if node.rest is not None:
            rest = self._name("rest", node.rest.span)
            yield assign(rest, self._linked("mapping_rest", span, value, keys))
            self._captured.append((node.rest, rest))

    # --- classes -----------------------------------------------------------------------------------------------------

    def _class(self, node: match_sugar.MatchClass, value: tree.Name) -> Iterator[Step]:
        span = node.span
        if not node.items and not node.names:
            yield Test(self._natives.call("matches_class/1", span, value, node.kind))
            return
        if len(node.items) == 1 and not node.names and self._is_builtin(node.kind):
            yield Test(self._natives.call("matches_class/1", span, value, node.kind))
            yield from self._steps(node.items[0], value)
            return
        kind = self._name("kind", node.kind.span)
        yield assign(kind, node.kind)
        yield Test(self._natives.call("matches_class/1", span, value, kind))
        names = tuple(tree.Constant(span=pattern.span, value=name) for name, pattern in node.names)
        keywords = tree.Tuple(span=span, items=names)
        values = self._linked("class_attributes", span, value, kind, constant(span, len(node.items)), keywords)
        yield from self._taken_apart(span, values, (*node.items, *(pattern for _, pattern in node.names)))

    def _is_builtin(self, kind: tree.Expression) -> bool:
        """Whether the only positional sub-pattern of the class is for the value itself."""
        return isinstance(kind, tree.Name) and kind.id in self._builtins

    # --- alternatives ------------------------------------------------------------------------------------------------

    def _alternatives(self, node: match_sugar.MatchOr, value: tree.Name) -> Iterator[Step]:
        found = [(pattern.span, *self.of(pattern, value)) for pattern in node.patterns]
        tests = [test for _, steps, captured in found if not captured and (test := only_test(steps)) is not None]
        if len(tests) == len(found):
            yield Test(any_of(tests))
        else:
            yield from self._one_of(node.span, found)

    def _one_of(self, span: Span, found: list[tuple[Span, list[Step], Captured]]) -> Iterator[Step]:
        """Alternatives that need statements or capture something: the first that matches says so, and what it found."""
        matched = self._name("matched", span)
        held = {name.id: self._name("found", name.span) for _, _, captured in found for name, _ in captured}
        yield assign(matched, constant(span, False))
        for place, (at, steps, captured) in enumerate(found):
            body = tuple(assign(held[name.id], value) for name, value in captured)
            tried = nested(steps, (*body, assign(matched, constant(at, True))))
            yield from tried if place == 0 else (tree.If(span=at, test=negated(matched), body=tried),)
        yield Test(matched)
        self._captured += [(name, held[name.id]) for name, _ in found[0][2]]

    # --- shared ------------------------------------------------------------------------------------------------------

    def _taken_apart(
        self, span: Span, found: tree.Expression, patterns: Sequence[match_sugar.Pattern]
    ) -> Iterator[Step]:
        """Match the items of a tuple, which is None when there is no match."""
        values = self._name("values", span)
        yield assign(values, found)
        yield Test(tree.Compare(span=span, operator="is not", left=values, right=constant(span, None)))
        names = tuple(self._name("item", pattern.span) for pattern in patterns)
        yield assign(tree.Targets(span=span, items=names), values)
        for pattern, name in zip(patterns, names, strict=True):
            yield from self._steps(pattern, name)

    def _linked(self, export: str, span: Span, *args: tree.Expression) -> tree.Call:
        return call(span, self._natives.linked(PATTERNS, export, span), *args)

    def _name(self, word: str, span: Span) -> tree.Name:
        return tree.Name(span=span, id=self._fresh(word))


def _is_wildcard(node: match_sugar.Pattern) -> bool:
    if isinstance(node, match_sugar.MatchAs):
        return node.pattern is None and node.name is None
    return isinstance(node, match_sugar.MatchStar) and node.name is None
