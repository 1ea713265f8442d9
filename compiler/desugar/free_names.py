"""Read the variables of a function from inside a comprehension, where CPython calls them free.

    if ready:                                  bound.0 = True
        rate = 2                               try {
    totals = [rate * x for x in xs]    =>          free.0 = rate
                                               } catch exc.0 {
                                                   bound.0 = False
                                               }
                                               if not bound.0 {
                                                   raise free_variable_error.0("rate")
                                               }
                                               list.0.append(free.0 * x)

A comprehension is a function in Python, so that a variable which is not bound yet gives a NameError there and not an
UnboundLocalError. It is raised behind the handler, so that its context is what the program was handling. Few reads need
this: `bound_names` finds the variables that are bound on every path to the comprehension, and they are plain names.

Before: FreeName stands for such a variable, in comprehensions alone.
After:  there is none. `check.tree` asserts it.
"""

from __future__ import annotations

from waymark.grammar import tree

from ..fresh import shown
from ..frontend import sugar
from .hoist import Hoist, Lowered
from .making import assign, constant, negated

ERROR = "free_variable_error/1"


def lower_free_name(node: sugar.FreeName, hoist: Hoist) -> Lowered:
    """Read a variable that may not be bound."""
    span = node.span
    found, bound = hoist.settled(hoist.name("free", span)), hoist.name("bound", span)
    error = hoist.natives.call(ERROR, span, tree.Constant(span=span, value=shown(node.id)))
    return [
        assign(bound, constant(span, True)),
        tree.Try(
            span=span,
            body=(assign(found, tree.Name(span=span, id=node.id)),),
            name=hoist.name("exc", span).id,
            handler=(assign(bound, constant(span, False)),),
        ),
        tree.If(span=span, test=negated(bound), body=(tree.Raise(span=span, error=error),)),
    ], found
