"""Comprehensions of all kinds, nested, with conditions and awaits, and generator expressions."""

from __future__ import annotations

from contextlib import ExitStack

from .maker import Maker, expression


def clauses(make: Maker, stack: ExitStack, depth: int) -> str:
    """`for ... if ...`, once or twice; its variables are known as long as the stack is open."""
    made = []
    for number in range(2 if make.chance.percent(20) else 1):
        with make.inside(binding=False):
            source = make.expr(make.chance.pick(("list", "tuple", "str", "list")), depth)
        name = make.chance.pick(("x", "y", "z"))
        target, names = make.chance.weighted(
            [(7, (name, (name,))), (1, ("(x, y)", ("x", "y"))), (1, ("x, *y", ("x", "y")))]
            if make.has("starred targets")
            else [(1, (name, (name,)))]
        )
        if len(names) == 2:
            source = make.chance.pick(("[(1, 2), (3, 4)]", "['ab', 'cd']", source))
        bounded = f"({source})[:3]" if make.has("slices") and number == 0 else source
        made.append(f"for {target} in {bounded}")
        stack.enter_context(make.scope.having(**dict.fromkeys(names, "int")))
        if make.chance.percent(35):
            made.append(f"if {make.expr('bool', depth)}")
    return " ".join(made)


@expression("list", needs="comprehensions", weight=4)
def list_comprehension(make: Maker, depth: int) -> str:
    with ExitStack() as stack:
        rest = clauses(make, stack, depth)
        return f"[{make.plain(depth)} {rest}]"


@expression("dict", needs="comprehensions", weight=2)
def dict_comprehension(make: Maker, depth: int) -> str:
    with ExitStack() as stack:
        rest = clauses(make, stack, depth)
        return f"{{{make.expr('int', depth)}: {make.plain(depth)} {rest}}}"


@expression("set", needs="comprehensions, sets", weight=2)
def set_comprehension(make: Maker, depth: int) -> str:
    with ExitStack() as stack:
        rest = clauses(make, stack, depth)
        return f"{{{make.expr('int', depth)} {rest}}}"


@expression("list", needs="comprehensions, lambdas", weight=1)
def captured(make: Maker, depth: int) -> str:
    """Functions that share, or do not share, the variable of a comprehension."""
    with make.inside(binding=False):
        source = make.expr("list", depth)
        with make.inside(awaiting=False), make.scope.having(x="int"):
            body = make.expr("int", 1)
    return f"[f() for f in [lambda: ({body}, x) for x in ({source})[:3]]]" if make.has("slices") else make.leaf("list")


@expression("list", needs="generator expressions, builtins", weight=2)
def generator_expression(make: Maker, depth: int) -> str:
    with ExitStack() as stack:
        with make.inside(binding=False):
            source = make.expr("list", depth)  # evaluated at once, outside
        stack.enter_context(make.inside(awaiting=False, binding=False))
        stack.enter_context(make.scope.having(x="int"))
        test = f" if {make.expr('bool', depth)}" if make.chance.percent(40) else ""
        return f"{make.chance.pick(('list', 'tuple', 'sorted', 'any'))}({make.plain(depth)} for x in {source}{test})"


@expression("iter", needs="generator expressions", weight=1)
def lazy_expression(make: Maker, depth: int) -> str:
    with make.inside(binding=False):
        source = make.expr("list", depth)
        with make.inside(awaiting=False), make.scope.having(x="int"):
            return f"({make.plain(1)} for x in {source})"


@expression("list", needs="comprehensions, async for", weight=1)
def asynchronous_comprehension(make: Maker, depth: int) -> str:
    if not make.may_await():
        return make.leaf("list")
    with make.scope.having(x="int"):
        return f"[{make.plain(depth)} async for x in Steps({make.chance.below(4)})]"
