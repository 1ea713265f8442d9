"""All small programs of nested regions, and many of them as one module.

A tree's inner nodes are regions with one block (`for`, `with`) or two (`try/except`, `try/finally`, `for/else`,
`if/else`); its leaves are what a block does: await, raise, raise again, return, break, continue. Every tree stands in
a loop of two turns, so that each leaf is legal wherever it stands. What is printed on the way tells the path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

Tree = tuple[str, ...] | tuple[str, "Tree"] | tuple[str, "Tree", "Tree"]

LEAVES = ("await", "raise", "again", "return", "break", "continue")
UNARY = ("for", "with", "swallow")
BINARY = ("except", "finally", "for_else", "if_else")

HEAD = """\
import asyncio
from waymark import Workflow, action, workflow

@action
async def act(value): ...

class Guard:
    def __init__(self, label, swallow):
        self.label = label
        self.swallow = swallow

    async def __aenter__(self):
        print("enter", self.label)

    async def __aexit__(self, kind, error, trace):
        await act(("exit", self.label, kind and kind.__name__))
        return self.swallow

def chain(error):
    texts = []
    while error is not None:
        texts.append((type(error).__name__, str(error)))
        error = error.__context__
    return texts
"""


@cache
def trees(nodes: int) -> tuple[Tree, ...]:
    """Every tree of exactly so many nodes."""
    if nodes == 1:
        return tuple((leaf,) for leaf in LEAVES)
    made: list[Tree] = [(kind, inner) for kind in UNARY for inner in trees(nodes - 1)]
    for left in range(1, nodes - 1):
        pairs = [(first, second) for first in trees(left) for second in trees(nodes - 1 - left)]
        made += [(kind, *pair) for kind in BINARY for pair in pairs]
    return tuple(made)


def module_of(cases: Sequence[Tree]) -> str:
    """One module that runs them all, each to its own end, and returns what each came to."""
    functions = [line for number, tree in enumerate(cases) for line in _function(number, tree)]
    names = "".join(f"case{number}, " for number in range(len(cases)))
    return "\n".join(
        [
            *(
                HEAD,
                *functions,
                "@workflow",
                "class Script(Workflow):",
                "    async def run(self):",
                "        ends = []",
            ),
            *(f"        for case in ({names}):", "            try:", "                ends.append(await case())"),
            *("            except Exception as error:", "                ends.append(chain(error))"),
            *('            print("end")', "        return ends", ""),
        ]
    )


def _function(number: int, tree: Tree) -> Iterator[str]:
    yield f"async def case{number}():"
    yield "    for turn in (1, 2):"
    yield from _Lines().block(tree, 2)
    yield '        print("turned")'
    yield '    return "through"'
    yield ""


class _Lines:
    """The lines of one tree; its places are numbered as they come."""

    def __init__(self) -> None:
        self._places = 0

    def block(self, tree: Tree, depth: int) -> list[str]:
        kind, *inner = tree
        self._places += 1
        place = self._places
        indent = "    " * depth
        if not inner:
            return [indent + line for line in _leaf(kind, place)]
        bodies = [self.block(child, depth + 1) for child in inner]  # type: ignore[arg-type]
        heads = _HEADS[kind]
        lines = [f"{indent}print({place})"]
        for head, body in zip(heads, bodies, strict=True):
            lines += [indent + head.format(place), *body]
        return [*lines, f'{indent}print("behind", {place})']


_HEADS: dict[str, tuple[str, ...]] = {
    "for": ("for step{0} in (1, 2):",),
    "with": ("async with Guard({0}, False):",),
    "swallow": ("async with Guard({0}, True):",),
    "except": ("try:", "except Exception:"),
    "finally": ("try:", "finally:"),
    "for_else": ("for step{0} in (1, 2):", "else:"),
    "if_else": ("if turn == 1:", "else:"),
}


def _leaf(kind: str, place: int) -> tuple[str, ...]:
    match kind:
        case "await":
            return (f"print(await act({place}))",)
        case "raise":
            return (f"raise ValueError({place})",)
        case "again":
            return (f"print({place})", "raise")
        case "return":
            return (f"return {place}, turn",)
    return (f"print({place})", kind)
