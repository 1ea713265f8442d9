"""Move the statements of static classes out of init, and what is then empty with them."""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import partial

import msgspec

from waymark.grammar import tree

from ..desugar.rewrite import in_functions, rewrite
from .affected import written
from .candidates import Body, Candidate, Key, bodies, candidates, globals_of, is_init
from .order import Order

CLASS = ".<class>"


def moved(module: tree.Module, excluded: Container[str] = (), *, prelude: bool = False) -> tree.Module:
    """The module with its static classes declared as such; those named in `excluded`, by key, are none.

    Of a module of the `prelude` it is known that what it sets attributes of is never a class.
    """
    found = candidates(module)
    if not found:
        return module
    lost = written(module, found, prelude=prelude)
    found = [each for each in found if each.key not in lost and key_of(each.key, module) not in excluded]
    static = Order(module, bodies(module)).in_order(found)
    return _without_empty_inits(_with(module, static)) if static else module


def key_of(key: Key, module: tree.Module) -> str:
    """The name of a static class: `module:name`."""
    return f"{key[0] or module.name}:{key[1]}"


def _with(module: tree.Module, static: list[Candidate]) -> tree.Module:
    keys = {each.key for each in static}
    variables = globals_of(module)
    declared = tuple(
        tree.StaticDecl(
            span=each.span,
            name=each.name,
            key=key_of(variables[each.name], module),
            function=_name(variables[each.name]),
        )
        if isinstance(each, tree.GlobalDecl) and variables[each.name] in keys
        else each
        for each in module.declarations
    )
    made = tuple(_maker(each) for each in static)
    module = msgspec.structs.replace(module, declarations=declared)
    for body in bodies(module):
        places = {place for each in static if _is_same(each.body, body) for place in each.places}
        if places:
            left = tuple(node for place, node in enumerate(body.statements) if place not in places)
            module = _with_body(module, body, left)
    return msgspec.structs.replace(module, functions=(*module.functions, *made))


def _name(key: Key) -> str:
    return f"{key[0]}.{key[1]}{CLASS}" if key[0] else f"{key[1]}{CLASS}"


def _maker(candidate: Candidate) -> tree.Function:
    """The function that makes the class."""
    *before, last = candidate.statements
    if isinstance(last, tree.Assign):
        end: tuple[tree.Statement, ...] = (tree.Return(span=last.span, value=last.value),)
    else:
        end = (last, tree.Return(span=last.span, value=tree.Name(span=last.span, id=candidate.node.name)))
    body = (*before, *end)
    return tree.Function(
        span=candidate.node.span, name=_name(candidate.key), parameters=(), body=body, qualname="<module>",
        module=candidate.body.module,
    )  # fmt: skip


def _is_same(one: Body, other: Body) -> bool:
    return (one.function and one.function.name) == (other.function and other.function.name)


def _with_body(module: tree.Module, body: Body, left: tree.Block) -> tree.Module:
    if body.function is None:
        return msgspec.structs.replace(module, init=left)
    functions = tuple(
        msgspec.structs.replace(
            each,
            body=tuple(
                msgspec.structs.replace(part, body=left) if isinstance(part, tree.Try) else part for part in each.body
            ),
        )
        if each.name == body.function.name
        else each
        for each in module.functions
    )
    return msgspec.structs.replace(module, functions=functions)


# --- what has nothing left to do -------------------------------------------------------------------------------------


def _without_empty_inits(module: tree.Module) -> tree.Module:
    """Drop each init of another module that does nothing any more, the calls of it, and its variable `<loaded>`."""
    while empty := {each.name: each.module for each in module.functions if is_init(each) and not any(_does(each))}:
        functions = tuple(each for each in module.functions if each.name not in empty)
        module = msgspec.structs.replace(module, functions=functions)
        module = in_functions(module, partial(rewrite, rules={tree.Do: partial(_kept, empty=empty)}))
        gone = {name for name, key in globals_of(module).items() if key[1] == "<loaded>" and key[0] in empty.values()}
        declared = tuple(
            each for each in module.declarations if not (isinstance(each, tree.GlobalDecl) and each.name in gone)
        )
        init = tuple(node for node in module.init if not (isinstance(node, tree.Assign) and _binds(node, gone)))
        module = msgspec.structs.replace(module, declarations=declared, init=init)
    return module


def _does(function: tree.Function) -> Iterator[tree.Statement]:
    for part in function.body:
        if isinstance(part, tree.Try):
            yield from part.body


def _kept(node: tree.Do, empty: Container[str]) -> tuple[tree.Statement, ...]:
    match node.value:
        case tree.Call(callee=tree.Name(id=name)) if name in empty:
            return ()
    return (node,)


def _binds(node: tree.Assign, names: Container[str]) -> bool:
    return isinstance(node.target, tree.Name) and node.target.id in names
