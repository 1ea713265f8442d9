"""`waymark db migrate` and `waymark db status`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from waymark.runtime.store.migrate import bring_up
from waymark.runtime.store.opening import Database
from waymark.runtime.store.status import Status, status_of

from .doctor import target_of
from .tables import print_json
from .tended import tended

UNITS = ("B", "kB", "MB", "GB", "TB")


def migrate_all(*, as_json: bool) -> int:
    """One database after the other: what fails stops there, and says in which one."""
    told: list[dict[str, object]] = []
    with tended() as named:
        for database in named:
            target = target_of(database)
            applied = asyncio.run(bring_up(target, allowed=True))
            told.append({"database": target.address, "applied": list(applied)})
            if not as_json:
                for name in applied:
                    print(f"{target.address}: applied {name}")
                if not applied:
                    print(f"{target.address}: nothing to do, the schema is up to date")
    if as_json:
        print_json(told)
    return 0


def show_status(as_json: bool) -> int:
    with tended() as named:
        found = asyncio.run(_look(named))
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        for status in found:
            _print(status)
    return 0 if all(status.fits for status in found) else 1


async def _look(named: Sequence[Database]) -> list[Status]:
    return list(await asyncio.gather(*(status_of(target_of(database)) for database in named)))


def _print(status: Status) -> None:
    print(f"{status.database}, Postgres {status.version}")
    print(f"  schema       {status.schema}")
    if status.fits:
        print(f"  engines      {status.engines} with a lease")
        print(f"  connections  {', '.join(f'{count} {name}' for name, count in status.connections.items()) or 'none'}")
        print(f"  inbox        {status.inbox} entries that nobody has read")
        for table in status.tables:
            print(f"  {table.name:<24} {table.rows:>12,} rows  {_size(table.bytes):>10}")


def _size(count: float) -> str:
    for unit in UNITS[:-1]:
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.0f} {UNITS[-1]}"
