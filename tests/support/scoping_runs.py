"""Bodies of `run` that are about names: few of them, bound, read, shared and unbound in every kind of scope.

Whatever goes wrong is printed, so that a program goes on to its end and shows what each name was in each place. `draw`
decides; a `random.Random` of Hypothesis lets a program shrink.
"""

from __future__ import annotations

import textwrap
from random import Random

NAMES = "abcd"
HEAD = """\
def show(x):
    if type(x) is dict:
        return list(x), show(list(x.values()))
    return "f" if callable(x) else [show(y) for y in x] if type(x) in (list, tuple) else x
def say(x):
    print(show(x))
    return x
def call(x):
    return x() if callable(x) else x
"""
ERRORS = "except (NameError, TypeError, ValueError, AttributeError) as error:\n    print(type(error).__name__, error)"


def body(draw: Random) -> str:
    """Some statements."""
    made = [HEAD]
    if draw.random() < 0.7:
        made.append("a = [1]\nb = (2,)")
    maker = _Maker(draw)
    made += [maker.guarded(maker.statement(3)) for _ in range(draw.randint(1, 5))]
    return "\n".join(made) + "\n"


class _Maker:
    def __init__(self, draw: Random) -> None:
        self.draw = draw
        self.awaits = True  # whether `await` may stand here
        self.walrus = True  # whether `:=` may: not where a comprehension binds a name, nor in its iterables

    def name(self) -> str:
        return self.draw.choice(NAMES)

    # --- expressions ---

    def expression(self, depth: int = 3) -> str:
        draw = self.draw
        if depth <= 0 or draw.random() < 0.25:
            return draw.choice([*NAMES, *NAMES, "1", "[1, 2]", "(3,)"])
        parts = [
            lambda: f"({self.expression(depth - 1)}, {self.expression(depth - 1)})",
            lambda: f"[{self.expression(depth - 1)}]",
            lambda: self.bound(depth),
            lambda: f"(lambda {self.name()}={self.expression(depth - 1)}: {self.inner(depth)})()",
            lambda: f"(lambda: {self.inner(depth)})",
            lambda: f"(lambda: {self.inner(depth)})()",
            lambda: self.comprehension(depth - 1),
            lambda: self.comprehension(depth - 1),
            lambda: f"({' if '.join(self.expression(depth - 1) for _ in range(2))} else {self.expression(depth - 1)})",
            lambda: f"({self.expression(depth - 1)} and {self.expression(depth - 1)})",
            lambda: f"{'await act' if self.awaits else 'say'}(show({self.expression(depth - 1)}))",
            lambda: f"call({self.expression(depth - 1)})",
        ]
        return draw.choice(parts)()

    def bound(self, depth: int) -> str:
        value = self.expression(depth - 1)
        return f"({self.name()} := {value})" if self.walrus else value

    def inner(self, depth: int) -> str:
        """The body of a lambda."""
        outer, self.awaits = (self.awaits, self.walrus), False
        made = self.expression(depth - 1)
        self.awaits, self.walrus = outer
        return made

    def iterable(self, depth: int) -> str:
        one = f"({self.expression(depth)},)"
        return self.draw.choice(["[0, 1]", "range(2)", f"[{self.expression(depth)}, 5]", one, self.name()])

    def comprehension(self, depth: int) -> str:
        shape = self.draw.choice(["[{} {}]", "[{} {}]", "list({} {})", "{{str(show(1)): {} {}}}"])
        outer = self.awaits, self.walrus
        self.walrus = False
        first = self.iterable(depth - 1)
        self.awaits = self.awaits and not shape.startswith("list")
        clauses = f"for {self.name()} in {first}"
        for _ in range(self.draw.choice([0, 0, 1])):
            clauses += f" for {self.name()} in {self.iterable(depth - 1)}"
        if self.draw.random() < 0.4:
            clauses += f" if {self.expression(depth - 1)}"
        element = self.expression(depth - 1)
        self.awaits, self.walrus = outer
        return shape.format(element, clauses)

    # --- statements ---

    def statement(self, depth: int) -> str:
        assign = [lambda: f"{self.name()} = {self.expression()}"] * 3
        small = [lambda: f"say({self.expression()})", lambda: f"del {self.name()}", lambda: f"{self.name()} += (4,)"]
        large = [
            lambda: f"for {self.name()} in {self.iterable(1)}:\n{self.block(depth)}",
            lambda: f"if {self.expression(1)}:\n{self.block(depth)}\nelse:\n{self.block(depth)}",
            lambda: self.function(depth),
            lambda: self.function(depth),
            lambda: self.class_(depth),
        ]
        return self.draw.choice([*assign, *small, *(large if depth > 0 else [])])()

    def block(self, depth: int) -> str:
        lines = []
        for _ in range(self.draw.randint(1, 3)):
            made = self.statement(depth - 1)
            lines.append(self.guarded(made) if self.draw.random() < 0.6 else made)
        return textwrap.indent("\n".join(lines), "    ")

    def guarded(self, statement: str) -> str:
        return f"try:\n{textwrap.indent(statement, '    ')}\n{ERRORS}"

    def function(self, depth: int) -> str:
        name = self.name()
        default = self.expression(1)
        outer, self.awaits = self.awaits, False
        one = self.name()
        parameters = self.draw.choice(["", f"{one}=1", f"{one}={default}", f"*, {one}=2"])
        declared = self.draw.choice(["", "", "", f"    nonlocal {self.name()}\n", f"    global {self.name()}\n"])
        block, result = self.block(depth), self.expression(2)
        self.awaits = outer
        ending = f"    yield {result}" if self.draw.random() < 0.2 else f"    return {result}"
        shown = "list(made())" if "yield" in ending else "made()"
        return f"def made({parameters}):\n{declared}{block}\n{ending}\nsay({shown})\n{name} = made"

    def class_(self, depth: int) -> str:
        outer = self.awaits, self.walrus
        self.awaits = self.walrus = False
        block = self.block(depth - 1)
        method = f"    def m(self, {self.name()}=1):\n        return {self.expression(2)}"
        self.awaits, self.walrus = outer
        return f"class made:\n{block}\n{method}\nsay(made().m())\nsay(made.{self.name()})"
