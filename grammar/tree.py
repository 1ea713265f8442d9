"""The Waymark Runtime Language as a tree: typed, frozen, small.

WRL is Python's core with the sugar taken out. What is left is explicit: every `await` and `yield`, every handler, every
cell that closures share, and where each free name comes from (the declarations at the top of a module). Operands are
evaluated left to right, as in Python; an assignment evaluates its right side first, then its target's parts.

A name inside a function is, in this order: a parameter or a variable that the function binds; a `cell` or `capture` of
it; a declaration of the module. Anything else is an error (`compiler/codegen` reports it), never a guess.

`parse(print(tree)) == tree` holds for every tree (`grammar/printing.py`, `grammar/parsing.py`), positions included.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from .span import NOWHERE, Span


class Node(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Every node carries the span of the Python it stands for."""

    span: Span = NOWHERE


# --- expressions -----------------------------------------------------------------------------------------------------


class Constant(Node, frozen=True):
    """`None`, `True`, `1`, `-`-less numbers, `1.5`, `2j`, `"text"`, `b"bytes"`, `...`; compares by type and bits."""

    value: None | bool | int | float | complex | str | bytes | type(...)  # type: ignore[valid-type]

    def __eq__(self, other: object) -> bool:
        # 1 == True and 0.0 == -0.0 in Python; two constants are the same only if a program cannot tell them apart.
        return isinstance(other, Constant) and self.span == other.span and _bits(self.value) == _bits(other.value)

    def __hash__(self) -> int:
        return hash((self.span, _bits(self.value)))


def _bits(value: object) -> tuple[str, str]:
    # hex: Python refuses to write an int of more than 4300 digits in decimal.
    return type(value).__name__, hex(value) if isinstance(value, int) else repr(value)


class Name(Node, frozen=True):
    id: str


class Tuple(Node, frozen=True):
    items: tuple[Expression, ...]


class List(Node, frozen=True):
    items: tuple[Expression, ...]


class Set(Node, frozen=True):
    """A set display; never empty (`{}` is a dict)."""

    items: tuple[Expression, ...]


class Dict(Node, frozen=True):
    """`{k: v, ...}`; `pairs` are evaluated key, value, key, value."""

    pairs: tuple[tuple[Expression, Expression], ...]


class Attribute(Node, frozen=True):
    value: Expression
    name: str


class Subscript(Node, frozen=True):
    value: Expression
    index: Expression


class Slice(Node, frozen=True):
    """`start:stop:step` inside a subscript; an absent part is Constant(None) with the slice's span."""

    start: Expression
    stop: Expression
    step: Expression


class Unary(Node, frozen=True):
    operator: Literal["-", "+", "~", "not"]
    operand: Expression


class Binary(Node, frozen=True):
    operator: Literal["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>"]
    left: Expression
    right: Expression


class Compare(Node, frozen=True):
    """One comparison. Chains are lowered before, because the middle operand is evaluated once."""

    operator: Literal["==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"]
    left: Expression
    right: Expression


class Logical(Node, frozen=True):
    """`left and right`, `left or right`: the value of one of the two, as in Python."""

    operator: Literal["and", "or"]
    left: Expression
    right: Expression


class Conditional(Node, frozen=True):
    """`body if test else orelse`."""

    test: Expression
    body: Expression
    orelse: Expression


class Argument(msgspec.Struct, frozen=True, tag=True):
    """One argument of a call, in source order. `*xs` and `**kw` are kinds of their own."""

    kind: Literal["positional", "keyword", "star", "double_star"]
    value: Expression
    name: str = ""  # of a keyword argument


class Call(Node, frozen=True):
    """`callee(args)`. A call of a declared action gives an unstarted coroutine, as calling any `async fn` does."""

    callee: Expression
    args: tuple[Argument, ...] = ()


class Await(Node, frozen=True):
    value: Expression


class Yield(Node, frozen=True):
    value: Expression


