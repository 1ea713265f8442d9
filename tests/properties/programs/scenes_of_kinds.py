"""Values of data classes, enums and named tuples, subclasses of builtins: everywhere where a value may be."""

from __future__ import annotations

import builtins

from .maker import Maker, expression, literal, statement
from .scenes_of_errors import NEEDED, guarded
from .scenes_of_values import pause_of

THINGS = "data classes and enums"
BUILTINS = {
    "int": ("{0}(3)", ("{1} + 1", "1 + {1}", "{1} == 3", "int({1})", "{1}.k", "{{{1}: 1}}[3]", "-{1}", "str({1})")),
    "str": ("{0}('ab')", ("{1} + 'c'", "{1}.upper()", "{1}[0]", "len({1})", "{1} == 'ab'", "{1}.k", "'a' in {1}")),
    "list": ("{0}([1, 2])", ("{1} + [3]", "{1}[0]", "len({1})", "{1} == [1, 2]", "{1}.append(4)", "[*{1}]", "{1}.k")),
    "dict": (
        "{0}(a=1)",
        ("{1}['a']", "{1}.get('b')", "{1} == {{'a': 1}}", "{{**{1}}}", "{1}.update(c=2)", "list({1})"),
    ),
    "tuple": ("{0}((1, 2))", ("{1} + (3,)", "{1}[1]", "{1} == (1, 2)", "hash({1}) == hash((1, 2))", "{1}.k")),
    "set": ("{0}([1])", ("len({1})", "1 in {1}", "{1}.add(2)", "{1} == {{1}}", "sorted({1})", "{1}.k")),
    "float": ("{0}(1.5)", ("{1} + 1", "{1} * 2", "{1} == 1.5", "{1}.k", "{1} < 2")),
}


@literal("thing")
def thing_literal(make: Maker) -> str:
    if not make.has(THINGS):
        return "None"
    return make.chance.pick(("Hue.RED", "Hue.BLUE", "Spot(1)", "Fixed(2)", "Pair(1, 'b')"))


@expression("thing", needs=THINGS, weight=4)
def thing(make: Maker, depth: int) -> str:
    value, other = make.expr("int", depth), make.plain(depth)
    shapes = (f"Spot({value})", f"Spot(xs=[{other}])", f"Fixed({value}, {other})", f"Pair({value}, {other})")
    return make.chance.pick(
        (*shapes, f"Pair({value})", f"Hue({make.chance.pick(('1', repr('b'), value))})", "Hue['RED']")
    )


@expression("list", "tuple", "dict", needs=THINGS, weight=1)
def things_inside(make: Maker, depth: int) -> str:
    """They stand in containers, as keys too."""
    first, second = make.expr("thing", 1), make.expr("thing", 0)
    return make.chance.pick(
        (
            f"[{first}, {second}]",
            f"({first}, {second})",
            f"{{'k': {first}}}",
            f"[{second}] * 2",
            f"{{Hue.RED: {first}}}",
        )
    )


@expression("bool", "int", needs=THINGS, weight=1)
def asked_of_thing(make: Maker, depth: int) -> str:
    value, other = make.expr("thing", 1), make.leaf("thing")
    paused = f"(await act({value}))" if make.may_await() else value
    return make.chance.pick(
        (
            *(f"({value} == {other})", f"({value} is Hue.RED)", f"({paused} is Hue.BLUE)", f"({value} < {other})"),
            *(f"({value}.x)", f"len({{Hue.RED: 1, Hue.BLUE: {value}}})", f"({paused} == {value})", f"({value} in Hue)"),
        )
    )


@statement(weight=2, needs=THINGS)
def change_thing(make: Maker) -> list[str]:
    value = make.leaf("thing")
    if not value.isidentifier():
        return [f"{make.target('thing')} = {value}"]
    return make.chance.pick(
        (
            [f"{value}.x = {make.plain(1)}"],
            [f"{value}.xs.append({make.leaf('int')})"],
            [f"{make.target('int')}, {make.target('list')} = {value}"],
            [f"{make.target('thing')} = {value}._replace(x={make.plain(1)})"],
            [f"{make.target('dict')} = dataclasses.asdict({value})", *pause_of(make), f"print({value})"],
            [f"{make.target('thing')} = dataclasses.replace({value}, x={make.leaf('int')})"],
            [
                f"match {value}:",
                "    case Spot(x) | Fixed(x) | Pair(x):",
                "        print('x', x)",
                "    case Hue.RED:",
                "        print('red')",
            ],
        )
    )


