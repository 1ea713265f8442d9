"""What DBOS runs in both of its ways, beside what each has of its own: steps that do nothing, and workflows of them."""

from __future__ import annotations

from dbos import DBOS, run_dbos_database_migrations


@DBOS.step()
def nothing(step: int) -> int:
    return step


@DBOS.workflow()
def chain() -> int:
    one = nothing(1)
    two = nothing(one + 1)
    return nothing(two + 1)


@DBOS.workflow()
def single() -> int:
    return nothing(1)


@DBOS.workflow()
async def sleeper(seconds: float) -> int:
    await DBOS.sleep_async(seconds)
    return 0


@DBOS.workflow()
def control(turns: int) -> int:
    total = 0
    for number in range(turns):
        total += number
    return total


def prepare(dsn: str, shared: str) -> None:
    run_dbos_database_migrations(dsn)
