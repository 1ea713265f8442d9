"""The expression for what a module knows under a name: a static function, a constant, a variable, a native.

TIMEOUT       30                 a constant
helper        helper             a static function, translated because it is asked for here
CACHE         CACHE              `global CACHE`, a variable of the run
math.floor    math.floor.0       `native`, from the catalogue
"""

from __future__ import annotations

from collections.abc import Mapping

from waymark.grammar import tree
from waymark.grammar.span import Span
from waymark.stdlib.catalogue import CONSTANTS, OUTSIDE
from waymark.stdlib.prelude.python import MACHINE
from waymark.vm.isa import INTRINSICS

from .constants import constant_tree
from .context import Context
from .meanings import Class, Constant, Function, MaybeImported, Meaning, Outside, Variable, WorkflowClass
from .prelude_modules import PreludeModule, is_linked
from .reached import Asker

ASYNCIO = "waymark.prelude.asyncio"
MESSAGES = "waymark.prelude.messages"
DATACLASSES = "waymark.prelude.dataclasses"
# Full dotted Python name -> what of the prelude it is.
LINKS: Mapping[str, tuple[str, str]] = {
    "asyncio.sleep": (ASYNCIO, "sleep"),
    "asyncio.tasks.sleep": (ASYNCIO, "sleep"),
    "waymark.sleep_until": (MESSAGES, "sleep_until"),
    "waymark.recorded.sleep_until": (MESSAGES, "sleep_until"),
    **{f"dataclasses.{name}": (DATACLASSES, name) for name in ("dataclass", "replace", "make_dataclass")},
}
# The machine's intrinsics, for modules of the prelude alone.
_INTRINSICS = frozenset(f"{MACHINE}.{name}" for name in INTRINSICS)
_FALSE = frozenset({"typing.TYPE_CHECKING"})


def value_of(meaning: Meaning | None, span: Span, context: Context) -> tree.Expression | None:
    """Return the expression; None for what has a meaning and is no value: a module, an action, what is refused."""
    if isinstance(meaning, Function | Class) and is_linked(meaning.module, context.program.own.name):
        return tree.Name(span=span, id=context.program.declarations.link(meaning.module, meaning.name))
    if isinstance(meaning, Function | Variable | Class | WorkflowClass):
        context.program.ask(meaning, Asker(context.module.name, _function(context), span))
    match meaning:
        case Constant(value=value):
            return constant_tree(value, span)
        case Function():
            return tree.Name(span=span, id=context.program.static_function(meaning))
        case Variable() | Class() | WorkflowClass():
            name, module = meaning.name, meaning.module
            assert context.program.slices.makes(module, name), f"no init binds `{name}` of `{module}`"
            return tree.Name(span=span, id=context.program.variable(module, name))
        case Outside(name=name):
            return _outside(name, span, context)
        case MaybeImported(meaning=known, variable=variable):
            # Reading the variable raises what Python raises where the import has not run.
            value = value_of(known, span, context)
            bound = tree.Name(span=span, id=variable)
            return None if value is None else tree.Conditional(span=span, test=bound, body=value, orelse=value)
    return None


def _function(context: Context) -> str:
    """The function at the top of a module, or in a class there, that something stands in; "" at the top."""
    return context.scope.function.qualname.partition(".<locals>")[0]


def is_value(meaning: Meaning | None) -> bool:
    """Whether `value_of` gives an expression."""
    if isinstance(meaning, Outside):
        return any(meaning.name in table for table in (_FALSE, CONSTANTS, LINKS, OUTSIDE, _INTRINSICS))
    return isinstance(meaning, Constant | Function | Variable | Class | WorkflowClass)


def _outside(name: str, span: Span, context: Context) -> tree.Expression | None:
    if name in _FALSE:
        return tree.Constant(span=span, value=False)
    if name in CONSTANTS:
        return constant_tree(CONSTANTS[name], span)
    last = name.rpartition(".")[2]
    if name in LINKS:
        return tree.Name(span=span, id=context.program.declarations.link(*LINKS[name]))
    if name in _INTRINSICS and isinstance(context.module, PreludeModule):
        return tree.Name(span=span, id=context.program.declarations.intrinsic(last))
    if name in OUTSIDE:
        return tree.Name(span=span, id=context.program.declarations.native(last, OUTSIDE[name]))
    return None
