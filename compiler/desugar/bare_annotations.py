"""Drop annotations without a value, and keep what they say about names: such a name is a variable of its function.

    total: int              =>    if test() {
    if test():                        total = 1
        total = 1                 }

    total: int              =>    print(total)         an UnboundLocalError, as in Python
    print(total)                  if False {
                                      total = None
                                  }

Before: a block may hold annotations of names.
After:  none does. `check.tree` asserts it. It runs last, when everything that binds a name is WRL.
"""

from __future__ import annotations

import msgspec

from waymark.grammar import tree
from waymark.grammar.walk import walk

from ..codegen.names import bound_names
from ..fresh import FreshNames
from ..frontend.sugar import BareAnnotation
from .making import assign, constant
from .rewrite import inside, rewrite


def lower_bare_annotations(module: tree.Module, _fresh: FreshNames) -> tree.Module:
    """Return `module` without bare annotations. What is added carries the span of the annotation."""
    functions = tuple(_in_function(each) for each in module.functions)
    return msgspec.structs.replace(module, functions=functions, init=_dropped(module.init, []))


def _in_function(function: tree.Function) -> tree.Function:
    annotated: list[tree.Name] = []
    body = _dropped(function.body, annotated)
    bound = {*bound_names(body), *function.cells, *function.captures, *(each.name for each in function.parameters)}
    made = msgspec.structs.replace(function, body=body)
    missing = {name.id: name for name in annotated if name.id not in bound}
    if missing:
        read = {node.id for node in walk(made) if isinstance(node, tree.Name)}
        unbound = tuple(assign(name, constant(name.span, None)) for each, name in missing.items() if each in read)
        if unbound:
            span = unbound[0].span
            never = tree.If(span=span, test=constant(span, False), body=unbound)
            made = msgspec.structs.replace(made, body=(*body, never))
    return made


def _dropped(body: tree.Block, annotated: list[tree.Name]) -> tree.Block:
    """The block without annotations, whose names are noted. Functions inside it have variables of their own."""

    def drop(node: BareAnnotation) -> tree.Block:
        annotated.append(node.name)
        return ()

    return rewrite(_below(body), {BareAnnotation: drop})


def _below(body: tree.Block) -> tree.Block:
    return tuple(_in_function(node) if isinstance(node, tree.Function) else inside(node, _below) for node in body)
