"""From a workflow class to the function that a run starts.

    @workflow                                   async fn Checkout.run(self, order_id) {
    class Checkout(Workflow):             =>        return await charge(order_id)
        async def run(self, order_id):          }
            return await charge(order_id)

    @workflow                                   async fn Refund.run(self.0, *args.0, **named.0) as "Refund" {
    class Refund(Shop, Workflow):         =>        return await Refund().run(*args.0, **named.0)
        retries = 3                             }
        def limit(self): ...                    init { class Refund(Shop, Workflow) { ... } }
        async def run(self, order_id): ...

A *plain* workflow is nothing but its `run`, which does not look at `self`: that is a static function, and there is no
object. Any other is a class like the program's own, made by the module's init; a run makes an instance of it.
"""

from __future__ import annotations

import libcst as cst
import msgspec

from waymark.grammar import tree

from .bindings import block
from .chains import Use
from .constants import constant_value
from .context import Context
from .functions import translate_function
from .lineage import assigned, is_nothing, is_workflow, lineage, methods, small_statements, variable
from .modules import Module
from .resolve import BASE, Resolver
from .scopes.model import CLASS_CELL, Mark
from .signatures import Kind, parameters_of
from .uses import uses_of

# Of `waymark.Workflow`, for whoever starts runs; nothing inside of a run can use them today.
API = frozenset({"short_name", "start", "send", "visualize", "start_many", "gather"})


class Workflow(msgspec.Struct, frozen=True):
    """A workflow class as it is written."""

    name: str  # the registered one
    qualname: str
    node: cst.ClassDef
    run: cst.FunctionDef  # its own, or an inherited one
    plain: bool
    line: int


def is_plain(node: cst.ClassDef, run: cst.FunctionDef, module: Module, resolver: Resolver) -> bool:
    """Whether the class is nothing but its `run`, which does not look at `self` and has constants as defaults."""
    bases = [base.value for base in node.bases if not base.star]
    if len(node.bases) != 1 or len(bases) != 1 or not resolver.is_one_of(bases[0], BASE, module):
        return False
    if methods(node, "run") != [run] or run.decorators or not _holds_only(node, run):
        return False
    found = list(parameters_of(run.params))
    if not found or found[0][1] not in ("positional", "either"):
        return False
    if any(param.default is not None and constant_value(param.default) is None for param, _ in found):
        return False
    return not _uses_object(run, module)


def _holds_only(node: cst.ClassDef, run: cst.FunctionDef) -> bool:
    lines = (cst.SimpleStatementLine, cst.SimpleStatementSuite)
    if any(each is not run and not isinstance(each, lines) for each in block(node.body)):
        return False
    for small in small_statements(node):
        names, value = assigned(small)
        written = value is not None and constant_value(value) is not None
        if not is_nothing(small) and not (written and set(names) <= {"name", "version"}):
            return False
    return True


def _uses_object(run: cst.FunctionDef, module: Module) -> bool:
    """Whether anything in `run` reads or binds `self`, or asks for the class."""
    scope = module.scopes.of(run)
    first = scope.parameters[0] if scope.parameters else ""
    if any(name == CLASS_CELL for _, name in scope.captured):
        return True
    if scope.marks.get(first, 0) & ~int(Mark.PARAMETER):
        return True
    return any(each is not scope and each.homes.get(first) is scope for each in module.scopes)


def uses_of_workflow(workflow: Workflow, module: Module) -> tuple[Use, ...]:
    """What the run's function uses of the module."""
    if not workflow.plain:
        return (Use(workflow.qualname),)
    scope = module.scopes.of(workflow.run)
    uses = uses_of(workflow.run, module.scopes, scope.parent or module.scopes.of(module.tree))
    return (*uses.now, *uses.later)


def translate_workflow(workflow: Workflow, top: Context) -> tree.Function:
    """The function that a run starts. `top` is the context at the top of the module."""
    name = f"{workflow.qualname}.run"
    if workflow.plain:
        return translate_function(workflow.run, top.inside(workflow.node), name=name)
    span = top.span(workflow.node.name)
    positional, named = (tree.Name(span=span, id=top.fresh(word)) for word in ("args", "named"))
    made = tree.Name(span=span, id=top.program.variable(top.module.name, workflow.qualname))
    called = tree.Attribute(span=span, value=tree.Call(span=span, callee=made), name="run")
    arguments = (tree.Argument(kind="star", value=positional), tree.Argument(kind="double_star", value=named))
    awaited = tree.Await(span=span, value=tree.Call(span=span, callee=called, args=arguments))
    return tree.Function(
        span=span,
        name=name,
        parameters=(
            tree.Parameter(name=top.fresh("self"), kind="positional"),
            tree.Parameter(name=positional.id, kind="variadic"),
            tree.Parameter(name=named.id, kind="keywords"),
        ),
        body=(tree.Return(span=span, value=awaited),),
        kind="coroutine",
        qualname=workflow.qualname,
    )


def workflow_declaration(workflow: Workflow, function: tree.Function) -> tree.WorkflowDecl:
    """What the unit says of the workflow: its name, its function, its parameters as a caller sees them."""
    found: list[tuple[str, Kind, bool]] = [
        (param.name.value, kind, param.default is not None) for param, kind in parameters_of(workflow.run.params)
    ]
    seen = tuple(found[1:] if found and found[0][1] in ("positional", "either") else found)
    return tree.WorkflowDecl(
        span=function.span, name=workflow.name, qualname=workflow.qualname, function=function.name, parameters=seen
    )


def is_refused_name(node: cst.Attribute, context: Context) -> bool:
    """Whether it is `self.start` and its like: a name of `Workflow` that means nothing inside of a run."""
    if node.attr.value not in API or not isinstance(node.value, cst.Name):
        return False
    function = context.scope.function
    around = function.parent
    if around is None or not isinstance(around.node, cst.ClassDef) or not function.parameters:
        return False
    if context.scope.name(node.value.value) != function.parameters[0]:
        return False
    ancestors = lineage(around.node, context.module, context.resolver)
    own = any(methods(each.node, node.attr.value) or variable(each.node, node.attr.value) for each in ancestors)
    return is_workflow(ancestors, context.resolver) and not own
