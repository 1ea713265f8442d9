"""Which dangerous shapes a finished program has, told from its tree alone, and which of Python's node types it uses.

The shapes are those of the language core that are known to break machines like this one. The generator makes scenes of
them (`scenes_of_*`); that each is in at least two of a hundred programs is measured here, on what was really made.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from .shapes_of_objects import OBJECT_SHAPES

RAISING = ("boom", "flaky", "again")
Shape = Callable[[ast.Module], bool]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
REFUSED = ("TypeAlias", "TemplateStr", "Interpolation")
GONE = ("AugLoad", "AugStore", "Param")  # Python 2's, still defined
# Statements and expressions that a workflow may hold; what is refused by name is not here.
ACCEPTED = frozenset(
    kind
    for base in (ast.stmt, ast.expr, ast.pattern, ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.expr_context)
    for kind in base.__subclasses__()
) - {getattr(ast, name) for name in REFUSED + GONE if hasattr(ast, name)}


def shapes_of(text: str) -> set[str]:
    """The names of the shapes that the program has."""
    tree = ast.parse(text)
    return {name for name, has in SHAPES.items() if has(tree)}


def node_types(text: str) -> set[type[ast.AST]]:
    """The accepted kinds of nodes that occur."""
    return {type(node) for node in ast.walk(ast.parse(text))} & ACCEPTED


def _calls(node: ast.AST, *names: str) -> list[ast.Call]:
    return [
        found
        for found in ast.walk(node)
        if isinstance(found, ast.Call) and isinstance(found.func, ast.Name) and found.func.id in names
    ]


def _every(tree: ast.AST, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree) if isinstance(node, kinds))


def _faults(statement: ast.stmt) -> int:
    """How many parts of a simple statement are sure, or likely, to raise."""
    divisions = [node for node in _every(statement, ast.BinOp) if ast.unparse(node) == "1 // 0"]
    elements = [node for node in _every(statement, ast.Subscript) if ast.unparse(node) in ("[][5]", "{}['none']")]
    unbound = [node for node in _every(statement, ast.Name) if node.id == "unbound" and isinstance(node.ctx, ast.Load)]
    return len(_calls(statement, *RAISING)) + len(divisions) + len(elements) + len(unbound)


def _two_faults(tree: ast.Module) -> bool:
    return any(_faults(node) >= 2 for node in _every(tree, ast.Expr, ast.Assign))


def _read_in_handler_only(tree: ast.Module) -> bool:
    handled = [name for handler in _every(tree, ast.ExceptHandler) for name in _every(handler, ast.Name)]
    inside = set(map(id, handled))
    read = {node.id for node in _every(tree, ast.Name) if isinstance(node.ctx, ast.Load) and id(node) not in inside}
    bound = {node.id for node in _every(tree, ast.Name) if isinstance(node.ctx, ast.Store) and id(node) not in inside}
    return any(isinstance(name.ctx, ast.Load) and name.id in bound - read for name in handled)


def _leaves(block: list[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Return | ast.Break | ast.Continue) for part in block for node in ast.walk(part))


def _return_overridden(tree: ast.Module) -> bool:
    """A `finally` inside of another one, and one of them leaves in its own way while a return waits."""
    for outer in _every(tree, ast.Try):
        for inner in (node for part in outer.body for node in _every(part, ast.Try)):
            waits = any(isinstance(node, ast.Return) for part in inner.body for node in ast.walk(part))
            if inner.finalbody and outer.finalbody and waits and (_leaves(inner.finalbody) or _leaves(outer.finalbody)):
                return True
    return False


def _called_in_handler(tree: ast.Module, *names: str) -> bool:
    return any(_calls(handler, *names) for handler in _every(tree, ast.ExceptHandler))


def _raise_while_handling(tree: ast.Module) -> bool:
    handlers = list(_every(tree, ast.ExceptHandler))
    again = any(node.exc is not None for handler in handlers for node in _every(handler, ast.Raise))
    return again or _called_in_handler(tree, "boom")


def _shared_cell(tree: ast.Module) -> bool:
    """A variable that a generator and another function share, one of them to write it."""
    for outer in _every(tree, *FUNCTIONS):
        inner = [node for part in outer.body for node in _every(part, *FUNCTIONS)]
        generators = {name for node in inner if any(_every(node, ast.Yield)) for name in _nonlocals(node)}
        others = {name for node in inner if not any(_every(node, ast.Yield)) for name in _nonlocals(node)}
        if generators & others:
            return True
    return False


def _nonlocals(function: ast.AST) -> set[str]:
    return {name for node in _every(function, ast.Nonlocal) for name in node.names}


def _continued(tree: ast.Module) -> bool:
    """`next` of one variable twice, one of them guarded."""
    guarded = {
        ast.unparse(call.args[0]) for node in _every(tree, ast.Try) for call in _calls(node, "next") if call.args
    }
    lazy = {
        name.id
        for node in _every(tree, ast.Assign)
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name)
        if node.value.func.id in ("map", "zip", "filter", "enumerate")
        for name in node.targets
        if isinstance(name, ast.Name)
    }
    return bool(guarded & lazy)


def _changed_while_iterated(tree: ast.Module) -> bool:
    for loop in _every(tree, ast.For):
        inside = [node for part in loop.body for node in ast.walk(part)]
        pauses = any(isinstance(node, ast.Await) for node in inside)
        if isinstance(loop.iter, ast.Name) and pauses and any(_changes(node, loop.iter.id) for node in inside):
            return True
    return False


def _changes(node: ast.AST, name: str) -> bool:
    """Whether a method of the variable is called, or an element of it is set."""
    place = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else node
    if isinstance(place, ast.Subscript) and isinstance(place.ctx, ast.Load):
        return False
    return isinstance(place, ast.Attribute | ast.Subscript) and ast.unparse(place.value) == name


def _equal_keys(tree: ast.Module) -> bool:
    for node in _every(tree, ast.Dict):
        keys = [ast.unparse(key) for key in node.keys if key is not None]
        if len({"1", "True", "1.0"} & set(keys)) > 1 or len({"0", "False", "-0.0"} & set(keys)) > 1:
            return True
    return False


def _nan_key(tree: ast.Module) -> bool:
    return any("NAN" in [ast.unparse(key) for key in node.keys if key] for node in _every(tree, ast.Dict))


def _class_attributes(tree: ast.Module) -> bool:
    """Class attributes written through the class or its subclass."""
    stores = (node for node in _every(tree, ast.Attribute) if not isinstance(node.ctx, ast.Load))
    return any(isinstance(node.value, ast.Name) and node.value.id in ("Box", "Pot") for node in stores)


def _aliased(tree: ast.Module) -> bool:
    """One list or dict twice in a display."""
    for node in _every(tree, ast.List, ast.Tuple, ast.Dict):
        items = node.values if isinstance(node, ast.Dict) else node.elts
        inner = [part for item in items for part in (item.elts if isinstance(item, ast.List) else [item])]
        names = [item.id for item in inner if isinstance(item, ast.Name) and item.id in ("xs", "ys", "d", "m", "box")]
        if len(names) > len(set(names)):
            return True
    return False


SHAPES: dict[str, Shape] = {
    "two faults in one expression": _two_faults,
    "a variable read only in a handler": _read_in_handler_only,
    "a pending return overridden in nested finally": _return_overridden,
    "a bare raise in a callee": lambda tree: _called_in_handler(tree, "again"),
    "raise while handling": _raise_while_handling,
    "a generator resumed from a handler": lambda tree: _called_in_handler(tree, "next"),
    "a cell shared by a closure and a generator": _shared_cell,
    "an iterator that raises and is continued": _continued,
    "mutation while iterated across a pause": _changed_while_iterated,
    "keys that are equal": _equal_keys,
    "a NaN as a key": _nan_key,
    "class attributes written through the class": _class_attributes,
    "a value under several names": _aliased,
    **OBJECT_SHAPES,
}
