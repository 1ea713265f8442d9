"""Lower an f-string to calls of natives, which format each value right behind its evaluation.

    f"{name}: {price:>{width}.2f}"    =>    concat_strings.0(
                                                format.0(name),
                                                ": ",
                                                format.0(price, concat_strings.0(">", format.0(width), ".2f")),
                                            )

    f"{x!r:{width()}}"                =>    held.0 = x
                                            held.1 = format.0(width())
                                            format.0(repr.0(held.0), held.1)

CPython converts (`!r`) behind the evaluation of the specification, so the latter goes first if it is not constant.

Before: FormattedText holds constants and placeholders.
After:  there are none. `check.tree` asserts it.
"""

from __future__ import annotations

from waymark.grammar import tree

from ..frontend import sugar
from .hoist import Before, Hoist, Lowered

CONVERSIONS = {"s": "str/1", "r": "repr/1", "a": "ascii/1"}
FORMAT = "format/1"
CONCAT = "concat_strings/1"


def lower_formatted(node: sugar.FormattedText, hoist: Hoist) -> Lowered:
    if len(node.parts) == 1:
        return [], node.parts[0]
    return [], hoist.natives.call(CONCAT, node.span, *node.parts)


def lower_placeholder(node: sugar.Placeholder, hoist: Hoist) -> Lowered:
    before: Before = []
    value, spec = node.value, node.spec
    if node.conversion:
        if spec is not None and not isinstance(spec, tree.Constant):
            before, (value, spec) = hoist.sequence([value, spec])
            value = hoist.hold(value, before)
            spec = hoist.hold(spec, before)
        value = hoist.natives.call(CONVERSIONS[node.conversion], node.span, value)
    return before, hoist.natives.call(FORMAT, node.span, value, *(() if spec is None else (spec,)))