Expression = (
    Constant | Name | Tuple | List | Set | Dict | Attribute | Subscript | Slice | Unary | Binary | Compare | Logical
    | Conditional | Call | Await | Yield
)  # fmt: skip

# --- statements ------------------------------------------------------------------------------------------------------

Block = tuple["Statement", ...]


class Targets(Node, frozen=True):
    """Several targets in one assignment: `a, b[0], (c, d) = value`."""

    items: tuple[Target, ...]


Target = Name | Attribute | Subscript | Targets


class Assign(Node, frozen=True):
    target: Target
    value: Expression


class Update(Node, frozen=True):
    """`target += value`: the target's parts are evaluated once."""

    target: Name | Attribute | Subscript
    operator: Literal["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>"]
    value: Expression


class Do(Node, frozen=True):
    """An expression for its effects."""

    value: Expression


class If(Node, frozen=True):
    test: Expression
    body: Block
    orelse: Block = ()


class While(Node, frozen=True):
    test: Expression
    body: Block


class For(Node, frozen=True):
    """One target that is a name, no `else`: wider forms are lowered before.

    `for x of items`: what is gone through is an iterator already, and is not asked for one.
    """

    target: Name
    iterable: Expression
    body: Block
    iterated: bool = False


class Break(Node, frozen=True):
    """Leave the innermost loop."""


class Continue(Node, frozen=True):
    """Start the next turn of the innermost loop."""


class Return(Node, frozen=True):
    value: Expression


class Raise(Node, frozen=True):
    """`raise`, `raise error`, `raise error from cause`."""

    error: Expression | None = None
    cause: Expression | None = None


class Reraise(Node, frozen=True):
    """`reraise error`: goes on with a caught exception as it is, without becoming its own context."""

    error: Expression


class Try(Node, frozen=True):
    """`try {..} catch name {..}`: the handler catches everything; `except` clauses are lowered to tests inside it.

    While the handler runs, `name` is the exception being handled.
    """

    body: Block
    name: str
    handler: Block


class Finally(Node, frozen=True):
    """`try {..} finally {..}`: the second part runs however the first is left."""

    body: Block
    last: Block


class Delete(Node, frozen=True):
    target: Name | Attribute | Subscript


class Renew(Node, frozen=True):
    """`renew x`: the variable x, which inner functions share, gets a new, empty cell."""

    name: str


class Parameter(msgspec.Struct, frozen=True, tag=True):
    """A parameter as in Python: `a`, `a = 1`, `*xs`, `*, k = 2`, `**kw`; `/` is kept by the kinds.

    A default is an expression that the *enclosing* scope evaluates when it reaches the function's statement.
    """

    name: str
    kind: Literal["positional", "either", "variadic", "keyword", "keywords"] = "either"
    default: Expression | None = None


class Function(Node, frozen=True):
    """`fn`, `async fn`, `gen fn` or `async gen fn`: static at the top of a module, a closure inside a function.

    `cells`: variables of this function that inner functions share. `captures`: variables of enclosing ones.
    A parameter that is in `cells` is moved into its cell at entry. A first statement that is nothing but a text is the
    documentation of the function and is not executed. `module` is a followed module whose function this is; a function
    inside another one is of its module.
    """

    name: str
    parameters: tuple[Parameter, ...]
    body: Block
    kind: Literal["function", "coroutine", "generator", "async_generator"] = "function"
    qualname: str = ""  # empty: the name
    cells: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()
    module: str = ""  # empty: that of the function around it, or the unit's own


class Class(Node, frozen=True):
    """`class C(bases) {..}`: the body runs as a function of its own, whose plain variables are the class's namespace.

    `cells` and `captures` are those of that function; the cell `__class__` gets the class.
    """

    name: str
    bases: tuple[Expression, ...]
    body: Block
    qualname: str = ""
    cells: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()


Statement = (
    Assign | Update | Do | If | While | For | Break | Continue | Return | Raise | Reraise | Try | Finally | Delete
    | Renew | Function | Class
)  # fmt: skip

# --- a module --------------------------------------------------------------------------------------------------------


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
