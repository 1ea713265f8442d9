"""Lower a lambda to a function that is made before the expression that it stands in.

    rows.sort(key=lambda row: row.price)    =>    fn lambda.0(row) as "run.<locals>.<lambda>" {
                                                      return row.price
                                                  }
                                                  rows.sort(key=lambda.0)

    total = sum(x * x for x in rows)        =>    gen fn genexpr.0(items.0) as "run.<locals>.<genexpr>" {
                                                      for x of items.0 {
                                                          yield x * x
                                                      }
                                                  }
                                                  total = sum(genexpr.0(iter(rows)))

A generator expression is the call of a generator function; what it goes through is evaluated by the function around it.
Each evaluation of the expression makes a function of its own, as in Python, and defaults are evaluated with it.

Before: Lambda stands for a function; the body of a generator expression's is one Comprehension.
After:  there is none. `check.tree` asserts it.
"""

from __future__ import annotations

import msgspec

from waymark.grammar import tree

from ..frontend import sugar
from .comprehensions import loops
from .hoist import Hoist, Lowered


def lower_lambda(node: sugar.Lambda, hoist: Hoist) -> Lowered:
    function = node.function
    match function.body:
        case (*before, tree.Do(value=sugar.Comprehension() as comprehension)):
            body = loops(comprehension, hoist, _yielded(comprehension))
            function = msgspec.structs.replace(function, body=(*before, *body))
    made = hoist.settled(tree.Name(span=node.span, id=function.name))
    return list(hoist.block((function,))), made


def _yielded(node: sugar.Comprehension) -> tree.Block:
    span = node.element.span
    return (tree.Do(span=span, value=tree.Yield(span=span, value=node.element)),)
