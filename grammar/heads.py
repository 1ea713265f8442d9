"""Declarations, and the heads of functions and classes, as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import tree
from .expressions import expression
from .layout import Group, Part, Parts
from .parameters import Mark, mark_parameters, signature_parameters
from .spelling import dotted, string, variable

_FUNCTION_WORDS = {
    "function": "fn",
    "coroutine": "async fn",
    "generator": "gen fn",
    "async_generator": "async gen fn",
}


def declaration(node: tree.Declaration) -> Parts:
    return _DECLARATIONS[type(node)](node)


def _follow(node: tree.FollowDecl) -> Parts:
    return [f"follow {dotted(node.module)} {string(node.source)}"]


def _native(node: tree.NativeDecl) -> Parts:
    return [f"native {variable(node.name)} = {string(node.key)}"]


def _link(node: tree.LinkDecl) -> Parts:
    return [f"link {variable(node.name)} = {dotted(node.module)} {string(node.export)}"]


def _action(node: tree.ActionDecl) -> Parts:
    return [f"action {variable(node.name)} = {string(node.key)}", _parameters(signature_parameters(node.parameters))]


def _intrinsic(node: tree.IntrinsicDecl) -> Parts:
    return [f"intrinsic {variable(node.name)} = {string(node.key)}"]


def _global(node: tree.GlobalDecl) -> Parts:
    origin = f" = {dotted(node.module)} {string(node.variable)}" if node.module or node.variable else ""
    return [f"global {variable(node.name)}{origin}"]


def _static(node: tree.StaticDecl) -> Parts:
    return [f"static {variable(node.name)} = {string(node.key)} of {dotted(node.function)}"]


def _workflow(node: tree.WorkflowDecl) -> Parts:
    head: list[Part] = [f"workflow {string(node.name)} = {dotted(node.function)} of {string(node.qualname)}"]
    return head if node.parameters is None else [*head, _parameters(signature_parameters(node.parameters))]


_DECLARATIONS: dict[type[tree.Node], Callable[[Any], Parts]] = {
    tree.FollowDecl: _follow,
    tree.NativeDecl: _native,
    tree.LinkDecl: _link,
    tree.ActionDecl: _action,
    tree.IntrinsicDecl: _intrinsic,
    tree.GlobalDecl: _global,
    tree.StaticDecl: _static,
    tree.WorkflowDecl: _workflow,
}


def function_head(node: tree.Function) -> Parts:
    """`async fn Checkout.run(self) cells(total)`"""
    head: list[Part] = [f"{_FUNCTION_WORDS[node.kind]} {dotted(node.name)}", _parameters(node.parameters)]
    if node.qualname:
        head.append(f" as {string(node.qualname)}")
    if node.module:
        head.append(f" in {dotted(node.module)}")
    return head + _shared(node)


def class_head(node: tree.Class) -> Parts:
    head: list[Part] = [f"class {dotted(node.name)}"]
    if node.bases:
        head.append(Group("(", [expression(base) for base in node.bases], ")"))
    if node.qualname:
        head.append(f" as {string(node.qualname)}")
    return head + _shared(node)


def _shared(node: tree.Function | tree.Class) -> list[Part]:
    head: list[Part] = []
    for word, names in (("cells", node.cells), ("captures", node.captures)):
        if names:
            head += [f" {word}", Group("(", [[variable(name)] for name in names], ")")]
    return head


def _parameters(parameters: tuple[tree.Parameter, ...]) -> Group:
    return Group("(", [_parameter(each) for each in mark_parameters(parameters)], ")")


def _parameter(parameter: tree.Parameter | Mark) -> Parts:
    if isinstance(parameter, str):
        return [parameter]
    name = {"variadic": "*", "keywords": "**"}.get(parameter.kind, "") + variable(parameter.name)
    return [name] if parameter.default is None else [f"{name} = ", *expression(parameter.default)]
