"""Find coroutines that nobody can ever await, on the tree that the front end makes.

Calling an `async def` makes a coroutine, which is a value as any other: it may be kept, handed on and awaited later.
What is surely a mistake is to drop it, to calculate with it or to ask it for its truth, and to give it a name that is
never read.
"""

from __future__ import annotations

from collections.abc import Iterator

from waymark.grammar import tree
from waymark.grammar.walk import walk

from ..desugar.variables import own_nodes
from ..diagnostics import Diagnostic
from ..diagnostics.awaits import LostCoroutine, NeverAwaited
from ..frontend import sugar
from ..library import library

# Where a coroutine stands for its result: every part of these nodes; of the others, the fields named.
_CALCULATING = (tree.Unary, tree.Binary, tree.Compare, sugar.ChainedCompare, sugar.Placeholder, tree.Slice)
_FIELDS: dict[type[tree.Node], tuple[str, ...]] = {
    tree.If: ("test",),
    tree.While: ("test",),
    tree.Conditional: ("test",),
    tree.Logical: ("left",),
    tree.Subscript: ("value",),
    tree.Update: ("value",),
    tree.For: ("iterable",),
    sugar.ForTarget: ("iterable",),
    sugar.Starred: ("value",),
}


Coroutine = NeverAwaited | LostCoroutine


def check_awaits(module: tree.Module, path: str) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each coroutine that is dropped or used as a value."""
    makers = frozenset(_makers(module))
    entries = {each.function for each in module.declarations if isinstance(each, tree.WorkflowDecl)}
    followed = {each.module: each.source for each in module.declarations if isinstance(each, tree.FollowDecl)}
    for function in module.functions:
        yield from _in_function(function, makers, function.name in entries, followed.get(function.module, path))
    yield from _in_function(tree.Function(name="init", parameters=(), body=module.init), makers, False, path)


def _makers(module: tree.Module) -> Iterator[str]:
    """The names at the top of a module that are surely called to make a coroutine."""
    for function in module.functions:
        if function.kind == "coroutine":
            yield function.name
    for each in module.declarations:
        if isinstance(each, tree.ActionDecl) or (isinstance(each, tree.LinkDecl) and _is_coroutine(each)):
            yield each.name


def _is_coroutine(link: tree.LinkDecl) -> bool:
    unit = library().get(link.module)
    if unit is None:  # generation says that there is no such unit
        return False
    return any(name == link.export and unit.functions[index].kind == "coroutine" for name, index in unit.exports)


def _in_function(function: tree.Function, makers: frozenset[str], entry: bool, path: str) -> Iterator[Diagnostic]:
    nodes = list(walk(function))
    makers |= _own_makers(nodes)
    if not _has_suspect(nodes, makers):
        return
    makers -= _rebound(nodes)
    read = _read(nodes)
    results = {id(node) for node in own_nodes(function.body) if isinstance(node, tree.Return)} if entry else set()
    for node in nodes:
        for part, kind in _suspects(node, read, results):
            if isinstance(part, tree.Call) and isinstance(part.callee, tree.Name) and part.callee.id in makers:
                yield kind(path=path, span=part.span, call=part.callee.id.partition(".")[0])


def _has_suspect(nodes: list[tree.Node], makers: frozenset[str]) -> bool:
    """Whether anything that makes a coroutine stands elsewhere than behind `await`: seldom, and the rest takes time."""
    calls = [node for node in nodes if isinstance(node, tree.Call)]
    made = {id(call) for call in calls if isinstance(call.callee, tree.Name) and call.callee.id in makers}
    return not made <= {id(node.value) for node in nodes if isinstance(node, tree.Await)}


def _suspects(node: tree.Node, read: frozenset[str], results: set[int]) -> Iterator[tuple[object, type[Coroutine]]]:
    """The parts of a node in whose place no coroutine makes sense."""
    match node:
        case tree.Do(value=value):
            yield value, NeverAwaited
        case tree.Assign(target=tree.Name(id=name), value=value) if name not in read:
            yield value, LostCoroutine
        case tree.Return(value=value) if id(node) in results:
            yield value, LostCoroutine
    fields = node.__struct_fields__ if isinstance(node, _CALCULATING) else _FIELDS.get(type(node), ())
    for field in fields:
        yield getattr(node, field), LostCoroutine
    if isinstance(node, sugar.ChainedCompare):
        for _, part in node.links:
            yield part, LostCoroutine


def _own_makers(nodes: list[tree.Node]) -> frozenset[str]:
    """Inner `async def`s."""
    return frozenset(node.name for node in nodes if isinstance(node, tree.Function) and node.kind == "coroutine")


def _rebound(nodes: list[tree.Node]) -> frozenset[str]:
    """Names that are bound in another way than by one `def`, or by several."""
    defined = [node.name for node in nodes if isinstance(node, tree.Function | tree.Class)]
    several = {name for name in defined if defined.count(name) > 1}
    parameters = {each.name for node in nodes if isinstance(node, tree.Function) for each in node.parameters}
    return frozenset(several | parameters | {name.id for name in _targets(nodes)})


def _read(nodes: list[tree.Node]) -> frozenset[str]:
    bound = set(map(id, _targets(nodes)))
    return frozenset(node.id for node in nodes if isinstance(node, tree.Name) and id(node) not in bound)


def _targets(nodes: list[tree.Node]) -> Iterator[tree.Name]:
    """The names that stand as targets."""
    for node in nodes:
        waiting: list[object] = [getattr(node, field, ()) for field in ("target", "targets", "name")]
        waiting += [getattr(part, "target", ()) for part in getattr(node, "clauses", ())]
        while waiting:
            part = waiting.pop()
            if isinstance(part, tree.Name):
                yield part
            elif isinstance(part, tuple):
                waiting += part
            elif isinstance(part, tree.Targets):
                waiting += part.items
            elif isinstance(part, sugar.StarTargets):
                waiting += [*part.before, part.star, *part.after]
