"""Functions as expressions, calls of all kinds, iterators, attributes of instances."""

from __future__ import annotations

from .containers import items
from .maker import Maker, expression, literal


@literal("func")
def func_literal(make: Maker) -> str:
    return make.chance.pick(("len", "str", "int")) if make.has("builtins") else "None"


@literal("iter")
def iter_literal(make: Maker) -> str:
    return "iter([1, 2, 3])" if make.has("iterators") else "None"


@expression("func", needs="lambdas", weight=5)
def a_lambda(make: Maker, depth: int) -> str:
    default = f", y={make.expr('int', 0)}" if make.chance.percent(30) else ""
    with make.inside(awaiting=False, binding=False), make.scope.having(x="int", **({"y": "int"} if default else {})):
        return f"(lambda x{default}: {make.expr(make.chance.pick(('int', 'list', 'tuple')), 2)})"


@expression("func", needs="module functions", weight=2)
def helper(make: Maker, depth: int) -> str:
    return make.chance.pick(("note", "boom", "double"))


@expression("int", "str", "list", weight=3)
def call(make: Maker, depth: int) -> str:
    if not make.scope.visible("func") and not make.has("lambdas"):
        return make.leaf("int")
    return f"({make.expr('func', depth)})({', '.join(items(make, depth, 2))})"


@expression("int", "list", needs="module functions, starred arguments", weight=2)
def call_with_stars(make: Maker, depth: int) -> str:
    """`spread` shows what its parameters got."""
    arguments = items(make, depth, 2)
    if make.chance.percent(50):
        arguments.append(f"*({make.expr('list', depth)})[:2]")
    # Not `k` twice: while an exception is handled, CPython 3.11 alone says KeyError for that (docs/LANGUAGE.md).
    more = make.chance.percent(30)
    names = [name for name in ("first", "extra", "last", *(() if more else ("k",))) if make.chance.percent(25)]
    arguments += [f"{name}={make.plain(depth)}" for name in names]
    if more:
        arguments.append(f"**{make.expr('dict', 0)}")
    return f"spread({', '.join(arguments)})"


@expression("int", "list", needs="module functions", weight=2)
def recursion(make: Maker, depth: int) -> str:
    return f"countdown({make.expr('int', depth)})"


@expression("int", "list", "str", needs="module coroutines", weight=2)
def awaited_helper(make: Maker, depth: int) -> str:
    if not make.may_await():
        return make.leaf("int")
    return f"(await fetch({make.plain(depth)}, {make.chance.pick(('1', '2', 'times=2'))}))"


@expression("int", "list", "dict", needs="module state")
def of_the_module(make: Maker, depth: int) -> str:
    return make.chance.pick(("STATE", "COUNTS", "LIMIT", "WORDS", "count(1)", f"remember({make.plain(depth)})"))


@expression("iter", needs="iterators", weight=2)
def iterator(make: Maker, depth: int) -> str:
    return f"iter({make.expr(make.chance.pick(('list', 'tuple', 'str', 'dict')), depth)})"


@expression("iter", needs="lazy iterators", weight=3)
def lazy(make: Maker, depth: int) -> str:
    source = make.expr(make.chance.pick(("list", "iter")), depth)
    match make.chance.pick(("map", "filter", "enumerate", "zip", "reversed")):
        case "map":
            return f"map({make.expr('func', depth)}, {source})"
        case "filter":
            return f"filter({make.chance.pick(('None', 'bool', make.expr('func', depth)))}, {source})"
        case "enumerate":
            return f"enumerate({source}, {make.expr('int', 0)})"
        case "zip":
            return f"zip({source}, {make.expr('list', depth)})"
        case _:
            return f"reversed({make.expr('list', depth)})"


@expression("iter", needs="generators", weight=2)
def generator(make: Maker, depth: int) -> str:
    return f"numbers({make.expr('int', depth)})"


@expression("int", needs="iterators", weight=2)
def stepped(make: Maker, depth: int) -> str:
    return (
        f"next({make.leaf('iter')}, {make.plain(depth)})" if make.chance.percent(60) else f"next({make.leaf('iter')})"
    )


@expression("list", needs="iterators, builtins", weight=2)
def drained(make: Maker, depth: int) -> str:
    return f"list({make.expr('iter', depth)})[:6]" if make.has("slices") else f"list({make.expr('iter', depth)})"


@expression("int", "list", needs="classes", weight=2)
def attribute(make: Maker, depth: int) -> str:
    box = make.leaf("box")
    return make.chance.pick(
        (f"{box}.n", f"{box}.items", f"{box}.n", f"{box}.add({make.expr('int', depth)})", f"{box}.k")
    )


@expression("box", needs="classes", weight=2)
def instance(make: Maker, depth: int) -> str:
    kind = make.chance.pick(("Box", "Box", "Pot"))
    return f"{kind}({make.expr('int', depth)}, {make.expr('list', depth)})"
