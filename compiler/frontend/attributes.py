"""Attributes. `a.b` is a name of a module if `a` is a module, and otherwise what the value `a` has under that name.

What a program may read of a value is decided at run time, by one gate (`vm/gate.py`). Names that lead out of the
program on every value, to code, classes and module dictionaries, are refused here, where there is a line to point at.
"""

from __future__ import annotations

import libcst as cst

from waymark.grammar import tree

from ..check.determinism import impurity
from ..diagnostics.determinism import Introspection
from .bindings import dotted
from .context import Context
from .dispatch import problem, translates
from .local_imports import outside_name
from .meanings import MaybeImported
from .names import meaning_of, reference, refused_meaning
from .resolve import InProject, Outside
from .values import value_of
from .workflows import is_refused_name

# The gate refuses each of these on every value that has it.
INTERPRETER = frozenset(
    "__builtins__ __closure__ __code__ __getstate__ __globals__ __reduce__ __reduce_ex__ __sizeof__ "
    "__subclasses__ __subclasshook__".split()
)


@translates(cst.Attribute)
def attribute(node: cst.Attribute, context: Context) -> tree.Expression:
    meaning = meaning_of(node, context)
    if meaning is None or not isinstance(meaning_of(node.value, context), InProject | Outside | MaybeImported):
        return read(node, context)
    value = value_of(meaning, context.span(node), context)
    return context.refuse(refused_meaning(node, meaning, context, called=False)) if value is None else value


def read(node: cst.Attribute, context: Context) -> tree.Expression:
    """Read an attribute of a value."""
    span = context.span(node)
    name = context.scope.name(node.attr.value)
    kind = impurity(outside_name(dotted(node) or "", context))
    if kind is not None:
        return context.refuse(kind(path=context.path, span=span, call=dotted(node) or name))
    if name in INTERPRETER:
        return context.refuse(Introspection(path=context.path, span=span, call=f".{name}"))
    if is_refused_name(node, context):
        advice = "give an attribute of your own another name; inside of a run there is no run to start or to look up"
        return context.refuse(problem(node, context, f"`self.{node.attr.value}` of a workflow", advice))
    return tree.Attribute(span=span, value=reference(node.value, context), name=name)
