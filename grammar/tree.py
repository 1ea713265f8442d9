"""The Waymark Runtime Language as a tree: typed, frozen, small.

WRL is Python's core with the sugar taken out. What is left is explicit: every `await` and `yield`, every handler, every
cell that closures share, and where each free name comes from (the declarations at the top of a module). Operands are
evaluated left to right, as in Python; an assignment evaluates its right side first, then its target's parts.

A name inside a function is, in this order: a parameter or a variable that the function binds; a `cell` or `capture` of
it; a declaration of the module. Anything else is an error (`compiler/codegen` reports it), never a guess.

`parse(print(tree)) == tree` holds for every tree (`grammar/printing.py`, `grammar/parsing.py`), positions included.

Expressions are in `expression_nodes.py`, statements in `statement_nodes.py`; everybody names all of them from here.
"""

from __future__ import annotations

from typing import Literal

from .expression_nodes import (
    Argument,
    Attribute,
    Await,
    Binary,
    Call,
    Compare,
    Conditional,
    Constant,
    Dict,
    Expression,
    List,
    Logical,
    Name,
    Node,
    Set,
    Slice,
    Subscript,
    Tuple,
    Unary,
    Yield,
)
from .statement_nodes import (
    Assign,
    Block,
    Break,
    Class,
    Continue,
    Delete,
    Do,
    Finally,
    For,
    Function,
    If,
    Parameter,
    Raise,
    Renew,
    Reraise,
    Return,
    Statement,
    Target,
    Targets,
    Try,
    Update,
    While,
)

__all__ = [
    "ActionDecl", "Argument", "Assign", "Attribute", "Await", "Binary", "Block", "Break", "Call", "Class",
    "Compare", "Conditional", "Constant", "Continue", "Declaration", "Delete", "Dict", "Do", "Expression",
    "Finally", "FollowDecl", "For", "Function", "GlobalDecl", "If", "IntrinsicDecl", "LinkDecl", "List",
    "Logical", "Module", "Name", "NativeDecl", "Node", "Parameter", "Raise", "Renew", "Reraise", "Return",
    "Set", "Slice", "Statement", "StaticDecl", "Subscript", "Target", "Targets", "Try", "Tuple", "Unary",
    "Update", "While", "WorkflowDecl", "Yield",
]  # fmt: skip


class NativeDecl(Node, frozen=True):
    """`native sorted = "sorted/1"`: a leaf native, or a builtin type, by its persisted name."""

    name: str
    key: str


class LinkDecl(Node, frozen=True):
    """`link sleep = prelude "sleep"`: a static function or class of another unit, by that unit's module name."""

    name: str
    module: str
    export: str


class ActionDecl(Node, frozen=True):
    """`action charge = "shop:charge"(order_id, currency = ...)`: the signature is recorded, defaults by presence."""

    name: str
    key: str
    parameters: tuple[tuple[str, Literal["positional", "either", "variadic", "keyword", "keywords"], bool], ...] = ()


class IntrinsicDecl(Node, frozen=True):
    """`intrinsic call_soon = "call_soon"`: a service of the machine; prelude code only."""

    name: str
    key: str


class GlobalDecl(Node, frozen=True):
    """`global CACHE`: a variable of this module. It belongs to the run: mutable, durable, never shared.

    `global CACHE.0 = shop.helpers "CACHE"`: a variable of that module, under a name of its own here.
    """

    name: str
    module: str = ""  # empty: the unit's own
    variable: str = ""  # empty: the name


class FollowDecl(Node, frozen=True):
    """`follow shop.helpers "shop/helpers.py"`: another module of the project, with the file that its code is in."""

    module: str
    source: str


class WorkflowDecl(Node, frozen=True):
    """`workflow "checkout" = Checkout.run of "Checkout"(order_id)`: names the static function that a run starts.

    The parameters are those that a caller sees; without them, they are the function's own behind the first.
    """

    name: str
    qualname: str
    function: str
    parameters: (
        tuple[tuple[str, Literal["positional", "either", "variadic", "keyword", "keywords"], bool], ...] | None
    ) = None


class StaticDecl(Node, frozen=True):
    """`static Order = "shop:Order" of Order.class`: a class that a static function makes, once a process.

    Nothing may write to it. Its key, `module:name`, is its name for snapshots, links and objects that arrive.
    """

    name: str
    key: str
    function: str


Declaration = (
    FollowDecl | NativeDecl | LinkDecl | ActionDecl | IntrinsicDecl | GlobalDecl | StaticDecl | WorkflowDecl
)  # fmt: skip


class Module(Node, frozen=True):
    """A unit's worth of WRL: declarations, static functions, and `init`, which makes the module's globals."""

    name: str
    declarations: tuple[Declaration, ...] = ()
    functions: tuple[Function, ...] = ()
    init: Block = ()
