"""Whole files around the few lines that a test is about."""

from __future__ import annotations

from pathlib import Path

from waymark.compiler.pipeline import Compilation, compile_text

HEAD = """\
import asyncio
from waymark import Workflow, action, workflow

@action
async def charge(order_id, currency="EUR"): ...

@action
async def ship(item): ...

"""


def workflow_of(body: str, parameters: str = "items, total=0") -> str:
    """A file whose one workflow has this body in its `run`."""
    lines = "\n".join(f"        {line}" if line else "" for line in body.splitlines())
    return f"{HEAD}@workflow\nclass Checkout(Workflow):\n    async def run(self, {parameters}):\n{lines}\n"


def compiled(body: str, parameters: str = "items, total=0") -> Compilation:
    return compile_text(workflow_of(body, parameters), path="shop.py", module="shop", root=Path("/nonexistent"))


def codes(compilation: Compilation) -> list[str]:
    return [diagnostic.code for diagnostic in compilation.diagnostics]
