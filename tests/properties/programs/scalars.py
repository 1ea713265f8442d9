"""Numbers, truth, text and bytes."""

from __future__ import annotations

from .maker import Maker, expression, literal
from .scope import PLAIN

INTS = ("0", "1", "2", "3", "7", "-1", "True", "2 ** 70", "0xff", "1_000")
FLOATS = ("0.5", "-0.0", "1.0", "2.5", "1e300", "NAN", "1e309")
STRINGS = ("'ab'", "''", "'x'", "'k'", "'One two'", '"it\'s"', "'é\\n'", "'a' 'b'", "r'\\d'", "'''q'''")
BYTES = ("b'ab'", "b''", "b'\\x00z'")
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


@literal("int")
def int_literal(make: Maker) -> str:
    return make.chance.pick(INTS)


@literal("bool")
def bool_literal(make: Maker) -> str:
    return make.chance.pick(("True", "False"))


@literal("float")
def float_literal(make: Maker) -> str:
    return make.chance.pick(FLOATS)


@literal("str")
def str_literal(make: Maker) -> str:
    return make.chance.pick(STRINGS)


@literal("bytes")
def bytes_literal(make: Maker) -> str:
    return make.chance.pick(BYTES)


@literal("box")
def box_literal(make: Maker) -> str:
    return f"Box({make.expr('int', 0)})" if make.has("classes") else "None"


@literal("error")
def error_literal(make: Maker) -> str:
    return f"{make.chance.pick(('ValueError', 'KeyError', 'LookupError'))}({make.expr('str', 0)})"


@expression("int", weight=6)
def arithmetic(make: Maker, depth: int) -> str:
    left, right = make.expr("int", depth), make.expr("int", depth)
    operator = make.chance.pick(("+", "-", "*", "//", "%", "&", "|", "^"))
    return f"(({left}) {operator} ({right}) % 97)" if operator == "*" else f"(({left}) {operator} ({right}))"


@expression("int")
def shift_or_power(make: Maker, depth: int) -> str:
    return f"(({make.expr('int', depth)}) % 9 {make.chance.pick(('<<', '>>', '**'))} {make.chance.pick(('2', '3'))})"


@expression("int", "float")
def unary(make: Maker, depth: int) -> str:
    return f"({make.chance.pick('-+~')}({make.expr('int', depth)}))"


@expression("int", weight=2)
def length(make: Maker, depth: int) -> str:
    return f"len({make.expr(make.chance.pick(('list', 'str', 'tuple', 'dict')), depth)})"


@expression("int", needs="builtins")
def folded(make: Maker, depth: int) -> str:
    native = make.chance.pick(("sum", "min", "max", "abs", "int", "round", "ord"))
    kind = {"abs": "int", "int": "str", "round": "float", "ord": "str"}.get(native, "list")
    return f"{native}({make.expr(kind, depth)})"


@expression("int", "str", "float", weight=2)
def element(make: Maker, depth: int) -> str:
    kind = make.chance.pick(("list", "tuple", "str", "dict"))
    key = "str" if kind == "dict" else "int"
    return f"({make.expr(kind, depth)})[{make.expr(key, 0)}]"


@expression("int", "str", "list", "tuple", "float", "bool", weight=1)
def either(make: Maker, depth: int) -> str:
    kind = make.plain_kind()
    return f"(({make.expr(kind, depth)}) if ({make.expr('bool', depth)}) else ({make.expr(kind, depth)}))"


@expression("int", "str", "bool", "list")
def logic(make: Maker, depth: int) -> str:
    word = make.chance.pick(("and", "or"))
    parts = [make.plain(depth) for _ in range(make.chance.between(2, 3))]
    return "(" + f" {word} ".join(f"({part})" for part in parts) + ")"


@expression("int", "str", "list", needs="walrus", weight=1)
def walrus(make: Maker, depth: int) -> str:
    kind = make.chance.pick(("int", "str", "list"))
    if not make.binding:
        return make.leaf(kind)
    value = make.expr(kind, depth)
    return f"({make.target(kind)} := {value})"


@expression("bool", weight=4)
def comparison(make: Maker, depth: int) -> str:
    kind = make.plain_kind()
    return f"(({make.expr(kind, depth)}) {make.chance.pick(COMPARISONS)} ({make.expr(kind, depth)}))"


@expression("bool", weight=2)
def chained(make: Maker, depth: int) -> str:
    links = [f"{make.chance.pick(COMPARISONS)} ({make.expr('int', depth)})" for _ in range(make.chance.between(2, 3))]
    return f"(({make.expr('int', depth)}) {' '.join(links)})"


