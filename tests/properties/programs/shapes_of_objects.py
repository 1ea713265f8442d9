"""Shapes of classes, generators, coroutines and exception groups, told from a program's tree. See `shapes`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (*FUNCTIONS, ast.Lambda, ast.ClassDef)
BUILTINS = frozenset({"int", "str", "list", "dict", "tuple", "set", "float"})
ENUMS = frozenset({"Enum", "IntEnum", "Flag", "StrEnum"})


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside."""
    for child in ast.iter_child_nodes(function):
        yield child
        if not isinstance(child, SCOPES):
            yield from _own(child)


def _has(*kinds: type[ast.AST]) -> Callable[[ast.Module], bool]:
    return lambda tree: any(isinstance(node, kinds) for node in ast.walk(tree))


def _names(node: ast.AST) -> str:
    """The last name of an expression: `dataclass` of `dataclasses.dataclass(frozen=True)`."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def _based_on(names: frozenset[str]) -> Callable[[ast.Module], bool]:
    return lambda tree: any(_names(base) in names for node in _classes(tree) for base in node.bases)


def _defines(*names: str) -> Callable[[ast.Module], bool]:
    """A class binds one of these names."""

    def has(tree: ast.Module) -> bool:
        inside = [part for node in _classes(tree) for part in node.body]
        functions = {part.name for part in inside if isinstance(part, FUNCTIONS)}
        variables = {_names(target) for part in inside if isinstance(part, ast.Assign) for target in part.targets}
        return bool((functions | variables) & set(names))

    return has


def _called(*names: str) -> Callable[[ast.Module], bool]:
    """A method of one of these names is called."""
    return lambda tree: any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
        for node in ast.walk(tree)
    )


def _asynchronous_generator(tree: ast.Module) -> bool:
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef))
    return any(isinstance(part, ast.Yield) for function in functions for part in _own(function))


def _awaiting_expression(tree: ast.Module) -> bool:
    """A generator expression that awaits."""
    for node in ast.walk(tree):
        if isinstance(node, ast.GeneratorExp):
            inside = [node.elt, *(test for each in node.generators for test in each.ifs)]
            awaits = any(isinstance(part, ast.Await) for each in inside for part in ast.walk(each))
            if awaits or any(each.is_async for each in node.generators):
                return True
    return False


def _of_function(tree: ast.Module) -> bool:
    """An attribute of a function is written."""
    functions = {node.name for node in ast.walk(tree) if isinstance(node, FUNCTIONS)}
    stores = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store))
    return any(_names(node.value) in functions for node in stores)


def _operator_on(tree: ast.Module) -> bool:
    """An operator method that calls that of `super()`."""
    return any(
        isinstance(node, ast.Attribute) and node.attr.startswith("__") and _names(node.value) == "super"
        for node in ast.walk(tree)
    )


def _binds(*stems: str) -> Callable[[ast.Module], bool]:
    """A function, a class or a variable of a scene is there, told by its name."""

    def has(tree: ast.Module) -> bool:
        names = [node.name for node in ast.walk(tree) if isinstance(node, SCOPES) and not isinstance(node, ast.Lambda)]
        names += [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
        return any(name.rstrip("0123456789") in stems for name in names)

    return has


def _over_pause(tree: ast.Module) -> bool:
    """Generators in an attribute and in containers, with a pause in the same function."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]
    return any(_binds("Holder")(node) and any(isinstance(part, ast.Await) for part in _own(node)) for node in functions)


OBJECT_SHAPES: dict[str, Callable[[ast.Module], bool]] = {
    "except*": _has(ast.TryStar),
    "a traceback looked at": lambda tree: any(
        isinstance(node, ast.Attribute) and node.attr == "__traceback__" for node in ast.walk(tree)
    ),
    "a generator that hands over": _has(ast.YieldFrom),
    "an asynchronous generator": _asynchronous_generator,
    "a generator expression that awaits": _awaiting_expression,
    "a generator or a coroutine by hand": _called("send", "throw", "asend", "athrow"),
    "an object that can be awaited": _defines("__await__"),
    "generators held over a pause": _over_pause,
    "a generator given up": _binds("dropped"),
    "several bases": lambda tree: any(len(node.bases) > 1 for node in _classes(tree)),
    "an operator that asks super()": _operator_on,
    "a subclass of a builtin": _based_on(BUILTINS),
    "slots": _defines("__slots__"),
    "a descriptor": _defines("__get__"),
    "a hook of subclasses": _defines("__init_subclass__"),
    "an abstract class": _based_on(frozenset({"ABC"})),
    "attributes of a function": _of_function,
    "a data class": lambda tree: any(
        _names(each) == "dataclass" for node in _classes(tree) for each in node.decorator_list
    ),
    "an enum": _based_on(ENUMS),
    "a named tuple": _based_on(frozenset({"NamedTuple"})),
    "one object held by many": _binds("Node"),
    "a set or dict that changes under its loop": _binds("many"),
    "a cell shared by many": _binds("shares"),
}
