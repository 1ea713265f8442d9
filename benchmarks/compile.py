"""Compiling a workflow file, beside libcst's bare parse of it; and which pass takes what."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import libcst

from waymark.compiler.fresh import FreshNames
from waymark.compiler.frontend.project import project_of
from waymark.compiler.library import library
from waymark.compiler.pipeline import PASSES, Work, compile_text, passes

from .bench import MS, Bench, in_turns, seconds
from .figures import Figure, Goal, figure

PARSE = "libcst.parse_module"

GOAL = Goal("ratio", 6.0)  # of issue 3, for a file of 300 lines

HEAD = '''"""A generated workflow file."""

from waymark import Workflow, action, workflow


@action
async def step(value: int, name: str) -> int:
    return value
'''
CLASS = """

@workflow
class Generated{i}(Workflow):
    async def run(self, amount: int, limit: int = 10) -> list[int]:
        kept = [0]
        total = amount
"""
LAST = "        return kept\n"
# Ten lines that hold what ordinary workflows are made of.
BODY = """        for number{i} in range(limit):
            reply{i} = await step(total + number{i} * 2, name="order")
            if reply{i} > limit and total < 1000:
                total = total + reply{i} // 3
                kept = kept + [reply{i}]
            elif 0 <= reply{i} < 5:
                break
            else:
                total -= 1
        state{i} = {{"total": total, "kept": len(kept), "last": kept[-1]}}
"""


def generated(lines: int, workflows: int = 1) -> str:
    """A file of about so many lines, which so many workflows share."""
    around = CLASS.count("\n") + LAST.count("\n")
    blocks = max(1, ((lines - HEAD.count("\n")) // workflows - around) // BODY.count("\n"))
    body = "".join(BODY.format(i=i) for i in range(blocks))
    return HEAD + "".join(CLASS.format(i=i) + body + LAST for i in range(workflows))


def measure(bench: Bench) -> Iterator[Figure]:
    small, large = bench.subject(100, least=30), bench.subject(300, least=40)
    for lines, workflows in ((small, 1), (large, 1), (large, 10)):
        bench.say(f"compile: {lines} lines")
        ours, parse = cost(generated(lines, workflows), bench.rounds(15))
        name = f"{lines} lines, {workflows} workflow{'s' * (workflows > 1)}, compile_text"
        yield figure(name, "ms", ours, PARSE, parse, goal=None if lines == small else GOAL)
    yield from _by_pass(bench, large, generated(large))


def cost(text: str, rounds: int) -> list[list[float]]:
    """Milliseconds of CPU for compiling a text, and for libcst's bare parse of it, round by round in turns."""

    def compiled() -> None:
        compile_text(text, path="generated.py", module="generated", root=Path(__file__).parent).raise_if_failed()

    def parsed() -> None:
        libcst.parse_module(text)

    library()  # compiled once a process; not a file's affair
    return in_turns(rounds, seconds(compiled, MS, time.process_time), seconds(parsed, MS, time.process_time))


def _by_pass(bench: Bench, lines: int, text: str) -> Iterator[Figure]:
    spent: dict[str, list[float]] = {name: [] for name, _ in PASSES}
    parse = []
    project = project_of(Path(__file__))
    for _ in range(bench.rounds(10)):
        parse.append(seconds(lambda: libcst.parse_module(text), MS)())
        work = Work(path="generated.py", name="generated", text=text, project=project, fresh=FreshNames())
        began = time.perf_counter()
        for name, _ in passes(work):
            ended = time.perf_counter()
            spent[name].append((ended - began) / MS)
            began = time.perf_counter()
    for name, rounds in spent.items():
        yield figure(f"{lines} lines, pass: {name}", "ms", rounds, PARSE, parse)
