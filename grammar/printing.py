"""Tree to WRL text, for people first: a module reads like a program. `parsing.parse` is the inverse.

    module shop.checkout

    action charge = "shop:charge"(order_id)

    async fn Checkout.run(self, order_id) {
        receipt = await charge(order_id)
        return receipt
    }

A tree that no text can stand for (an empty set display, parameters in an impossible order) is a `ValueError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .heads import declaration
from .layout import INDENT, WIDTH, fit
from .positions import spell_positions
from .spelling import dotted
from .statements import braces, statement
from .tree import Module
from .walk import walk


def print_module(module: Module, *, positions: bool = True) -> str:
    """The text of `module`. With `positions` a table at its end keeps every span; without it `parse` gives places in
    the text instead. Raises `TooDeep` for a tree that `parse` would refuse."""
    spans = [node.span for node in walk(module)]
    sections = [f"module {dotted(module.name)}"]
    if module.declarations:
        sections.append("\n".join(fit(declaration(each), "") for each in module.declarations))
    sections += ["\n".join(statement(function, "")) for function in module.functions]
    if module.init:
        sections.append("\n".join(braces(["init"], module.init, "")))
    if positions:
        sections.append("\n".join(["positions {", *_lines(spell_positions(spans)), "}"]))
    return "\n\n".join(sections) + "\n"


def _lines(words: Iterable[str]) -> Iterator[str]:
    """As many words a line as go in."""
    line = ""
    for word in words:
        if line and len(line) + 1 + len(word) > WIDTH:
            yield line
            line = ""
        line = f"{line} {word}" if line else INDENT + word
    if line:
        yield line
