"""Whole `run` bodies over what is compiled today, for Hypothesis, and the actions' scripted outcomes.

Programs end: every loop awaits an action each turn, and the script gives up after `CALLS_MAX`. Values stay small:
nothing that is generated can double a list or nest one variable in another.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

CALLS_MAX = 25
VARIABLES = ("total", "items", "a", "b")
OUTCOMES: tuple[object, ...] = (
    0,
    1,
    2,
    5,
    -1,
    True,
    False,
    None,
    "",
    "x",
    1.5,
    (1, 2),
    [1, 2],
    [],
    {"k": 3},
    ValueError("no"),
)

outcomes: SearchStrategy[list[object]] = st.lists(st.sampled_from(OUTCOMES[:-1]), min_size=1, max_size=12).flatmap(
    lambda values: st.sampled_from([values, [*values, OUTCOMES[-1]]])
)

_constants = st.sampled_from(["0", "1", "2", "3", "-1", "None", "True", '"x"', "[]", "[1, 2]", "(1, 2)", "1.5", "{}"])
_variables = st.sampled_from(VARIABLES)
_comparisons = st.sampled_from(["<", "<=", "==", "!=", ">", "is", "is not", "in"])

_errors = st.sampled_from(
    ["ValueError", "KeyError('k')", "TypeError('t')", "IndexError", "ZeroDivisionError(1, 2)", "7"]
)
_kinds = st.sampled_from(
    [
        "ValueError",
        "(KeyError, TypeError)",
        "Exception as a",
        "LookupError as b",
        "(await charge(1), TypeError)[1]",
        "0",
    ]
)
_patterns = st.sampled_from(
    [
        *("1 | 2", "None | True", "[a, *b]", "[*_, a]", "(a, [b, *_])", "[a, 2] | [2, a]", "{'k': a, **b}", "int(a)"),
        *("str() | float()", "[1, [a] | a]", "{} as b", "list([a, b]) as items", "[_, _]", "-1 | 1.5", "str(a, b)"),
    ]
)


@st.composite
def scalars(draw: DrawFn, depth: int = 3) -> str:
    """An expression that gives no new way to reach a variable's list."""
    if depth == 0:
        return draw(_constants)
    inner = scalars(depth - 1)
    kind = draw(st.sampled_from("constant call call len chain chain chain compare logic not if if index".split()))
    match kind:
        case "call":
            return f"await charge({draw(st.one_of(inner, expressions(depth - 1)))})"
        case "len":
            return f"len({draw(expressions(depth - 1))})"
        case "chain":
            links = draw(st.lists(st.tuples(_comparisons, expressions(depth - 1)), min_size=2, max_size=3))
            return "(" + draw(expressions(depth - 1)) + "".join(f" {sign} ({link})" for sign, link in links) + ")"
        case "compare":
            return f"(({draw(expressions(depth - 1))}) {draw(_comparisons)} ({draw(expressions(depth - 1))}))"
        case "logic":
            return f"(({draw(inner)}) {draw(st.sampled_from(['and', 'or']))} ({draw(inner)}))"
        case "not":
            return f"(not ({draw(expressions(depth - 1))}))"
        case "if":
            return f"(({draw(inner)}) if ({draw(inner)}) else ({draw(inner)}))"
        case "index":
            return f"[{draw(inner)}, {draw(inner)}][{draw(inner)}]"
    return draw(_constants)


@st.composite
def expressions(draw: DrawFn, depth: int = 3) -> str:
    kind = draw(
        st.sampled_from("variable variable scalar scalar add display index slice".split() if depth else ["variable"])
    )
    match kind:
        case "variable":
            return draw(_variables)
        case "scalar":
            return draw(scalars(depth - 1))
        case "add":
            return f"(({draw(expressions(depth - 1))}) {draw(st.sampled_from('+-'))} ({draw(scalars(depth - 1))}))"
        case "display":
            parts = draw(st.lists(scalars(depth - 1), min_size=1, max_size=3))
            return draw(st.sampled_from(["[{}]", "({},)"])).format(", ".join(parts))
        case "index":
            return f"{draw(_variables)}[{draw(scalars(depth - 1))}]"
        case "slice":
            return f"{draw(_variables)}[{draw(scalars(depth - 1))}:]"
    raise AssertionError(kind)


@st.composite
def tests_with_a_call(draw: DrawFn) -> str:
    """The test of a `while`: it calls an action whatever happens."""
    call = f"await charge({draw(scalars(1))})"
    shape = draw(st.sampled_from(["{0} < {1} < {2}", "({1}) and {2}", "({1}) or {2}", "not ({0} == ({1}) == {2})"]))
    return shape.format(draw(_constants), call, draw(scalars(2)))


@st.composite
def blocks(draw: DrawFn, depth: int, loop: bool) -> list[str]:
    made: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        made += draw(statements(depth, loop))
    return made


