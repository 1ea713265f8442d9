"""Names that a function binds by an import alone, to something that is no value: a module, an action.

Such a name stands for what was imported. `Context.imported` holds those whose import surely has run: from there to the
end of the suite that it stands in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from .bindings import Binding, block, module_bindings, top_statements
from .meanings import Meaning, Outside
from .scopes import Scope
from .values import is_value

if TYPE_CHECKING:
    from .context import Context
    from .modules import Module
    from .resolve import Resolver


def is_absent(binding: Binding, resolver: Resolver, module: Module) -> bool:
    """Whether it imports a module that Python could not import here. In a `try` that takes the ImportError, it runs."""
    if binding.kind not in ("import", "from") or binding.module.startswith("."):
        return False
    return resolver.project.is_absent(binding.module)


def imported_names(home: Scope, context: Context) -> Mapping[str, Meaning]:
    """The names of a function that stand for what one import binds them to."""
    known = context.program.local_imports
    if home not in known:
        found = dict(_imports(home, context))
        known[home] = {name: meaning for name, (kind, meaning) in found.items() if not _is_variable(kind, meaning)}
    return known[home]


def outside_name(name: str, context: Context) -> str:
    """The full name in Python of `a.b` if `a` is a variable that an import alone binds, to a value; else ""."""
    first, _, rest = name.partition(".")
    symbol = context.scope.symbol(context.scope.name(first))
    if symbol.home is None or not symbol.is_variable:
        return ""
    known = context.program.local_values
    if symbol.home not in known:
        known[symbol.home] = {
            bound: meaning.name
            for bound, (kind, meaning) in _imports(symbol.home, context)
            if _is_variable(kind, meaning) and isinstance(meaning, Outside)
        }
    full = known[symbol.home].get(symbol.name, "")
    return f"{full}.{rest}" if full and rest else full


def _is_variable(kind: str, meaning: Meaning | None) -> bool:
    return kind == "from" and is_value(meaning)


def _imports(home: Scope, context: Context) -> Iterator[tuple[str, tuple[str, Meaning]]]:
    """The names that one import alone binds, each with its kind and what it means."""
    if home.kind != "function":
        return
    body = block(getattr(home.node, "body", None))
    for text, bindings in module_bindings(top_statements(body)).items():
        name = home.name(text)
        # An import of what is not there binds nothing, wherever it may stand.
        bindings = tuple(each for each in bindings if not is_absent(each, context.resolver, context.module))
        origins = {(each.kind, each.module, each.original) for each in bindings}
        if len(origins) != 1 or bindings[0].kind not in ("import", "from") or name in home.parameters or text == "*":
            continue
        yield name, (bindings[0].kind, context.resolver.binding(bindings[0], context.module))
