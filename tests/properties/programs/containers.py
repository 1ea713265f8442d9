"""Lists, tuples, dicts and sets: displays with stars, slices, methods. They stay short, whatever loop they stand in."""

from __future__ import annotations

from .maker import Maker, expression, literal

KEYS = ("'k'", "'a'", "'x'", "'z'", "0", "1", "1.0", "True", "None", "(1, 2)", "NAN", "-0.0")


@literal("list")
def list_literal(make: Maker) -> str:
    return make.chance.pick(("[]", "[1, 2, 3]", "[3, 'x', 1]", "[0]", "['b', 'a']", "[[1], 2]"))


@literal("tuple")
def tuple_literal(make: Maker) -> str:
    return make.chance.pick(("()", "(1, 2)", "('a', 1, None)", "(0,)", "([1], 2)"))


@literal("dict")
def dict_literal(make: Maker) -> str:
    return make.chance.pick(("{}", "{'k': 1}", "{'a': 1, 'x': [2]}", "{1: 'a', True: 'b', 1.0: 'c'}", "{NAN: 1}"))


@literal("set")
def set_literal(make: Maker) -> str:
    return make.chance.pick(("{1, 2}", "{'a'}", "{1, True, 1.0}")) if make.has("sets") else "()"


def items(make: Maker, depth: int, most: int = 3) -> list[str]:
    """Elements of a display or arguments of a call, some of them with a star."""
    made = []
    for _ in range(make.chance.between(0, most)):
        if make.has("starred items") and make.chance.percent(12):
            made.append(f"*({make.expr(make.chance.pick(('list', 'tuple')), depth)})[:3]")
        else:
            made.append(make.plain(depth) if make.chance.percent(30) else make.expr("int", depth))
    return made


@expression("list", weight=4)
def list_display(make: Maker, depth: int) -> str:
    return f"[{', '.join(items(make, depth))}]"


@expression("tuple", weight=4)
def tuple_display(make: Maker, depth: int) -> str:
    made = items(make, depth)
    return f"({', '.join(made)}{',' if len(made) == 1 else ''})"


@expression("dict", weight=4)
def dict_display(make: Maker, depth: int) -> str:
    made = []
    for _ in range(make.chance.between(0, 3)):
        if make.has("starred items") and make.chance.percent(15):
            made.append(f"**({make.expr('dict', depth)})")
        else:
            key = make.chance.pick(KEYS) if make.chance.percent(70) else make.expr("str", depth)
            made.append(f"{key}: {make.plain(depth)}")
    return f"{{{', '.join(made)}}}"


@expression("set", needs="sets", weight=3)
def set_display(make: Maker, depth: int) -> str:
    made = items(make, depth)
    return f"{{{', '.join(made)}}}" if made else "set()"


@expression("set", needs="sets, builtins")
def set_operation(make: Maker, depth: int) -> str:
    operator = make.chance.pick(("|", "&", "-", "^"))
    return f"({make.leaf('set')} {operator} set({make.expr(make.chance.pick(('list', 'tuple')), depth)}))"


@expression("bool", needs="sets", weight=1)
def set_question(make: Maker, depth: int) -> str:
    other = make.expr("set", depth)
    return f"({make.leaf('set')} {make.chance.pick(('<=', '>', '==', '!='))} {other})"


@expression("list", "tuple", weight=2)
def concatenated(make: Maker, depth: int) -> str:
    kind = make.chance.pick(("list", "tuple"))
    if not make.has("slices"):
        return make.leaf(kind)
    return f"(({make.expr(kind, depth)}) + ({make.expr(kind, depth)}))[:6]"


@expression("list", "tuple", needs="slices", weight=2)
def slice_of(make: Maker, depth: int) -> str:
    low, high, step = make.expr("int", 0), make.expr("int", 0), make.chance.pick(("1", "2", "-1", "None"))
    span = make.chance.pick((f"{low}:", f":{high}", f"{low}:{high}", f"::{step}", f"{low}:{high}:{step}"))
    return f"({make.expr(make.chance.pick(('list', 'tuple')), depth)})[{span}]"


@expression("list", needs="builtins", weight=2)
def made_of(make: Maker, depth: int) -> str:
    kind = make.chance.pick(("str", "tuple", "dict", "list"))
    native = make.chance.pick(("list", "sorted"))
    return f"{native}({make.expr(kind, depth)})"


@expression("list", needs="builtins, keyword natives, lambdas")
def sorted_by(make: Maker, depth: int) -> str:
    with make.inside(awaiting=False, binding=False), make.scope.having(x="int"):
        key = make.expr("int", 1)
    return f"sorted({make.expr('list', depth)}, key=lambda x: {key}, reverse={make.expr('bool', 0)})"


@expression("list", needs="sets, builtins")
def sorted_set(make: Maker, depth: int) -> str:
    # With a key: which two of a mixed set `<` is asked of first tells its order, which is ours to choose.
    return f"sorted({make.expr('set', depth)}, key=repr)"


@expression("tuple", needs="builtins")
def tuple_of(make: Maker, depth: int) -> str:
    return f"tuple({make.expr(make.chance.pick(('list', 'str', 'dict')), depth)})"


@expression("dict", needs="builtins, lazy iterators")
def dict_of(make: Maker, depth: int) -> str:
    return f"dict(zip({make.expr('str', depth)}, {make.expr('list', depth)}))"


@expression("dict", needs="builtins, keyword natives")
def dict_of_names(make: Maker, depth: int) -> str:
    return f"dict(a={make.plain(depth)}, k={make.plain(depth)})"


@expression("dict", weight=1)
def united(make: Maker, depth: int) -> str:
    return f"(({make.expr('dict', depth)}) | ({make.expr('dict', depth)}))"


@expression("int", "str", needs="methods", weight=2)
def found(make: Maker, depth: int) -> str:
    method = make.chance.pick(("get", "get", "setdefault", "pop"))
    return f"({make.expr('dict', depth)}).{method}({make.chance.pick(KEYS)}, {make.plain(depth)})"


@expression("int", needs="methods")
def counted(make: Maker, depth: int) -> str:
    method = make.chance.pick(("count", "index", "count"))
    return f"({make.expr(make.chance.pick(('list', 'tuple')), depth)}).{method}({make.expr('int', depth)})"


@expression("list", needs="methods, builtins, views")
def of_view(make: Maker, depth: int) -> str:
    return f"list(({make.expr('dict', depth)}).{make.chance.pick(('keys', 'values', 'items'))}())"
