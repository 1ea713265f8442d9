"""The init of each module: the statements at its top that the program needs, in the order in which Python runs them.

    fn `shop.rates.<module>`() as "<module>" in shop.rates {
        if loaded.0 { return None }
        loaded.0 = True
        try {
            RATES = {"eur": 1}
        } catch error.0 {
            loaded.0 = False            what failed is imported anew, if it is
            reraise error.0
        }
    }

    init {
        loaded.0 = False                for each other module that has an init
        `shop.rates.<module>`()         from shop.rates import RATES
        TABLE = build(RATES)
    }

The own module's statements stand in `init` itself, unless another module imports it back, or they share variables with
functions inside them: then they are a function too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from waymark.grammar import tree
from waymark.grammar.span import NOWHERE

from .context import Context
from .dispatch import statement
from .loading import packages_of
from .program import Program, init_name

ContextOf = Callable[[str], Context]  # the context at the top of a module, by its name


def translate_inits(program: Program, context_of: ContextOf) -> tree.Block:
    """Add the init functions of the other modules to the program, and return the unit's own init."""
    own, slices = program.own.name, program.slices
    others = sorted(slices.initialised - {own})
    outer = [name for name in packages_of(own) if name in slices.initialised]
    importing = program.resolver.graph.importing({own}, later=False) if others else set()
    as_function = bool(outer or context_of(own).scope.cells or importing & set(others))
    for name in [*others, own] if as_function else others:
        _add(name, program, context_of(name))
    if as_function:
        others.append(own)
        body = program.load([*outer, own], NOWHERE)
    else:
        body = tuple(_statements(program, context_of(own)))
    return (*(_set(program.loaded(name), False) for name in others), *body)


def _add(name: str, program: Program, context: Context) -> None:
    """Add the function that is a module's init. It runs once, and again only after it failed."""
    loaded, error = program.loaded(name), tree.Name(id=program.fresh("error"))
    again = (_set(loaded, False), tree.Reraise(error=error))
    statements = tree.Try(body=tuple(_statements(program, context)), name=error.id, handler=again)
    done = tree.If(test=loaded, body=(tree.Return(value=tree.Constant(value=None)),))
    body = (done, _set(loaded, True), statements)
    made = tree.Function(name=init_name(name), parameters=(), body=body, qualname="<module>", cells=context.scope.cells)
    program.add(made, name)


def _set(name: tree.Name, value: bool) -> tree.Assign:
    return tree.Assign(target=name, value=tree.Constant(value=value))


def _statements(program: Program, context: Context) -> Iterator[tree.Statement]:
    module, slices = context.module, program.slices
    kept = slices.kept.get(module.name, set())
    for place, node in enumerate(module.statements):
        if place in kept:
            yield from statement(node, context)
        elif isinstance(node, cst.Import | cst.ImportFrom):
            yield from program.load(program.resolver.graph.loads(node, module), context.span(node))
