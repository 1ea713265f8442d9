"""What every name of a module means: whose variable it is, and what it is called in WRL.

    analyse(tree)        one walk over the whole module, then one pass over its scopes
    scopes.of(node)      the scope of a function, class, lambda, comprehension or generator expression
    scope.symbol(name)   what a name is there: local, cell, free, member (of a class body) or global

The rules are CPython's, scope by scope (`resolve`). What differs is where code runs: a list, set or dict comprehension
is no function in WRL. It has a scope of its own, but its variables belong to the function around it, under names that
nothing else in that function has. So a scope knows the `function` that it runs in, and a symbol its WRL `variable`.
"""

from .collect import analyse
from .model import CLASS_CELL, Scope, ScopeKind, Scopes, Symbol, SymbolKind, mangled

__all__ = ["CLASS_CELL", "Scope", "ScopeKind", "Scopes", "Symbol", "SymbolKind", "analyse", "mangled"]
