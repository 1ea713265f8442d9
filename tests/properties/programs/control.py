"""`if`, loops with `else`, `break` and `continue`, `return`, `match`."""

from __future__ import annotations

from collections.abc import Iterator

from .binding import targets
from .maker import Maker, statement
from .scope import KIND_OF


@statement(weight=5)
def if_else(make: Maker) -> list[str]:
    lines = [f"if {make.expr('bool')}:", *make.block()]
    if make.chance.percent(30):
        lines += [f"elif {make.plain()}:", *make.block(2)]
    if make.chance.percent(40):
        lines += ["else:", *make.block(2)]
    return lines


@statement(weight=4)
def for_loop(make: Maker) -> list[str]:
    chance = make.chance
    if make.has("iterators") and chance.percent(20):
        source = make.expr("iter")
    else:
        source = make.expr(chance.pick(("list", "list", "tuple", "str", "dict")))
    if make.has("builtins") and chance.percent(25):
        source = f"range({chance.pick(('2', '3', '0', '3, 0, -1'))})"
    target = targets(make, 0) if chance.percent(15) else make.target(chance.pick(("int", "int", "str")))
    return [f"for {target} in {source}:", *make.loop_block(), *_loop_else(make)]


@statement(weight=2)
def while_loop(make: Maker) -> list[str]:
    turn = make.fresh("turn")
    test = make.expr("bool")
    if make.has("walrus") and make.chance.percent(50):
        head, count = f"while ({turn} := {turn} + 1) < {make.chance.between(2, 4)} and ({test}):", []
    else:
        head, count = f"while {turn} < {make.chance.between(1, 3)} and ({test}):", [f"    {turn} += 1"]
    return [f"{turn} = 0", head, *count, *make.loop_block(), *_loop_else(make)]


def _loop_else(make: Maker) -> list[str]:
    return ["else:", *make.block(2)] if make.chance.percent(30) else []


@statement(weight=3, needs="async for")
def async_for(make: Maker) -> list[str]:
    if not make.may_await():
        return make.simple()
    head = f"async for {make.target('int')} in Steps({make.chance.below(4)}):"
    return [head, *make.loop_block(), *_loop_else(make)]


@statement(weight=3)
def leave_loop(make: Maker) -> list[str]:
    word = make.chance.pick(("break", "continue"))
    if not make.scope.loops:
        return make.simple()
    return [f"if {make.expr('bool')}:", f"    {word}"] if make.chance.percent(80) else [word]


@statement(weight=1)
def leave_function(make: Maker) -> list[str]:
    if make.scope.parent is None:
        return make.simple()
    line = f"return {make.plain()}" if make.chance.percent(85) else "return"
    return [f"if {make.expr('bool')}:", f"    {line}"] if make.chance.percent(80) else [line]


@statement(weight=4, needs="match")
def match(make: Maker) -> list[str]:
    lines = [f"match {make.plain()}:"]
    for _ in range(make.chance.between(1, 3)):
        with_names = pattern(make, 2)
        guard = f" if {make.expr('bool', 1)}" if make.chance.percent(25) else ""
        lines += [f"    case {with_names}{guard}:", *[f"    {line}" for line in make.block(2)]]
    if make.chance.percent(40):
        lines += [f"    case {'_' if make.chance.percent(50) else make.target('list')}:", "        pass"]
    return lines


def pattern(make: Maker, depth: int) -> str:
    """A pattern that is never irrefutable by itself; one name is bound at most once in it."""
    names = iter(make.chance.pick((("a", "s", "xs", "d"), ("b", "u", "ys", "m"))))
    return _pattern(make, depth, names)


def _pattern(make: Maker, depth: int, names: Iterator[str]) -> str:
    chance = make.chance

    def name() -> str:
        found = next(names, "_")
        if found != "_":
            make.bind(found, KIND_OF[found])
        return found

    def inner() -> str:
        return _pattern(make, depth - 1, names) if chance.percent(60) else name()

    nested = ("sequence", "star", "mapping", "as", "class") if depth else ()
    match chance.pick(("value", "value", "kind", "or", "singleton", *nested)):
        case "sequence":
            return f"[{', '.join(inner() for _ in range(chance.below(4)))}]"
        case "star":
            before = [inner()] if chance.percent(60) else []
            return f"[{', '.join([*before, f'*{name()}'] + ([inner()] if chance.percent(30) else []))}]"
        case "mapping":
            rest = f", **{found}" if chance.percent(40) and (found := name()) != "_" else ""
            key = chance.pick(("'k'", "'a'", "1"))
            return f"{{{key}: {inner()}{rest}}}"
        case "as":
            bound = name()
            return f"({_pattern(make, 0, names)} as {bound})" if bound != "_" else "0"
        case "class":
            if make.has("classes") and chance.percent(40):
                return f"Box({inner()}, items={inner()})"
            return f"{chance.pick(('int', 'str', 'list', 'dict', 'tuple'))}({inner() if chance.percent(50) else ''})"
        case "kind":
            return f"{chance.pick(('int', 'str', 'bool', 'float'))}()"
        case "or":
            first, second = chance.pick(("1", "'x'")), chance.pick(("2", "[]", "{}", "None"))
            return f"({first} | {second})"
        case "singleton":
            return chance.pick(("None", "True", "False"))
        case _:
            return chance.pick(("0", "1", "-1", "'x'", "'ab'", "1.0", "2 + 1j", "b'ab'"))
