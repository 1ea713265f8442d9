"""Examples in docstrings, as programs.

    example_of(docstring)     what stands below `Example:`, or what is typed at `>>>`
    program_of(example)       a module that runs it

An example speaks of the module that `WORLD` is, whose names it has, and of what `BEFORE` has begun.
"""

from __future__ import annotations

import ast
import doctest
from itertools import takewhile
from textwrap import dedent

from waymark.cli.api_page import SHOP

HEAD = """
import asyncio
import os
from datetime import UTC, datetime, timedelta
import waymark
from waymark import BackoffPolicy, RetryPolicy, Workflow, action, workflow
from waymark import backfill_schedule, delete_schedule, list_schedules, pause_schedule
from waymark import resume_schedule, schedule_workflow, trigger_schedule
"""
OF_WORLD = "from shop import Bewildered, Misannotated, Order, Report, charge, charge_in_a_run, slow"

WORLD = f"""{HEAD}
@action
async def charge(order_id: int) -> bool:
    return True

@action
async def slow() -> None:
    await asyncio.sleep(10)

@action
async def lies(text: str) -> int:
    return 0

{SHOP}
@workflow
class Charging(Workflow):
    async def run(self, attempts: int) -> bool:
        return await self.run_action(charge(7), retry=RetryPolicy(attempts=attempts))

@workflow
class Misannotated(Workflow):
    async def run(self) -> int:
        return "seven"

@action
async def of_another_module() -> None: ...

@workflow
class Bewildered(Workflow):
    async def run(self) -> None:
        await of_another_module()

waymark.registry._actions.pop("shop:of_another_module")

async def charge_in_a_run(attempts: int = 1) -> bool:
    return await Charging().run(attempts)
"""

WRONG = """
import time
from waymark import Workflow, workflow

@workflow
class Wrong(Workflow):
    async def run(self) -> float:
        return time.time()
"""

BEFORE = """
    handle = await Order().start(7, id="order-7", tags=["eu"])
    await stage.settle()
"""
SCHEDULED = """
    await schedule_workflow(Report, schedule_name="nightly", schedule="30 2 * * *", timezone="Europe/Berlin")
    await schedule_workflow(Report, schedule_name="often", schedule=timedelta(minutes=5))
"""


def example_of(docstring: str) -> str:
    """The Python in it, as statements; empty if there is none."""
    typed = doctest.DocTestParser().get_examples(docstring)
    if typed:
        return "".join(_asserted(each) for each in typed)
    _, _, below = f"\n{docstring}".partition("\nExample:\n")
    return dedent("\n".join(takewhile(lambda line: not line or line.startswith("    "), below.split("\n")))).strip("\n")


def _asserted(typed: doctest.Example) -> str:
    return f"assert repr({typed.source.strip()}) == {typed.want.strip()!r}\n" if typed.want else typed.source


def program_of(example: str, before: str) -> str:
    """A module that runs an example in `main(stage)`: definitions stand at its top, where workflows are compiled."""
    tree = ast.parse(example)
    lines = example.split("\n")
    above, rest = [], []
    for node in tree.body:
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        text = "\n".join(lines[first - 1 : node.end_lineno])
        defines = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ImportFrom)
        (above if defines else rest).append(text)
    body = "\n".join(f"    {line}" for text in rest for line in text.split("\n"))
    top = "\n\n".join(above)
    head = f"{HEAD}{OF_WORLD}\n\n{top}\n\n"
    return f"{head}async def main(stage, dsn=''):\n{before}    pass\n{body}\n"
