"""What one database causes in another: the runs that a schedule starts live where their ids hash to.

What goes elsewhere goes first, and each of it may be done twice: a start by its id, a cancel of a run that has ended.
So when a process dies in between, whoever fires the schedule next does the same again, and the schedule moves on once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from ..ids import new_run_id
from ..model import NewRun, partition_of
from ..schedules import ScheduleWrite
from .homes import Homes


async def write_schedule_at(
    homes: Homes, write: ScheduleWrite, write_at_home: Callable[[ScheduleWrite], Awaitable[bool]] | None = None
) -> bool:
    """As `Store.write_schedule`, of which the schedule's own home does what is at home there."""
    row = write.schedule
    home = homes.home_of(row.part)
    at_home = {key: seed for key, seed in write.starts.items() if partition_of(row.workflow, key) in home.parts}
    away = write.starts.keys() - at_home.keys()
    cancels = [ref for ref in write.cancels if ref.part not in home.parts]
    if write_at_home is None:
        write_at_home = (await home.opened()).write_schedule
    if away or cancels:
        now = await (await home.opened()).get_schedule(row.workflow, row.name)
        if (now.revision if now is not None else None) != write.expected:
            return False
    for ref in cancels:
        await (await homes.at(ref.part)).cancel(ref, write.why)
    for key in sorted(away):
        other = await homes.at(partition_of(row.workflow, key))
        seed = write.starts[key]
        await other.start(
            NewRun(row.workflow, key, new_run_id(), row.unit, row.arguments, seed, row.priority, schedule=row.name)
        )
    mine = tuple(ref for ref in write.cancels if ref.part in home.parts)
    return await write_at_home(msgspec.structs.replace(write, starts=at_home, cancels=mine))
