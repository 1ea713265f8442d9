"""The statements of WRL, and the functions and classes among them: see `tree.py`, which has all nodes."""

from __future__ import annotations

from typing import Literal

import msgspec

from .expression_nodes import Attribute, Expression, Name, Node, Subscript

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
