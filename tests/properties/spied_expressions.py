"""Expressions over values that note whatever is done to them, for Hypothesis.

A spy answers every question with another spy, or as its script says with a falsehood or an error; so the log of a run
shows what was evaluated, in which order, and how often a truth was asked for.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from waymark.stdlib.values.sets import OrderedSet

STEPS_MAX = 60


class Log:
    """What was done to the spies of one run, and what the script has them answer."""

    def __init__(self, script: list[int]) -> None:
        self.entries: list[str] = []
        self._script = script

    def next(self, entry: str) -> int:
        self.entries.append(entry)
        if len(self.entries) > STEPS_MAX:
            raise RuntimeError("enough")
        answer = self._script[len(self.entries) % len(self._script)]
        if answer == 9:
            raise ValueError(f"at {len(self.entries)}: {entry}")
        return answer


class Spy:
    def __init__(self, name: str, log: Log) -> None:
        self.__dict__.update(name=name, log=log)

    def _note(self, what: str, *others: object) -> Spy:
        shown = ", ".join(map(named, others))
        self.log.next(f"{self.name}.{what}({shown})")
        return Spy(f"{self.name[:8]}{len(self.log.entries)}", self.log)

    def __bool__(self) -> bool:
        return self.log.next(f"bool {self.name}") % 2 == 0

    def __contains__(self, item: object) -> bool:
        return self.log.next(f"{named(item)} in {self.name}") % 2 == 0

    def __iter__(self) -> Iterator[object]:
        return iter([Spy(f"{self.name}{n}", self.log) for n in range(self.log.next(f"iter {self.name}") % 3)])

    def keys(self) -> list[str]:
        return ["k", "j", "k"][: self.log.next(f"keys {self.name}") % 4]

    def __hash__(self) -> int:
        self.log.next(f"hash {self.name}")
        return len(self.name)

    def __eq__(self, other: object) -> Any:
        return self._note("eq", other)

    def __format__(self, spec: str) -> str:
        self.log.next(f"format {self.name} {spec!r}")
        return f"<{self.name}>"

    def __repr__(self) -> str:
        self.log.next(f"repr {self.name}")
        return f"[{self.name}]"

    def __str__(self) -> str:
        self.log.next(f"str {self.name}")
        return f"({self.name})"

    def __await__(self) -> Generator[None, None, Spy]:
        return self._note("await")
        yield

    def __call__(self, *args: object, **kwargs: object) -> Spy:
        return self._note("call", *args, *(f"{key}={named(value)}" for key, value in kwargs.items()))

    def __getattr__(self, name: str) -> Spy:
        if name not in ("foo", "bar"):
            raise AttributeError(name)
        return self._note(name)

    def __setattr__(self, name: str, value: object) -> None:
        self._note(f"set {name}", value)


def _operation(name: str) -> Any:
    return lambda self, *others: self._note(name, *others)


_OPERATIONS = (
    "neg invert add radd sub rsub mul rmul mod rmod matmul lt gt le ge ne getitem setitem delitem iadd isub index"
)
for _name in _OPERATIONS.split():
    setattr(Spy, f"__{_name}__", _operation(_name))


def named(value: object) -> str:
    """A value in the log. Spies are not asked for their text."""
    if isinstance(value, Spy):
        return str(value.name)
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}({', '.join(map(named, value))})"
    if isinstance(value, slice):
        return f"slice({named(value.start)}, {named(value.stop)}, {named(value.step)})"
    return (
        f"{'dict' if isinstance(value, dict) else 'set'} of {len(value)}"
        if isinstance(value, dict | set | OrderedSet)
        else repr(value)
    )


_atoms = st.sampled_from(["a", "b", "c", "a", "b", "1", "'x'", "None", "v"])
_operators = st.sampled_from(["+", "-", "*", "@", "%"])
_signs = st.sampled_from(["<", ">", "==", "!=", "<=", "is", "is not", "in", "not in"])
_KINDS = (
    "unary binary compare chain chain logic logic logic if await walrus display display set dict call call subscript "
    "slice attribute text text"
).split()


@st.composite
def expressions(draw: DrawFn, depth: int = 3) -> str:
    """An expression in parentheses."""
    if depth == 0:
        return draw(_atoms)
    inner: SearchStrategy[str] = st.one_of(_atoms, expressions(depth - 1))

    def some(least: int, most: int) -> list[str]:
        return draw(st.lists(inner, min_size=least, max_size=most))

    def starred(least: int = 0) -> list[str]:
        return [draw(st.sampled_from(["", "", "*"])) + item for item in some(least, 3)]

    match draw(st.sampled_from(_KINDS)):
        case "unary":
            return f"({draw(st.sampled_from(['-', '~', 'not ']))}{draw(inner)})"
        case "binary":
            return f"({draw(inner)} {draw(_operators)} {draw(inner)})"
        case "compare":
            return f"({draw(inner)} {draw(_signs)} {draw(inner)})"
        case "chain":
            return "(" + draw(inner) + "".join(f" {draw(_signs)} {link}" for link in some(2, 3)) + ")"
        case "logic":
            return f"({draw(inner)} {draw(st.sampled_from(['and', 'or']))} {draw(inner)})"
        case "if":
            return f"({draw(inner)} if {draw(inner)} else {draw(inner)})"
        case "await":
            return f"(await {draw(st.sampled_from('abc'))})"
        case "walrus":
            return f"(v := {draw(inner)})"
        case "display":
            left, right = draw(st.sampled_from(["[]", "()"]))
            return left + "".join(f"{item}, " for item in starred()).rstrip(" " if left == "(" else ", ") + right
        case "set":
            return "{" + ", ".join(starred(1)) + "}"
        case "dict":
            pairs = draw(st.lists(st.tuples(st.sampled_from(["", "", "**"]), inner, inner), max_size=3))
            return "{" + ", ".join(f"**{value}" if star else f"{key}: {value}" for star, key, value in pairs) + "}"
        case "call":
            return draw(inner) + draw(_arguments(inner))
        case "subscript":
            return f"{draw(inner)}[{', '.join(starred(1))}]"
        case "slice":
            return f"{draw(inner)}[{draw(inner)}:{draw(inner)}, ::{draw(inner)}]"
        case "attribute":
            return f"{draw(st.sampled_from('abc'))}.{draw(st.sampled_from(['foo', 'bar']))}"
    return draw(_texts(inner))


@st.composite
def _arguments(draw: DrawFn, inner: SearchStrategy[str]) -> str:
    kinds = draw(st.lists(st.sampled_from(["", "", "*", "**", "k=", "j="]), max_size=4))
    if len(set(kinds) & {"k="}) < kinds.count("k=") or len(set(kinds) & {"j="}) < kinds.count("j="):
        kinds = [kind for kind in kinds if not kind.endswith("=")]
    # Python wants plain arguments before named ones, and `*` before `**`.
    kinds.sort(key=lambda kind: {"": 0, "**": 2}.get(kind, 1))
    return "(" + ", ".join(kind + draw(inner) for kind in kinds) + ")"


@st.composite
def _texts(draw: DrawFn, inner: SearchStrategy[str]) -> str:
    """An f-string. Before 3.12 no quote of its own may stand in it, so texts inside it are another kind of quote."""
    plain = inner.map(lambda text: text if '"' not in text and "\\" not in text else "a")
    parts = draw(
        st.lists(st.tuples(plain, st.sampled_from(["", "", "!r", "!s"]), st.one_of(st.none(), plain)), max_size=2)
    )
    holes = "".join(
        "{ " + value + conversion + ("" if spec is None else ":{ " + spec + "}") + "}."
        for value, conversion, spec in parts
    )
    return f'f"t{holes}"'


@st.composite
def bodies(draw: DrawFn) -> str:
    """A few statements around such expressions."""
    lines = [draw(st.sampled_from(["v = c", "if None: v = c"]))]
    for _ in range(draw(st.integers(1, 2))):
        first, second = draw(expressions()), draw(expressions(2))
        lines += draw(
            st.sampled_from(
                [
                    [f"a({first}, {second})"],
                    [f"if {first}: v = {second}"],
                    [f"while {first}: v = b({second})"],
                    [f"a[{first}] = {second}"],
                    [f"a[{first}] += {second}"],
                    [f"b.foo, a[{first}] = c, {second}"],
                    [f"del a[{first}]"],
                    [f"for v in {first}:", f"    b({second})"],
                    [f"v = not {first}"],
                ]
            )
        )
    return "\n".join([*lines, f"return {draw(expressions())}"])


scripts: SearchStrategy[list[int]] = st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 0, 2, 4, 9]), min_size=1, max_size=15)
