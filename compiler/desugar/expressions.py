"""Lower the sugar of expressions, all kinds of it in one walk: a rule for each, and `hoist` around them.

Before: an expression may hold any sugar of `RULES`.
After:  it holds none. `check.tree` asserts it.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from waymark.grammar import tree
from waymark.grammar.walk import walk

from ..fresh import FreshNames
from ..frontend import sugar
from .bound_names import settle_free_names
from .chained_compare import lower_chain
from .comprehensions import lower_comprehension
from .displays import lower_dict_display, lower_display
from .free_names import lower_free_name
from .fstrings import lower_formatted, lower_placeholder
from .hoist import Hoist, Rule
from .lambdas import lower_lambda
from .natives import Natives
from .variables import Variables, declared_in
from .walrus import lower_walrus
from .yield_from import lower_yield_from

RULES: Mapping[type[tree.Node], Rule] = {
    sugar.ChainedCompare: lower_chain,
    sugar.Display: lower_display,
    sugar.DictDisplay: lower_dict_display,
    sugar.FormattedText: lower_formatted,
    sugar.Placeholder: lower_placeholder,
    sugar.Lambda: lower_lambda,
    sugar.Comprehension: lower_comprehension,
    sugar.Walrus: lower_walrus,
    sugar.FreeName: lower_free_name,
    sugar.YieldFrom: lower_yield_from,
}


def lower_expressions(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` without the sugar of `RULES`. Every new node carries the span of what it stands for."""
    if any(isinstance(node, sugar.FreeName) for node in walk(module)):
        module = settle_free_names(module)
    natives = Natives(module, fresh)
    outermost = Hoist(RULES, Variables(declared_in(module)), fresh, natives)
    functions = tuple(outermost.function(each) for each in module.functions)
    init = outermost.block(module.init)
    return natives.declare(msgspec.structs.replace(module, functions=functions, init=init))
