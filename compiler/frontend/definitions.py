"""What a name means that a module binds once: by an import, a `def`, a class or an assignment."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import libcst as cst

from .bindings import Binding, dotted, identifier
from .constants import constant_value
from .meanings import (
    Action,
    Class,
    Constant,
    Function,
    InProject,
    Meaning,
    Outside,
    Variable,
    WorkflowClass,
)
from .modules import Module
from .signatures import ANYTHING, action_signature

if TYPE_CHECKING:
    from .resolve import Resolver

PYTHON_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_")) | {"__import__"}

# What stays itself under a second name. A variable of the module does not: its value may be another one later.
_LASTING = (Action, Outside, InProject, Function, Class, WorkflowClass)


def definition(binding: Binding, module: Module, resolver: Resolver) -> Meaning:
    """The meaning of a name whose only binding this is."""
    node = binding.node
    if binding.kind == "import":
        return resolver.imported(binding.module)
    if binding.kind == "from":
        return _from(binding, module, resolver)
    if binding.alone and isinstance(node, cst.FunctionDef):
        return _function(binding, node, module, resolver)
    if binding.alone and isinstance(node, cst.ClassDef):
        kind = WorkflowClass if resolver.is_workflow(node, module) else Class
        return kind(binding.name, module.name, node)
    if binding.alone and isinstance(node, cst.Assign | cst.AnnAssign):
        return _value(binding, node, module, resolver)
    return Variable(binding.name, module.name)


def registers(node: cst.CSTNode, module: Module, resolver: Resolver) -> bool:
    """Whether a statement defines an action or a workflow, which exist outside of any run."""
    if isinstance(node, cst.FunctionDef):
        return resolver.action_decorator(node, module) is not None
    return isinstance(node, cst.ClassDef) and resolver.is_workflow(node, module)


def _from(binding: Binding, module: Module, resolver: Resolver) -> Meaning:
    meaning = resolver.binding(binding, module)
    if isinstance(meaning, Variable) and not resolver.is_fixed(meaning):
        return Variable(binding.name, module.name)  # the import takes the value that it finds, and keeps it
    return meaning


def _value(binding: Binding, node: cst.Assign | cst.AnnAssign, module: Module, resolver: Resolver) -> Meaning:
    targets = [each.target for each in node.targets] if isinstance(node, cst.Assign) else [node.target]
    variable = Variable(binding.name, module.name)
    if node.value is None or not all(isinstance(target, cst.Name) for target in targets):
        return variable
    value = constant_value(node.value, lambda name: _known(name, module, binding.place, resolver))
    if value is not None:
        return Constant(binding.name, module.name, value[0])
    named = dotted(node.value)
    meaning = None if named is None else _earlier(named, module, binding.place, resolver)
    return meaning if isinstance(meaning, _LASTING) else variable


def _known(name: str, module: Module, place: int, resolver: Resolver) -> tuple[Any] | None:
    meaning = _earlier(name, module, place, resolver)
    return (meaning.value,) if isinstance(meaning, Constant) else None


def _earlier(name: str, module: Module, place: int, resolver: Resolver) -> Meaning | None:
    """What a name means to a statement of the module, if it is bound before it."""
    first = name.partition(".")[0]
    bindings, _ = resolver.bindings(first, module)
    if any(binding.place >= place for binding in bindings) or resolver.is_asked(first, module):
        return None
    meaning = resolver.dotted(name, module)
    if meaning is None and not bindings and first in PYTHON_BUILTINS and first not in module.rebound:
        return Outside(f"builtins.{name}")
    return meaning


def _function(binding: Binding, node: cst.FunctionDef, module: Module, resolver: Resolver) -> Meaning:
    name = identifier(node.name.value)
    place = resolver.action_decorator(node, module)
    if place is None:
        made = node.decorators or (module.name, name) in resolver.made_in_init
        static = not made and _has_constant_defaults(node.params, module, binding.place, resolver)
        return Function(name, module.name, node) if static else Variable(name, module.name)
    # A decorator below `@action` may change the parameters; then only the worker can tell whether a call fits.
    wrapped = place < len(node.decorators) - 1
    signature = ANYTHING if wrapped else action_signature(node, module.tree)
    return Action(f"{module.name}:{action_name(node.decorators[place]) or name}", name, signature, module.name, node)


def _has_constant_defaults(params: cst.Parameters, module: Module, place: int, resolver: Resolver) -> bool:
    defaults = [each.default for each in (*params.posonly_params, *params.params, *params.kwonly_params)]
    return all(
        default is None or constant_value(default, lambda name: _known(name, module, place, resolver)) is not None
        for default in defaults
    )


def action_name(decorator: cst.Decorator) -> str | None:
    """Return what `@action(name="...")` says, or None."""
    call = decorator.decorator
    for argument in call.args if isinstance(call, cst.Call) else ():
        if argument.keyword is not None and argument.keyword.value == "name":
            value = argument.value
            if isinstance(value, cst.SimpleString | cst.ConcatenatedString):
                text = value.evaluated_value
                return text if isinstance(text, str) else None
    return None
