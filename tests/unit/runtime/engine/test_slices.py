"""One slice of a real machine: what comes at the same time is handed in in an order that the machine can bear."""

from __future__ import annotations

from uuid import uuid4

from waymark.compiler.library import linked_units
from waymark.compiler.pipeline import compile_text
from waymark.runtime.engine.live import LiveRun
from waymark.runtime.engine.slices import OVERDUE, run_slice
from waymark.runtime.engine.vmhost import VmHost
from waymark.runtime.machines.calls import CallEvent
from waymark.runtime.machines.policies import Policies
from waymark.runtime.model import InboxEntry, InboxKind, RunRef, Status, StoredRun
from waymark.vm.codec import code_hash, encode_unit
from waymark.vm.surface import Failed
from waymark.vm.wire import encode_value

TEXT = """
from waymark import Workflow, action, workflow


@action
async def act(n: int) -> int: ...


@workflow
class Calls(Workflow):
    async def run(self) -> int:
        return await act(1)
"""


def waiting(host: VmHost) -> LiveRun:
    """A run whose call was lost, and is due for its next attempt."""
    compilation = compile_text(TEXT, path="sliced.py", module="sliced")
    compilation.raise_if_failed()
    assert compilation.unit is not None
    for unit in linked_units(compilation.unit):
        host.add_unit(code_hash(unit), encode_unit(unit))
    ref, entry = RunRef(0, uuid4()), code_hash(compilation.unit)
    said = encode_value({}, "arguments")
    stored = StoredRun(ref, "calls", "", entry, said, bytes(16), Status.QUEUED, 0, b"", None, None, None)
    run = LiveRun(ref, stored=stored, machine=host.start(stored))
    assert run_slice(run, host, Policies(), 1_000, 0)
    (call,) = run.fresh.values()
    call.becomes(CallEvent.COMMITTED)
    call.becomes(CallEvent.REPEATED)
    run.fresh, run.repeats = {}, [call.request]
    return run


def test_a_run_whose_time_is_over_may_be_about_to_ask_again() -> None:
    host = VmHost()
    run = waiting(host)
    run.deadline = 5
    assert run_slice(run, host, Policies(), 1_000, 10)
    assert isinstance(run.end, Failed) and str(run.end.error) == OVERDUE
    assert run.fresh == {} and run.deadline is None and run.overdue


def test_a_run_that_is_cancelled_may_be_about_to_ask_again() -> None:
    host = VmHost()
    run = waiting(host)
    run.arrived.entries.append(InboxEntry(0, 1, run.ref.run, InboxKind.CANCEL, b"enough"))
    assert run_slice(run, host, Policies(), 1_000, 10)
    assert isinstance(run.end, Failed) and str(run.end.error) == "enough"
