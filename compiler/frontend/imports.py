"""Import statements: at the top of a module they run the init of what they import, inside a function they also bind.

    from shop.rates import RATES, act    =>    `shop.rates.<module>`()
                                               RATES = RATES.0          only inside a function
    import shop.rates                    =>    `shop.rates.<module>`()

A function binds a local variable to what it imports, as Python does. A module or an action is no value: its name means
it. The import also binds the variable, to a text: uses behind the import, in the same suite and what is inside that,
need not look at it; any other use reads it first, and raises what Python does if it is not bound.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
import msgspec

from waymark.grammar import tree
from waymark.stdlib.catalogue import BUILTINS, CONSTANTS, OUTSIDE
from waymark.stdlib.prelude.python import MODULES

from ..check.determinism import impurity
from ..check.import_effects import effects_of_import
from ..diagnostics.modules import StarImport
from .bindings import Binding, imported
from .context import Context
from .dispatch import problem, translates_statement
from .local_imports import imported_names, is_absent
from .meanings import Outside, Variable
from .names import refused_meaning
from .project import OUTSIDE as OUTSIDE_MODULES
from .values import is_value, value_of

_ERROR = "ModuleNotFoundError"
# Whatever is imported from these stands in annotations, or in the line of a class.
_ANNOTATIONS = frozenset({"typing", "typing_extensions", "collections.abc", "__future__", "types"})
_IN_ANNOTATIONS = frozenset({"abc.ABCMeta", "dataclasses.InitVar"})


@translates_statement(cst.Import, cst.ImportFrom)
def _import(node: cst.Import | cst.ImportFrom, context: Context) -> Iterator[tree.Statement]:
    program, scope = context.program, context.scope
    if scope.is_function:
        effects = list(effects_of_import(node, context.module, context.resolver))
        for each in effects:
            context.refuse(each)
        if effects:
            return
    yield from program.load(program.resolver.graph.loads(node, context.module), context.span(node))
    for binding in imported(node):
        if context.catches_import_errors and is_absent(binding, context.resolver, context.module):
            yield from _no_module(node, binding, context)
            return
        if not scope.is_function:
            yield from bind_at_top(binding, node, context)
        elif binding.name == "*":
            context.refuse(StarImport(path=context.path, span=context.span(node), module=binding.module))
        else:
            yield from _bind(binding, node, context)


def _no_module(node: cst.Import | cst.ImportFrom, binding: Binding, context: Context) -> Iterator[tree.Statement]:
    """What Python raises for a module that is not there. The finders look for the package at its top first.

    Behind it, where nothing runs, the names are bound all the same: they are variables of the function.
    """
    first, span = binding.module.partition(".")[0], context.span(node)
    name = tree.Constant(span=span, value=first)
    text = tree.Constant(span=span, value=f"No module named {first!r}")
    error = tree.Name(span=span, id=context.program.declarations.native(_ERROR, BUILTINS[_ERROR]))
    args = (tree.Argument(kind="positional", value=text), tree.Argument(kind="keyword", value=name, name="name"))
    yield tree.Raise(span=span, error=tree.Call(span=span, callee=error, args=args))
    for each in imported(node) if context.scope.is_function else ():
        symbol = context.scope.symbol(context.scope.name(each.name))
        if symbol.home is not None:
            nothing = tree.Constant(span=span, value=None)
            yield tree.Assign(span=span, target=tree.Name(span=span, id=symbol.variable), value=nothing)


def bind_at_top(binding: Binding, node: cst.CSTNode, context: Context) -> Iterator[tree.Statement]:
    """Give a variable of the module what is imported under its name; any other name means what it means over there."""
    module = context.module
    if context.scope.kind == "class":
        context.refuse(problem(node, context, "an import in the body of a class", "import it at the top of the module"))
        return
    names = context.resolver.starred(binding, module) if binding.name == "*" else (binding.name,)
    for name in names:
        own = (module.name, name) in context.program.slices.variables
        if own and context.resolver.name(name, module) == Variable(name, module.name):
            single = msgspec.structs.replace(binding, name=name, original=name) if binding.name == "*" else binding
            yield from _assigned(single, tree.Name(id=context.program.variable(module.name, name)), node, context)


def _bind(binding: Binding, node: cst.Import | cst.ImportFrom, context: Context) -> Iterator[tree.Statement]:
    symbol = context.scope.symbol(context.scope.name(binding.name))
    if symbol.home is None:
        name = context.program.variable(context.module.name, symbol.name)  # `global`
        yield from _assigned(binding, tree.Name(id=name), node, context)
        return
    meaning, span = context.resolver.binding(binding, context.module), context.span(node)
    if binding.kind == "from" and is_value(meaning):
        yield from _assigned(binding, tree.Name(id=symbol.variable), node, context)
    elif isinstance(meaning, Outside) and not _is_surely_there(binding, meaning.name):
        context.refuse(refused_meaning(node, meaning, context, called=False))
    elif symbol.name in imported_names(symbol.home, context):
        # What tells a use elsewhere in the function that this has run; a text, for whoever looks at the variables.
        marked = tree.Constant(span=span, value=binding.module)
        yield tree.Assign(span=span, target=tree.Name(span=span, id=symbol.variable), value=marked)
        context.imported |= {(symbol.home, symbol.name)}
    else:
        what = f"an import of `{binding.name}` in a function that also binds the name to something else"
        context.refuse(problem(node, context, what, "give one of the two another name"))


def _is_surely_there(binding: Binding, name: str) -> bool:
    """Whether importing it cannot fail, as far as one knows who does not do it: Python would raise ImportError."""
    if name.partition(".")[0] not in OUTSIDE_MODULES:
        return False
    below = name + "."
    return (
        binding.kind == "import"
        or binding.module in _ANNOTATIONS
        or name in _IN_ANNOTATIONS
        or impurity(name) is not None
        or any(known == name or known.startswith(below) for known in (*OUTSIDE, *CONSTANTS, *MODULES))
    )


def _assigned(binding: Binding, target: tree.Name, node: cst.CSTNode, context: Context) -> Iterator[tree.Statement]:
    span = context.span(node)
    meaning = context.resolver.binding(binding, context.module)
    value = value_of(meaning, span, context)
    if value is None:
        context.refuse(refused_meaning(node, meaning, context, called=False))
    else:
        yield tree.Assign(span=span, target=msgspec.structs.replace(target, span=span), value=value)