@st.composite
def statements(draw: DrawFn, depth: int, loop: bool) -> list[str]:
    simple = ["assign", "chain", "unpack", "stars", "item", "update", "update item", "do", "delete", "return"]
    simple += ["raise", "assert", "annotated"]
    compound = ["if", "while", "for", "for", "try", "try", "try", "match"] * 2
    kinds = simple + (["leave", "leave"] if loop else []) + (compound if depth else [])
    target = draw(_variables)
    value = expressions()
    match draw(st.sampled_from(kinds)):
        case "assign":
            return [f"{target} = {draw(value)}"]
        case "chain":
            return [f"{draw(_targets())} = {draw(_targets())} = {draw(scalars())}"]
        case "unpack":
            return [f"{draw(_targets())}, {draw(_targets())} = {draw(value)}"]
        case "stars":
            shape = draw(st.sampled_from(["{}, *{}", "*{}, {}", "({}, *{}), a", "[a, [*{}, {}]]", "{}, *{}, a = b"]))
            return [f"{shape.format(draw(_targets()), draw(_targets()))} = {draw(value)}"]
        case "annotated":
            return [draw(st.sampled_from(["a: int", "b: str", f"items[{draw(scalars())}]: list", "a: int = 1"]))]
        case "raise":
            error = draw(_errors)
            cause = draw(st.sampled_from(["", "", " from None", f" from {draw(_errors)}", f" from {draw(scalars())}"]))
            return [f"if {draw(scalars())}:", f"    raise{draw(st.sampled_from(['', f' {error}{cause}']))}"]
        case "assert":
            return [f"assert {draw(scalars())}{draw(st.sampled_from(['', f', {draw(scalars())}']))}"]
        case "item":
            return [f"{target}[{draw(scalars())}] = {draw(scalars())}"]
        case "update":
            return [f"{target} {draw(st.sampled_from(['+=', '-=']))} {draw(scalars())}"]
        case "update item":
            return [f"{target}[{draw(scalars())}] += {draw(scalars())}"]
        case "delete":
            return [f"del {draw(st.one_of(_variables, st.just('items[0]')))}"]
        case "return":
            return [f"if {draw(scalars())}:", f"    return {draw(value)}"]
        case "leave":
            return [f"if {draw(scalars())}:", f"    {draw(st.sampled_from(['break', 'continue']))}"]
        case "if":
            return [
                f"if {draw(scalars())}:",
                *_indented(draw(blocks(depth - 1, loop))),
                *(
                    [f"elif {draw(scalars())}:", *_indented(draw(blocks(depth - 1, loop)))]
                    if draw(st.booleans())
                    else []
                ),
                *(["else:", *_indented(draw(blocks(depth - 1, loop)))] if draw(st.booleans()) else []),
            ]
        case "try":
            return draw(_tries(depth, loop))
        case "match":
            cases = draw(st.lists(_cases(depth, loop), min_size=1, max_size=3))
            return [f"match {draw(value)}:", *(line for case in cases for line in case)]
        case "while":
            head = [f"while {draw(tests_with_a_call())}:"]
            return head + draw(_loop_body(depth, loop))
        case "for":
            name = draw(st.one_of(_variables, st.just("a, b"), st.just("items[0]")))
            return [f"for {name} in {draw(value)}:", "    await charge(0)", *draw(_loop_body(depth, loop))]
    return [draw(value)]


@st.composite
def _loop_body(draw: DrawFn, depth: int, loop: bool) -> list[str]:
    body = _indented(draw(blocks(depth - 1, True)))
    return body + (["else:", *_indented(draw(blocks(depth - 1, loop)))] if draw(st.booleans()) else [])


@st.composite
def _tries(draw: DrawFn, depth: int, loop: bool) -> list[str]:
    lines = ["try:", *_indented(draw(blocks(depth - 1, loop)))]
    ways = draw(st.sampled_from(["except", "except", "finally", "both", "all"]))
    if ways != "finally":
        for kind in draw(st.lists(_kinds, min_size=1, max_size=2)):
            lines += [f"except {kind}:", *_indented(draw(blocks(depth - 1, loop)))]
        if ways == "all":
            lines += ["else:", *_indented(draw(blocks(depth - 1, loop)))]
    if ways != "except":
        lines += ["finally:", *_indented(draw(blocks(depth - 1, loop)))]
    return lines


@st.composite
def _cases(draw: DrawFn, depth: int, loop: bool) -> list[str]:
    guard = draw(st.sampled_from(["", "", f" if {draw(scalars(1))}"]))
    return _indented([f"case {draw(_patterns)}{guard}:", *_indented(draw(blocks(depth - 1, loop)))])


def _targets() -> SearchStrategy[str]:
    return st.one_of(_variables, scalars(1).map(lambda index: f"items[{index}]"))


def _indented(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


# `a` and `b` are variables of every program, and unbound until it binds them.
_START = ["if not items:", "    a = b = 0"]
bodies: SearchStrategy[str] = blocks(2, False).map(lambda lines: "\n".join([*_START, *lines, "return total, items"]))
