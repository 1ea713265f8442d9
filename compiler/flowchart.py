"""The control flow of a program as a graph in DOT, graphviz's language: what `waymark visualize` draws.

A box holds statements that follow one another, a diamond asks, a bold box waits (it awaits something, so a run can
stand there for a week). A dashed arrow is where an exception goes. Each function is a frame of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from waymark.grammar import tree
from waymark.grammar.statements import statement as spell
from waymark.grammar.walk import walk

LINE_MAX = 60  # characters of a line in a box
LINES_MAX = 12  # lines in a box; the rest is counted

Ends = list[tuple[str, str]]  # where a block was left open: (node, label of the arrow to come)


def flowchart(module: tree.Module) -> str:
    """Return the DOT text of a module: one frame for each function, in the order of the text."""
    lines = [
        f"digraph {_quoted(module.name)} {{",
        '    graph [fontname="monospace", labeljust=l];',
        '    node [shape=box, fontname="monospace", fontsize=10];',
        '    edge [fontname="monospace", fontsize=9];',
    ]
    for number, function in enumerate(_functions(module)):
        lines += _Chart(f"f{number}", function).lines()
    return "\n".join([*lines, "}"]) + "\n"


def _functions(module: tree.Module) -> Iterator[tree.Function]:
    for node in walk(module):
        if isinstance(node, tree.Function):
            yield node


class _Loop(msgspec.Struct):
    head: str
    left: Ends


class _Chart:
    """The graph of one function."""

    def __init__(self, prefix: str, function: tree.Function) -> None:
        self._prefix = prefix
        self._function = function
        self._count = 0
        self._nodes: list[str] = []
        self._arrows: list[str] = []
        self._loops: list[_Loop] = []
        self._returned: Ends = []

    def lines(self) -> Iterator[str]:
        function = self._function
        start = self._node(function.qualname or function.name, shape="oval")
        ends = self._block(function.body, [(start, "")])
        self._join(ends + self._returned, self._node("end", shape="oval"))
        words = {"coroutine": "async fn", "generator": "gen fn", "async_generator": "async gen fn"}.get(
            function.kind, "fn"
        )
        yield f"    subgraph cluster_{self._prefix} {{"
        yield f"        label={_quoted(f'{words} {function.qualname or function.name}')};"
        yield from (f"        {line}" for line in (*self._nodes, *self._arrows))
        yield "    }"

    # --- statements ---

    def _block(self, body: tree.Block, ends: Ends) -> Ends:
        together: list[tree.Statement] = []
        for node in body:
            if isinstance(node, tree.If | tree.While | tree.For | tree.Try | tree.Finally):
                ends = self._box(together, ends)
                together = []
                ends = self._compound(node, ends)
            elif isinstance(node, tree.Break | tree.Continue):
                ends = self._box(together, ends)
                together = []
                self._leave(node, ends)
                ends = []
            else:
                together.append(node)
                if isinstance(node, tree.Return | tree.Raise | tree.Reraise):
                    left = self._box(together, ends)
                    self._returned += left if isinstance(node, tree.Return) else []
                    return []
        return self._box(together, ends)

    def _box(self, together: list[tree.Statement], ends: Ends) -> Ends:
        if not together:
            return ends
        waits = any(_waits(node) for node in together)
        box = self._node("\n".join(_spelled(together)), style="bold" if waits else "", left=True)
        self._join(ends, box)
        return [(box, "")]

    def _leave(self, node: tree.Break | tree.Continue, ends: Ends) -> None:
        loop = self._loops[-1]
        if isinstance(node, tree.Break):
            loop.left += [(end, label or "break") for end, label in ends]
        else:
            self._join([(end, label or "continue") for end, label in ends], loop.head)

    def _compound(self, node: tree.Statement, ends: Ends) -> Ends:
        match node:
            case tree.If(body=body, orelse=orelse):
                asks = self._asks(f"if {_head(node)}", node.test, ends)
                return self._block(body, [(asks, "yes")]) + self._block(orelse, [(asks, "no")])
            case tree.While(body=body, test=test):
                endless = isinstance(test, tree.Constant) and test.value is True
                asks = self._asks(f"while {_head(node)}", test, ends)
                return self._loop(asks, body, "" if endless else "yes", [] if endless else [(asks, "no")])
            case tree.For(body=body, iterable=iterable):
                asks = self._asks(f"for {_head(node)}", iterable, ends)
                return self._loop(asks, body, "next", [(asks, "done")])
            case tree.Try(body=body, handler=handler, name=name):
                tried, caught = self._guarded(body, ends, f"catch {name}")
                return tried + self._block(handler, [(caught, "")])
            case tree.Finally(body=body, last=last):
                tried, caught = self._guarded(body, ends, "finally")
                self._join(tried, caught)
                return self._block(last, [(caught, "")])
        raise AssertionError(f"{type(node).__name__} is no compound statement")

    def _loop(self, head: str, body: tree.Block, label: str, ends: Ends) -> Ends:
        self._loops.append(_Loop(head, ends))
        self._join([(end, again or "again") for end, again in self._block(body, [(head, label)])], head)
        return self._loops.pop().left

    def _guarded(self, body: tree.Block, ends: Ends, name: str) -> tuple[Ends, str]:
        """The guarded part, with a dashed arrow from where it begins to what takes its exceptions."""
        begin = self._node("try", shape="circle")
        self._join(ends, begin)
        caught = self._node(name, shape="hexagon")
        self._arrows.append(f"{begin} -> {caught} [style=dashed];")
        return self._block(body, [(begin, "")]), caught

    # --- nodes and arrows ---

    def _asks(self, text: str, test: tree.Expression, ends: Ends) -> str:
        asks = self._node(text, shape="diamond", style="bold" if _waits(test) else "")
        self._join(ends, asks)
        return asks

    def _node(self, text: str, *, shape: str = "", style: str = "", left: bool = False) -> str:
        name = f"{self._prefix}_{self._count}"
        self._count += 1
        options = [f"label={_quoted(text, left=left)}"]
        options += [f"shape={shape}"] if shape else []
        options += [f"style={style}"] if style else []
        self._nodes.append(f"{name} [{', '.join(options)}];")
        return name

    def _join(self, ends: Ends, node: str) -> None:
        for end, label in ends:
            self._arrows.append(f"{end} -> {node}" + (f" [label={_quoted(label)}]" if label else "") + ";")


def _head(node: tree.Statement) -> str:
    """The first line of a compound statement, without its word and its brace."""
    line = next(iter(spell(node, ""))).strip()
    return _cut(line.partition(" ")[2].removesuffix("{").strip())


def _spelled(nodes: list[tree.Statement]) -> list[str]:
    lines = [_cut(line) for node in nodes for part in _brief(node) for line in part.splitlines()]
    return lines if len(lines) <= LINES_MAX else [*lines[: LINES_MAX - 1], f"... {len(lines) - LINES_MAX + 1} more"]


def _brief(node: tree.Statement) -> list[str]:
    if isinstance(node, tree.Function | tree.Class):  # a function has a frame of its own
        return [f"{'fn' if isinstance(node, tree.Function) else 'class'} {node.name}"]
    return list(spell(node, ""))


def _cut(line: str) -> str:
    return line if len(line) <= LINE_MAX else line[: LINE_MAX - 3] + "..."


def _waits(node: tree.Node) -> bool:
    if isinstance(node, tree.Function | tree.Class):
        return False
    return any(isinstance(each, tree.Await | tree.Yield) for each in walk(node))


def _quoted(text: str, *, left: bool = False) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    end = "\\l" if left else "\\n"
    return f'"{escaped.replace(chr(10), end)}{end if left else ""}"'
