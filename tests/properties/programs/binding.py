"""Statements that bind, change and unbind: assignments of every shape, `del`, mutating calls, imports."""

from __future__ import annotations

from .maker import Maker, statement
from .scope import POOLS


def place(make: Maker, depth: int = 1) -> str:
    """Something to store into: a variable, an element, an attribute."""
    chance = make.chance
    choices = ["name", "name", "item", "key"]
    choices += ["slice"] if make.has("slice targets") else []
    choices += ["attribute"] if make.has("classes") else []
    match chance.pick(choices):
        case "item":
            return f"{make.leaf('list')}[{make.expr('int', depth)}]"
        case "key":
            return f"{make.leaf('dict')}[{make.expr('str', depth)}]"
        case "slice":
            return f"{make.leaf('list')}[{make.expr('int', 0)}:{make.chance.pick(('2', '', '3'))}]"
        case "attribute":
            return f"{make.leaf('box')}.{chance.pick(('n', 'items', 'k'))}"
        case _:
            return make.target(make.plain_kind())


@statement(weight=8)
def assign(make: Maker) -> list[str]:
    kind = make.chance.pick([kind for kind in POOLS if make.has(_NEEDS.get(kind, ""))])
    value = make.expr(kind, 3)
    return [f"{make.target(kind)} = {value}"]


_NEEDS = {
    "bytes": "bytes",
    "set": "sets",
    "func": "lambdas",
    "iter": "iterators",
    "box": "classes",
    "loud": "protocols",
    "thing": "data classes and enums",
    "error": "builtins",
}


@statement(weight=2)
def assign_place(make: Maker) -> list[str]:
    value = make.plain()
    return [f"{place(make)} = {value}"]


@statement(weight=2)
def chain(make: Maker) -> list[str]:
    value = make.plain()
    return [f"{place(make)} = {place(make)} = {value}"]


@statement(weight=2)
def unpack(make: Maker) -> list[str]:
    kind = make.chance.pick(("list", "tuple", "str", "dict"))
    value = make.expr(kind) if make.chance.percent(50) else f"({make.plain(1)}, [{make.plain(1)}, {make.plain(1)}])"
    return [f"{targets(make)} = {value}"]


def targets(make: Maker, depth: int = 1) -> str:
    """Several targets, perhaps nested, perhaps with a star."""
    made = []
    star = make.chance.below(3) if make.has("starred targets") and make.chance.percent(35) else -1
    for index in range(make.chance.between(1 if star < 0 else 2, 3)):
        if depth and make.chance.percent(15):
            made.append(f"({targets(make, depth - 1)})")
        elif index == star:
            made.append(f"*{make.target('list')}" if make.chance.percent(70) else f"*{place(make, 0)}")
        else:
            made.append(place(make, 0))
    return ", ".join(made) + ("," if len(made) == 1 else "")


@statement(weight=1, needs="starred targets")
def unpack_nothing(make: Maker) -> list[str]:
    return [f"{make.chance.pick(('()', '[]'))} = {make.expr(make.chance.pick(('list', 'str', 'dict')))}"]


@statement(weight=5)
def update(make: Maker) -> list[str]:
    operator = make.chance.pick(("+", "-", "|", "&", "//", "%", "^", "+", "/", "*", ">>", "@"))
    number = make.expr("int")
    value = f"({number}) % 7" if operator in "*" else number
    if make.chance.percent(50):
        name = make.target("int")
        make.scope.used.add(name)
        return [f"{name} {operator}= {value}"]
    target = place(make)
    # A list or a text in the place of the number must not grow in a loop: its multiple is one of at most one.
    return [f"{target} {operator}= {f'({number}) % 2' if operator == '*' else value}"]


@statement(weight=2, needs="slices")
def grow(make: Maker) -> list[str]:
    name = make.leaf("list")
    if not name.isidentifier():
        return make.simple()
    return [f"if len({name}) < 6:", f"    {name} += {make.expr(make.chance.pick(('list', 'tuple', 'str')))}"]


@statement(weight=1, needs="annotated assignments")
def annotated(make: Maker) -> list[str]:
    kind = make.plain_kind()
    value = make.expr(kind)
    free = [name for name in POOLS[kind] if name not in make.scope.shared]
    if not free:
        return make.simple()
    name = make.chance.pick(free)
    make.bind(name, kind)
    return [f"{name}: {make.chance.pick(('int', 'list[int]', 'never_evaluated[0]'))} = {value}"]


@statement(weight=2)
def delete(make: Maker) -> list[str]:
    choices = [f"{make.leaf('list')}[{make.expr('int', 1)}]", f"{make.leaf('dict')}[{make.expr('str', 1)}]"]
    choices += [f"{make.leaf('list')}[1:]"] if make.has("slice targets") else []
    choices += [f"{make.leaf('box')}.n"] if make.has("classes") else []
    own = [name for name in make.scope.bound if name not in make.scope.shared]
    choices += [make.chance.pick(own)] if own and make.chance.percent(50) else []
    first = make.chance.pick(choices)
    if first.isidentifier():
        make.scope.used.add(first)
    return [f"del {first}"] if make.chance.percent(80) else [f"del ({first}, {make.chance.pick(choices)})"]


@statement(weight=4, needs="methods")
def mutate(make: Maker) -> list[str]:
    name, value = make.leaf("list"), make.plain()
    if not name.isidentifier():
        return [f"{name}.append({value})"]
    grows = make.chance.pick((f"append({value})", f"insert({make.expr('int', 1)}, {value})", f"extend({value})"))
    shrinks = make.chance.pick(("pop()", "pop(0)", "reverse()", "sort()", "clear()", f"remove({value})"))
    call = shrinks if make.chance.percent(35) else f"{grows} if len({name}) < 6 else None"
    return [f"{name}.{call}"]


@statement(weight=2, needs="methods")
def mutate_dict(make: Maker) -> list[str]:
    name = make.leaf("dict")
    call = make.chance.pick(
        (f"update({make.expr('dict')})", "popitem()", f"pop({make.expr('str')})", f"setdefault('z', {make.plain()})")
    )
    return [f"{name}.{call}"]


@statement(weight=1, needs="methods, sets")
def mutate_set(make: Maker) -> list[str]:
    call = make.chance.pick(
        (f"add({make.expr('int')})", f"discard({make.expr('int')})", f"update({make.expr('list')})")
    )
    return [f"{make.leaf('set')}.{call}"]


@statement(weight=4, needs="print")
def show(make: Maker) -> list[str]:
    options = make.chance.pick(("", "", ", sep='-'", ", end=';'")) if make.has("keyword natives") else ""
    return [f"print({make.plain()}, {make.plain(1)}{options})"]


@statement(weight=3)
def evaluate(make: Maker) -> list[str]:
    return [make.plain(3)]


@statement(weight=1)
def nothing(make: Maker) -> list[str]:
    return [make.chance.pick(("pass", "...", "'a text'", "1"))]


@statement(weight=2)
def sleep(make: Maker) -> list[str]:
    if not make.may_await():
        return make.simple()
    return [f"await asyncio.sleep({make.chance.pick(('0', '1', '0.5', '0'))})"]


@statement(weight=1, needs="imports in functions")
def import_here(make: Maker) -> list[str]:
    return [make.chance.pick(("import asyncio as later", "from asyncio import sleep as pause"))]


@statement(weight=1, needs="global")
def global_state(make: Maker) -> list[str]:
    return [make.chance.pick((f"STATE.append({make.plain()}) if len(STATE) < 6 else None", "count(1)", "count(-2)"))]
