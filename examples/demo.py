"""`make demo`: a durable workflow survives kill -9, twice, and nothing that was finished runs again.

Exits with 0 only if all of that was observed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import asyncpg
from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Table
from stage import Stage, until

from waymark.client import Client, Handle
from waymark.compiler.pipeline import Compilation, compile_file
from waymark.programs import program_of
from waymark.runtime.embedded import EmbeddedPostgres, EmbeddedPostgresError
from waymark.runtime.store.postgres import PostgresStore
from waymark.vm.disasm import disassemble

ORDER = Path(__file__).with_name("order.py")
ORDER_ID = 7
PAUSE_S = 3.0
EXPECTED = [f"reserved {ORDER_ID}", f"paid {ORDER_ID}", f"shipped {ORDER_ID}"]

console = Console(highlight=False, width=min(120, shutil.get_terminal_size((110, 40)).columns))
began = time.monotonic()


def tell(text: str) -> None:
    console.print(f"[dim]{time.monotonic() - began:6.2f} s[/dim]  {text}")


def heading(text: str) -> None:
    console.print()
    console.rule(f"[bold]{text}[/bold]", align="left")


def show_program() -> Compilation:
    compilation = compile_file(ORDER)
    compilation.raise_if_failed()
    assert compilation.unit is not None
    source = ORDER.read_text(encoding="utf-8")
    heading("1. A workflow, as it is written")
    console.print(Syntax(source[source.index("@workflow") :].rstrip(), "python", background_color="default"))
    heading("2. The same in the Waymark Runtime Language, which is stored beside the bytecode")
    console.print(Syntax(compilation.wrl.split("\npositions ")[0].rstrip(), "rust", background_color="default"))
    heading("3. Its bytecode, with what is kept in braces wherever a run can stop")
    listing = disassemble(compilation.unit)
    console.print(escape(listing[listing.index("f0 ") :].rstrip()))
    return compilation


async def story(stage: Stage, compilation: Compilation) -> list[tuple[str, bool]]:
    """Run it, kill it, watch it go on. Returns what was observed."""
    assert compilation.unit is not None
    heading("4. A run on a real Postgres, with real worker processes, and kill -9")
    store = await PostgresStore.connect(stage.dsn)
    try:
        workflow = program_of(compilation.unit, "order", compilation.wrl)
        handle = await Client(store).start(workflow, {"order_id": ORDER_ID, "pause": PAUSE_S}, f"order-{ORDER_ID}")
        tell(f"a run is queued: [bold]{handle.id}[/bold]")
        stage.start_workers()
        seen = [*await kill_in_the_sleep(stage, store, handle), *await kill_between_actions(stage, store, handle)]
        value = await handle.result(timeout=60)
        tell(f"the run has ended: [bold green]{escape(repr(value))}[/bold green]")
        return [*seen, *judge(stage, value)]
    finally:
        await store.close()


async def kill_in_the_sleep(stage: Stage, store: PostgresStore, handle: Handle) -> list[tuple[str, bool]]:
    await finished(store, handle, "reserve")
    tell("`reserve` is finished and committed; the run sleeps")
    await asyncio.sleep(PAUSE_S / 3)
    pids = stage.kill_everything()
    tell(f"[bold red]kill -9[/bold red] of all {len(pids)} processes, in the middle of the sleep: {pids}")
    until(lambda: not stage.processes(), "the end of every process")
    stored = await store.get_run(handle.ref)
    assert stored is not None
    tell(f"nothing runs any more; what is left is a row: {len(stored.root)} bytes of state, revision {stored.revision}")
    stage.start_workers()
    tell("workers are started again")
    return [("every process was killed in the middle of the sleep", len(pids) >= 4)]


async def kill_between_actions(stage: Stage, store: PostgresStore, handle: Handle) -> list[tuple[str, bool]]:
    await finished(store, handle, "pay")
    pid = stage.kill_supervisor()
    shipped = stage.count("ship finished")
    tell(f"`pay` is committed, `ship` is not finished: [bold red]kill -9[/bold red] of the supervisor alone ({pid})")
    until(lambda: not stage.processes(), "the end of every process")
    tell("its engine and its workers ended with it: no orphans")
    stage.start_workers()
    tell("workers are started again")
    return [("the supervisor was killed between `pay` and `ship`, and took all its processes along", shipped == 0)]


def judge(stage: Stage, value: Any) -> list[tuple[str, bool]]:
    slept = stage.when("pay begun") - stage.when("reserve finished")
    tell(f"the sleep of {PAUSE_S:g} s took {slept:.2f} s, the time without any process included")
    code = stage.stop_workers()
    return [
        ("the result is right", value == EXPECTED),
        ("the sleep went on where it stood, and did not begin again", PAUSE_S - 0.05 <= slept < 2 * PAUSE_S),
        ("`reserve` and `pay`, which were finished, ran exactly once", once(stage, "reserve") and once(stage, "pay")),
        ("`ship` came to its end exactly once", stage.count("ship finished") == 1),
        ("the workers stopped cleanly, and no process is left", code == 0 and not stage.processes()),
    ]


def once(stage: Stage, action: str) -> bool:
    return stage.count(f"{action} begun") == stage.count(f"{action} finished") == 1


async def finished(store: PostgresStore, handle: Handle, action: str) -> None:
    """Return when the outcome of this action is committed."""
    deadline = time.monotonic() + 60
    while not any(call.action.endswith(f":{action}") for call in await store.calls_of(handle.ref)):
        if time.monotonic() > deadline:
            raise RuntimeError(f"`{action}` was not finished within 60 s")
        await asyncio.sleep(0.01)


def report(observed: list[tuple[str, bool]]) -> bool:
    heading("5. What was observed")
    table = Table(show_header=False, box=None)
    for what, held in observed:
        table.add_row("[green]yes[/green]" if held else "[bold red]NO[/bold red]", what)
    console.print(table)
    return all(held for _, held in observed)


def main() -> int:
    compilation = show_program()
    with tempfile.TemporaryDirectory(prefix="waymark-demo-") as folder, EmbeddedPostgres.open() as postgres:
        database = f"demo_{os.getpid()}"
        asyncio.run(execute(postgres.dsn("postgres"), f'CREATE DATABASE "{database}"'))
        stage = Stage(postgres.dsn(database), Path(folder))
        try:
            observed = asyncio.run(story(stage, compilation))
        except Exception:
            log = Path(folder, "workers.log")
            console.print(escape(log.read_text(encoding="utf-8", errors="replace")) if log.exists() else "")
            raise
        finally:
            stage.kill_everything()
            asyncio.run(execute(postgres.dsn("postgres"), f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'))
    if not report(observed):
        return 1
    heading("Try next")
    console.print('  .venv/bin/waymark run examples/checkout.py:Checkout --input \'{"order_id": 7, "pause": 1}\'')
    console.print("  .venv/bin/waymark disasm examples/order.py")
    console.print("  edit examples/order.py, then .venv/bin/waymark check examples/")
    return 0


async def execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except EmbeddedPostgresError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
