"""Live sets against all paths of random programs, found without `vm/regions.py`.

A program is drawn as a tree, flattened to code, and turned into a graph edge by edge. A register is live where a path
leads to a read of it before a write.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from waymark.vm.isa import BY_CODE, Kind, Op
from waymark.vm.liveness import live_sets
from waymark.vm.unit import Instruction

REGISTERS = 4
ENTRY = 2
TURNS = (Op.LOOP, Op.FOR)
SECOND = {Op.IF: Op.ELSE, Op.TRY: Op.CATCH}


class Plain(NamedTuple):
    op: Op
    operands: tuple[int, ...]


class Region(NamedTuple):
    op: Op
    operands: tuple[int, ...]
    first: list[Plain | Region]
    second: list[Plain | Region] | None


@st.composite
def sequences(draw: st.DrawFn, around: tuple[Op, ...] = ()) -> list[Plain | Region]:
    register = st.integers(0, REGISTERS - 1)
    nodes: list[Plain | Region] = []
    for _ in range(draw(st.integers(0, 3) if around else st.integers(3, 6))):
        shape = draw(st.sampled_from(("plain", "plain", "region", "leave")))
        if shape == "region" and len(around) < 3:
            op = draw(st.sampled_from((Op.BLOCK, Op.IF, Op.LOOP, Op.FOR, Op.TRY, Op.HANDLED)))
            operands = tuple(draw(register) for _ in op.value.operands)
            first = draw(sequences((*around, op)))
            two = op is Op.TRY or (op is Op.IF and draw(st.booleans()))
            nodes.append(Region(op, operands, first, draw(sequences((*around, op))) if two else None))
        elif shape == "leave" and around:
            depth = draw(st.integers(0, len(around) - 1))
            leave = (Op.EXIT, Op.EXIT_IF, *([Op.AGAIN] if around[-1 - depth] in TURNS else ()))
            op = draw(st.sampled_from(leave))
            nodes.append(Plain(op, (draw(register), depth) if op is Op.EXIT_IF else (depth,)))
        else:
            op = draw(st.sampled_from((Op.MOVE, Op.UNBIND, Op.AWAIT, Op.NOT, Op.RAISE, Op.RETURN)))
            nodes.append(Plain(op, tuple(draw(register) for _ in op.value.operands)))
    return nodes


@dataclass
class Graph:
    """Code and its edges. An edge is (target, registers written on it)."""

    code: list[Instruction] = field(default_factory=list)
    edges: dict[int, list[tuple[str, frozenset[int]]]] = field(default_factory=lambda: defaultdict(list))
    places: dict[str, int] = field(default_factory=dict)  # label -> pc
    reads: dict[int, frozenset[int]] = field(default_factory=dict)
    handled: dict[int, frozenset[int]] = field(default_factory=dict)
    catches: dict[int, tuple[str, int]] = field(default_factory=dict)

    def add(self, op: Op, operands: tuple[int, ...], scope: Scope, *edges: tuple[str, frozenset[int]]) -> int:
        pc = len(self.code)
        self.code.append((op.value.code, *operands))
        kinds = [kind for _, kind in op.value.operands]
        read = (register for register, kind in zip(operands, kinds, strict=True) if kind is Kind.REG)
        self.handled[pc] = frozenset(scope.handled)
        self.reads[pc] = frozenset(read) | self.handled[pc]
        self.edges[pc].extend(edges)
        if scope.catch:
            self.catches[pc] = scope.catch
            self.edges[pc].append((scope.catch[0], frozenset({scope.catch[1]})))
        return pc


class Scope(NamedTuple):
    """What holds inside the regions that are open: labels of where EXIT and AGAIN lead, innermost last."""

    exits: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    handled: tuple[int, ...] = ()
    catch: tuple[str, int] | None = None


NOTHING: frozenset[int] = frozenset()


def lay(graph: Graph, nodes: list[Plain | Region], scope: Scope) -> None:
    for node in nodes:
        here = len(graph.code)
        following = f"pc {here + 1}"
        if isinstance(node, Region):
            lay_region(graph, node, scope)
        elif node.op in (Op.RAISE, Op.RETURN):
            graph.add(node.op, node.operands, scope)
        elif node.op is Op.AGAIN:
            graph.add(node.op, node.operands, scope, (scope.heads[-1 - node.operands[0]], NOTHING))
        elif node.op in (Op.EXIT, Op.EXIT_IF):
            falls = [(following, NOTHING)] if node.op is Op.EXIT_IF else []
            graph.add(node.op, node.operands, scope, (scope.exits[-1 - node.operands[-1]], NOTHING), *falls)
        else:
            graph.add(node.op, node.operands, scope, (following, frozenset({node.operands[0]})))


def lay_region(graph: Graph, node: Region, scope: Scope) -> None:
    head = len(graph.code)
    start, second, behind = f"pc {head}", f"second of {head}", f"behind {head}"
    inside = Scope((*scope.exits, behind), (*scope.heads, start), scope.handled, scope.catch)
    guarded = inside
    falls = (f"pc {head + 1}", frozenset({node.operands[0]}) if node.op is Op.FOR else NOTHING)
    others = []
    if node.op in (Op.IF, Op.FOR):
        others.append((second if node.second is not None else behind, NOTHING))
    if node.op is Op.HANDLED:
        guarded = inside = inside._replace(handled=(*scope.handled, node.operands[0]))
    if node.op is Op.TRY:
        guarded = inside._replace(catch=(second, node.operands[0]))
    graph.add(node.op, node.operands, scope, falls, *others)
    lay(graph, node.first, guarded)
    if node.second is not None:
        graph.add(SECOND[node.op], (), inside, (behind, NOTHING))
        graph.places[second] = len(graph.code)
        lay(graph, node.second, inside)
    graph.add(Op.END, (), inside, (start if node.op in TURNS else behind, NOTHING))
    graph.places[behind] = len(graph.code)


def is_live(graph: Graph, pc: int, register: int, seen: set[int]) -> bool:
    """Does a path from `pc` read the register before it writes it?"""
    if pc in seen or pc == len(graph.code):
        return False
    seen.add(pc)
    return register in graph.reads[pc] or leads_to_read(graph, pc, register, seen)


def leads_to_read(graph: Graph, pc: int, register: int, seen: set[int]) -> bool:
    return any(
        register not in written and is_live(graph, target(graph, label), register, seen)
        for label, written in graph.edges[pc]
    )


def target(graph: Graph, label: str) -> int:
    return graph.places[label] if label in graph.places else int(label.removeprefix("pc "))


def kept(graph: Graph, pc: int) -> set[int]:
    op = BY_CODE[graph.code[pc][0]]
    found = {register for register in range(REGISTERS) if leads_to_read(graph, pc, register, set())}
    found |= graph.handled[pc]
    return found | graph.reads[pc] if op in TURNS else found


@given(sequences())
def test_a_register_is_kept_if_some_path_reads_it_before_it_is_written(nodes: list[Plain | Region]) -> None:
    graph = Graph()
    lay(graph, nodes, Scope())
    graph.add(Op.RETURN, (0,), Scope())
    expected = {0: {register for register in range(ENTRY) if is_live(graph, 0, register, set())}}
    for pc, instruction in enumerate(graph.code):
        if BY_CODE[instruction[0]].value.suspends or BY_CODE[instruction[0]] is Op.LOOP:
            expected[pc] = expected.get(pc, set()) | kept(graph, pc)
    rows = live_sets(ENTRY, graph.code)
    assert rows == tuple((pc, tuple(sorted(registers))) for pc, registers in sorted(expected.items()))