@statement(weight=2, needs=THINGS + ", print, builtins")
def members_are_the_same(make: Maker) -> list[str]:
    """Members of an enum are the same objects after a pause, by whatever way they came."""
    first, second = make.target("thing"), make.target("list")
    return [
        f"{first} = {make.chance.pick(('Hue.RED', 'Hue(1)', 'Hue.BLUE.next()'))}",
        f"{second} = [{first}, Spot(0, [{first}]), {{{first}: {make.leaf('int')}}}]",
        *pause_of(make),
        f"print({first} is Hue.RED, {second}[0] is Hue['RED'], {second}[1].xs[0] is {first}, {second}[2], [*Hue])",
    ]


@statement(weight=3, needs=NEEDED + ", nested classes, imports in functions")
def kind_inside(make: Maker) -> list[str]:
    """Such a class inside of a function, with methods, made anew each time."""
    name, chance = make.fresh("Inner"), make.chance
    value = make.leaf("int")
    body = ["def total(self):", f"    return [self.x, {value}]"]
    match chance.below(3):
        case 0:
            options = chance.pick(("", "(frozen=True)", "(order=True)", "(slots=True)", "(eq=False)", "(kw_only=True)"))
            head = ["from dataclasses import dataclass, field, replace", f"@dataclass{options}", f"class {name}:"]
            body = [
                "x: int",
                f"y: object = {chance.pick(('None', 'field(default=2)', 'field(default_factory=list)'))}",
                *body,
            ]
            make_one = f"{name}(x={value}, y={chance.pick(('1', '[2]'))})"
        case 1:
            base = chance.pick(("Enum", "IntEnum", "Flag", "StrEnum"))
            head = [f"from enum import {base}, auto", f"class {name}({base}):"]
            first = "'p'" if base == "StrEnum" else "1"
            body = [
                f"P = {first}",
                "Q = auto()",
                f"ALIAS = {first}",
                "@property",
                "def x(self):",
                "    return self.name",
                *body,
            ]
            make_one = f"{name}.{chance.pick(('P', 'Q', 'ALIAS'))}"
        case _:
            head = ["from typing import NamedTuple", f"class {name}(NamedTuple):"]
            body = ["x: int", "y: object = (1,)", *body]
            make_one = f"{name}({value})"
    uses = [
        "print(made.total())",
        "print(made)",
        "made.x = 5",
        "print(made == again, made is again)",
        f"print(isinstance(made, {name}))",
    ]
    # Two hashes by identity are equal here where CPython's are not: docs/LANGUAGE.md says so.
    hashed = "made" if "@dataclass(eq=False)" in head else "again"
    uses += [
        "print(made < again)",
        f"print(hash(made) == hash({hashed}))",
        "print({made: 1, again: 2})",
        "print(list(made))",
    ]
    lines = [*head, *[f"    {line}" for line in body], f"made, again = {make_one}, {make_one}"]
    for use in [chance.pick(uses) for _ in range(chance.between(2, 4))]:
        lines += [*guarded(make, use), *pause_of(make)]
    return lines


@statement(weight=3, needs=NEEDED + ", nested classes")
def subclass_of_builtin(make: Maker) -> list[str]:
    """A subclass of a builtin, with an attribute, and a method that hands over to the builtin's own."""
    chance, name, made = make.chance, make.fresh("Sub"), make.fresh("made")
    builtin = chance.pick(tuple(BUILTINS))
    makes, asks = BUILTINS[builtin]
    own = chance.pick(("__eq__", "__len__", "__getitem__", "__add__", "__contains__", "__str__"))
    own = own if hasattr(getattr(builtins, builtin), own) else "__eq__"
    lines = [
        f"class {name}({builtin}):",
        f"    k = {make.leaf('int')}",
        f"    def {own}(self, *args):",
        f"        print({own!r}, *args)",
        f"        return super().{own}(*args)",
        *(["    __hash__ = None"] if own == "__eq__" and chance.percent(30) else []),
        f"{made} = {makes.format(name)}",
    ]
    for ask in [chance.pick(asks) for _ in range(chance.between(2, 4))]:
        lines += guarded(make, f"print({ask.format(name, made)})")
        if chance.percent(30):
            lines += [f"{made}.k = {make.leaf('int')}"]
        lines += pause_of(make)
    return [*lines, f"print(type({made}).__name__, isinstance({made}, {builtin}), {made}.k)"]
