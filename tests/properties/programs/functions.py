"""Nested functions of all kinds: parameters, defaults, closures, `nonlocal`, decorators, coroutines, generators."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .maker import Maker, statement
from .scope import KIND_OF, Scope

PARAMETERS = ("a", "b", "xs", "s")


@contextmanager
def function_scope(make: Maker, name: str, *, asynchronous: bool = False, generator: bool = False) -> Iterator[Scope]:
    """Make what belongs into a function of this name."""
    outer = make.scope
    flags = make.awaiting, make.binding
    make.scope = Scope(name, outer, asynchronous, generator, depth=outer.depth)
    make.awaiting = make.binding = True
    try:
        yield make.scope
    finally:
        make.scope = outer
        make.awaiting, make.binding = flags


def parameters(make: Maker) -> tuple[str, dict[str, str]]:
    """A parameter list, whose defaults are evaluated outside, and the names it binds."""
    chance = make.chance
    made: list[str] = []
    names: dict[str, str] = {}
    optional = False
    for name in PARAMETERS[: chance.below(3)]:
        optional = optional or chance.percent(40)
        made.append(f"{name}={make.expr(KIND_OF[name], 1)}" if optional else name)
        names[name] = KIND_OF[name]
    if made and chance.percent(15):
        made.append("/")
    if chance.percent(20):
        made.append("*p")
        names["p"] = "tuple"
    elif chance.percent(15):
        made.append("*")
    if made and made[-1] in ("*", "*p"):
        made.append(f"c={make.expr('int', 1)}" if chance.percent(60) else "c")
        names["c"] = "int"
    if chance.percent(15):
        made.append("**d")
        names["d"] = "dict"
    return ", ".join(made), names


def declaration(make: Maker) -> list[str]:
    """`nonlocal` of names that an enclosing function binds."""
    outer = [name for name in make.scope.outer() if name in KIND_OF and name not in make.scope.bound]
    if not outer or not make.has("nonlocal") or not make.chance.percent(50):
        return []
    name = make.chance.pick(outer)
    make.scope.shared.add(name)
    return [f"    nonlocal {name}"]


def body(make: Maker, most: int = 3) -> list[str]:
    lines = [*declaration(make), *make.block(most)]
    if make.chance.percent(70):
        lines.append(f"    return {make.plain()}")
    return lines


@statement(weight=3, needs="nested functions")
def nested(make: Maker) -> list[str]:
    """A function, and a call of it soon."""
    asynchronous = make.scope.asynchronous and make.chance.percent(40)
    name = make.fresh("job") if asynchronous else make.target("func")
    head, names = parameters(make)
    decorated = make.has("decorators") and make.chance.percent(15)
    with function_scope(make, name, asynchronous=asynchronous) as scope:
        scope.bound.update(names)
        lines = body(make)
    made = [f"{'async ' if asynchronous else ''}def {name}({head}):", *lines]
    if decorated and not asynchronous:
        made.insert(0, f"@{make.chance.pick(('traced', 'traced', 'twice(2)'))}")
    return [*made, *called(make, name, asynchronous)]


def called(make: Maker, name: str, asynchronous: bool) -> list[str]:
    arguments = ", ".join(make.plain(1) for _ in range(make.chance.below(3)))
    call = f"{'await ' if asynchronous else ''}{name}({arguments})"
    if asynchronous and not make.may_await():
        return []
    return [f"{make.target(make.chance.pick(('int', 'list')))} = {call}"] if make.chance.percent(80) else []


@statement(weight=2, needs="nested functions, generators")
def nested_generator(make: Maker) -> list[str]:
    name = make.fresh("gen")
    with function_scope(make, name, generator=True):
        lines = [*declaration(make), *make.block(1)]
        for _ in range(make.chance.between(1, 2)):
            value = make.plain(1)
            lines.append(
                f"    {make.target('int')} = yield {value}" if make.chance.percent(30) else f"    yield {value}"
            )
            lines += make.block(1)
    made = [f"def {name}():", *lines]
    target = make.target("iter")
    return [*made, f"{target} = {name}()"]


@statement(weight=1, needs="nested functions, nonlocal")
def closures(make: Maker) -> list[str]:
    """Two functions over one cell: what one writes, the other reads."""
    write, read = make.fresh("write"), make.fresh("read")
    name = make.target("int")
    value = make.plain(1)
    return [
        f"{name} = {value}",
        f"def {write}(value):",
        f"    nonlocal {name}",
        f"    {name} = (value, {name})[0]",
        f"    return {name}",
        f"def {read}():",
        f"    return {name}",
        f"{make.target('list')} = [{write}({make.plain(1)}), {read}(), {name}, {write}({make.plain(1)}), {read}()]",
    ]


@statement(weight=1, needs="nested functions, lambdas")
def late_binding(make: Maker) -> list[str]:
    functions, name = make.fresh("made"), make.target("int")
    append = f"{functions} = [*{functions}, lambda extra={make.expr('int', 1)}: ({name}, extra)]"
    if not make.has("starred items"):
        append = f"{functions} = {functions} + [lambda extra={make.expr('int', 1)}: ({name}, extra)]"
    function = make.target("func")
    return [
        f"{functions} = []",
        f"for {name} in {make.expr('list')}:",
        f"    {append}",
        f"for {function} in {functions}:",
        f"    {make.target('tuple')} = {function}()",
    ]
