"""Instances whose methods carry out Python's own operations, and say so: operators, truth, iteration, formatting."""

from __future__ import annotations

from .maker import Maker, expression, literal, statement
from .scalars import quoted


@literal("loud")
def loud_literal(make: Maker) -> str:
    return f"Loud({make.chance.pick(('0', '1', '2', '-1'))})" if make.has("protocols") else "None"


@expression("loud", needs="protocols", weight=3)
def loud(make: Maker, depth: int) -> str:
    value, other = make.leaf("loud"), make.expr("int", 1)
    return make.chance.pick((f"({value} + {other})", f"({other} + {value})", f"(-{value})", f"Loud.of({other})"))


@expression("int", "tuple", "str", needs="protocols", weight=2)
def asked_of_loud(make: Maker, depth: int) -> str:
    value, number = make.expr("loud", 1), make.expr("int", 1)
    shapes = (
        *(
            f"{value}[{number}]",
            f"{value}({number}, k=1)",
            f"{value}.twice",
            f"{value}.any",
            f"{value}.k",
            f"len({value})",
        ),
        *(
            f"{value}.plain({number})",
            quoted(f"{{{value}:x}}") or value,
            f"str({value})",
            f"sum(Walk({number}))",
            f"{value}.n",
        ),
        *(f"list(Walk({number}))", f"max({value}.n, {number})", f"getattr({value}, 'k', 0)"),
    )
    return make.chance.pick(shapes)


@expression("bool", needs="protocols", weight=2)
def question_to_loud(make: Maker, depth: int) -> str:
    value, other = make.expr("loud", 1), make.leaf("loud")
    shapes = (f"{value} == {other}", f"{value} < {other}", f"not {value}", f"{make.expr('int', 1)} in {value}")
    more = (f"{value} and {other}", f"{value} != {other}", f"{value} in [{other}]", f"{value} < {other} < {value}")
    return f"bool({make.chance.pick((*shapes, *more))})"


@statement(weight=2, needs="protocols")
def change_loud(make: Maker) -> list[str]:
    value, number = make.leaf("loud"), make.expr("int", 1)
    if not value.isidentifier():
        return [f"{make.target('loud')} = {value}"]
    return make.chance.pick(
        (
            [f"{value} += {number}"],
            [f"{value}[{number}] = {number}"],
            [f"{value}[1] += ({number},)"],
            [f"del {value}[{number}]"],
            [f"{value}.twice = {number}"],
            [f"{value}.twice += {number}"],
            [f"if {value}:", f"    {make.target('int')} = {number}"],
        )
    )


@statement(weight=2, needs="protocols")
def walk(make: Maker) -> list[str]:
    """A loop, a display, an unpacking over an iterator of the program, or over one that only has `__getitem__`."""
    source = make.chance.pick((f"Walk({make.chance.below(4)})", make.expr("loud", 0)))
    match make.chance.below(5):
        case 0:
            return [f"for {make.target('int')} in {source}:", *make.loop_block(2)]
        case 1:
            return [f"{make.target('list')} = [*{source}]"]
        case 2:
            return [f"{make.target('int')}, {make.target('int')} = {source}"]
        case 3:
            return [f"{make.target('list')} = [x for x in {source} if x]"]
    return [f"{make.target('dict')} = {{{make.leaf('loud')}: 1, {make.leaf('loud')}: 2}}"]