@expression("bool", weight=2)
def membership(make: Maker, depth: int) -> str:
    word = make.chance.pick(("in", "not in"))
    kind, member = make.chance.pick((("list", "int"), ("str", "str"), ("dict", "str"), ("tuple", "int")))
    return f"(({make.expr(member, depth)}) {word} ({make.expr(kind, depth)}))"


@expression("bool", needs="builtins")
def identity(make: Maker, depth: int) -> str:
    kind = make.chance.pick(("list", "dict"))
    known = make.scope.visible(kind)
    if not known:
        return make.leaf("bool")
    name = make.chance.pick(known)
    # Of numbers and text `is` means less than in CPython: they are left out.
    word = make.chance.pick(("is", "is not"))
    return f"(isinstance({name}, (list, dict)) and ({make.expr(kind, depth)}) {word} {name})"


@expression("bool")
def negation(make: Maker, depth: int) -> str:
    return f"(not ({make.plain(depth)}))"


@expression("bool", needs="builtins")
def asked(make: Maker, depth: int) -> str:
    if make.chance.percent(40):
        return f"{make.chance.pick(('any', 'all', 'bool'))}({make.expr('list', depth)})"
    kind = make.chance.pick(("int", "str", "(int, str)", "float", "list", "(dict, tuple)"))
    return f"isinstance({make.plain(depth)}, {kind})"


@expression("float", weight=3)
def division(make: Maker, depth: int) -> str:
    right = make.expr(make.chance.pick(("int", "float")), depth)
    return f"(({make.expr('float', depth)}) {make.chance.pick('/+-*')} ({right}))"


@expression("str", weight=2)
def joined(make: Maker, depth: int) -> str:
    return f"(({make.expr('str', depth)}) + ({make.expr('str', depth)}))[:24]"


@expression("str", needs="f-strings", weight=4)
def formatted(make: Maker, depth: int) -> str:
    parts = [make.chance.pick(("", "n=", "{{}} "))]
    for _ in range(make.chance.between(1, 2)):
        parts += [_placeholder(make, depth), make.chance.pick(("", "; "))]
    return quoted("".join(parts)) or make.leaf("str")


def quoted(text: str) -> str:
    """An f-string of this text, or nothing: CPython 3.11 has no spelling for some of them."""
    for quotes in ('"""', "'''", "'"):
        if quotes not in text and "\\" not in text and not text.endswith(quotes[0]):
            return f"f{quotes}{text}{quotes}"
    return ""


def _placeholder(make: Maker, depth: int) -> str:
    chance = make.chance
    if chance.percent(25):
        spec = chance.pick(("04d", ">5", "<+3", ",", f"{{{make.leaf('int')} % 9}}", "*^{3}"))
        return f"{{({make.expr('int', depth)}):{spec}}}"
    conversion = chance.pick(("", "", "!r", "!s", "!a"))
    if chance.percent(20):
        return f"{{{make.leaf('int')} = {conversion}}}"
    return f"{{({make.expr(chance.pick(PLAIN), depth)}){conversion}}}"


@expression("str", needs="methods", weight=2)
def text_method(make: Maker, depth: int) -> str:
    call = make.chance.pick(
        ("upper()", "strip()", "title()", "replace('a', 'b')", "center(5, '-')", "removeprefix('x')", "zfill(4)")
    )
    return f"({make.expr('str', depth)}).{call}"


@expression("str", needs="methods")
def text_of_items(make: Maker, depth: int) -> str:
    return f"({make.expr('str', 0)}).join({make.expr('list', depth)})"


@expression("str", needs="builtins")
def text_of(make: Maker, depth: int) -> str:
    return f"{make.chance.pick(('str', 'repr', 'ascii', 'format'))}({make.plain(depth)})"


@expression("bytes", needs="bytes")
def encoded(make: Maker, depth: int) -> str:
    return f"({make.expr('str', depth)}).encode()" if make.has("methods") else make.leaf("bytes")


@expression("bytes", "str", needs="slices")
def part(make: Maker, depth: int) -> str:
    low, high = make.expr("int", 0), make.expr("int", 0)
    span = make.chance.pick((f"{low}:", f":{high}", f"{low}:{high}", "::2", "::-1", f"-2:{high}:1"))
    return f"({make.expr(make.chance.pick(('str', 'bytes')), depth)})[{span}]"
