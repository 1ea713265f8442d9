"""Assert between passes that a tree is what the next pass relies on. A finding is our mistake, never the user's.

- the sugar of the passes that ran is gone
- every name is a parameter, a variable, a cell or a capture of its function, or a declaration; what an inner function
  captures is a cell or a capture of the function around it
- `break` and `continue` stand in a loop
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from waymark.grammar import tree
from waymark.grammar.walk import walk

from ..desugar.rewrite import blocks
from ..frontend import match_sugar, sugar
from ..frontend.members import NAMESPACE

LOOPS = (tree.For, tree.While, sugar.ForTarget, sugar.AsyncFor)


def findings(module: tree.Module, removed: tuple[type[tree.Node], ...] = sugar.SUGAR) -> list[str]:
    """Return what is wrong with a tree in which the sugar of `removed` may not stand any more."""
    declared = {getattr(each, "name", "") for each in module.declarations} | {each.name for each in module.functions}
    init = tree.Function(name="init", parameters=(), body=module.init)
    found = [*_sugar(module, removed)]
    for function in (*module.functions, init):
        found += _names(function, declared, frozenset(), static=True)
        found += _exits(function.body)
    return found


def _sugar(module: tree.Module, removed: tuple[type[tree.Node], ...]) -> Iterator[str]:
    for node in walk(module):
        if isinstance(node, removed):
            yield f"line {node.span.line}: a {type(node).__name__} is left"


def _names(
    function: tree.Function | tree.Class, declared: set[str], around: frozenset[str], *, static: bool
) -> Iterator[str]:
    """What is wrong with the names of a function and of those inside it. `around` are those that it may capture.

    The body of a class is a function as any other, with one name more: its namespace.
    """
    if not static:
        for name in sorted({*function.captures} - around):
            yield f"line {function.span.line}: `{function.name}` captures `{name}`, which nothing around it shares"
    nodes = list(_own(function.body))
    of_classes = (cell for node in nodes if isinstance(node, tree.Class) for cell in node.cells)
    shared = frozenset((*function.cells, *function.captures, *of_classes))
    known = declared | shared
    known |= {NAMESPACE} if isinstance(function, tree.Class) else {each.name for each in function.parameters}
    known |= {name for node in nodes for name in _bound(node)}
    for node in nodes:
        if isinstance(node, tree.Name) and node.id not in known:
            yield f"line {node.span.line}: `{node.id}` is nothing that `{function.name}` knows"
        elif isinstance(node, tree.Function | tree.Class):
            yield from _names(node, declared, shared, static=False)


def _own(part: object) -> Iterator[tree.Node]:
    """The nodes of a part of a function. Of those inside it only what is evaluated around them: defaults, bases."""
    waiting = [part]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tree.Node):
            yield item
        if isinstance(item, tree.Function):
            waiting += [parameter.default for parameter in item.parameters]
        elif isinstance(item, tree.Class):
            waiting += item.bases
        elif isinstance(item, tuple):
            waiting += item
        elif isinstance(item, msgspec.Struct):
            waiting += [getattr(item, name) for name in item.__struct_fields__ if name != "span"]


def _bound(node: tree.Node) -> Iterator[str]:
    """The names that a node itself binds."""
    match node:
        case tree.Function() | tree.Class() | tree.Try():
            yield node.name
        case sugar.TryExcept(clauses=clauses) | sugar.TryExceptStar(clauses=clauses):
            yield from (clause.name.id for clause in clauses if clause.name is not None)
        case sugar.Comprehension(clauses=generators):
            for clause in generators:
                yield from _targets(clause.target)
        case sugar.BareAnnotation(name=tree.Name(id=name)):
            yield name
        case match_sugar.MatchAs(name=tree.Name(id=name)) | match_sugar.MatchStar(name=tree.Name(id=name)):
            yield name
        case match_sugar.MatchMapping(rest=tree.Name(id=name)):
            yield name
        case _:
            for target in (getattr(node, "target", None), *getattr(node, "targets", ())):
                yield from _targets(target)


def _targets(target: object) -> Iterator[str]:
    match target:
        case tree.Name(id=name):
            yield name
        case tree.Targets(items=items):
            for item in items:
                yield from _targets(item)
        case (
            sugar.StarTargets(before=before, star=star, after=after)
            | sugar.ClauseStar(before=before, star=star, after=after)
        ):
            for item in (*before, star, *after):
                yield from _targets(item)


def _exits(body: tree.Block) -> Iterator[str]:
    waiting: list[tuple[tree.Statement, bool]] = [(node, False) for node in body]
    while waiting:
        node, in_loop = waiting.pop()
        if isinstance(node, tree.Break | tree.Continue) and not in_loop:
            yield f"line {node.span.line}: a {type(node).__name__.lower()} stands outside every loop"
        if isinstance(node, sugar.LoopElse):
            waiting += [(inner, in_loop) for inner in node.orelse]
            node = sugar.statement(node.loop)
        inside = isinstance(node, LOOPS) or (in_loop and not isinstance(node, tree.Function | tree.Class))
        waiting += [(inner, inside) for block in blocks(node) for inner in block]
