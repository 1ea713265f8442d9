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
from .figures import Figure, figure

PARSE = "libcst.parse_module"

HEAD = '''"""A generated workflow."""

from waymark import Workflow, action, workflow


@action
async def step(value: int, name: str) -> int:
    return value


@workflow
class Generated(Workflow):
    async def run(self, amount: int, limit: int = 10) -> list[int]:
        kept = [0]
        total = amount
'''
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


def generated(lines: int) -> str:
    """A workflow file of about so many lines."""
    blocks = max(1, (lines - HEAD.count("\n") - 1) // BODY.count("\n"))
    return HEAD + "".join(BODY.format(i=i) for i in range(blocks)) + "        return kept\n"


def measure(bench: Bench) -> Iterator[Figure]:
    library()  # compiled once a process; not a file's affair
    for lines in (bench.subject(100, least=30), bench.subject(300, least=40)):
        text = generated(lines)
        bench.say(f"compile: {lines} lines")
        yield from _whole(bench, lines, text)
    yield from _by_pass(bench, lines, text)


def _whole(bench: Bench, lines: int, text: str) -> Iterator[Figure]:
    def compiled() -> None:
        compile_text(text, path="generated.py", module="generated", root=Path(__file__).parent).raise_if_failed()

    ours, parse = in_turns(bench.rounds(15), seconds(compiled, MS), seconds(lambda: libcst.parse_module(text), MS))
    yield figure(f"{lines} lines, compile_text", "ms", ours, PARSE, parse)


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
