"""Compiled programs for simulated worlds, each with the result that it has when nothing goes wrong, and must have.

Compiling is not this house's affair: whoever makes a pool brings the units. They are decoded and verified once a
process; every engine still has to ask the store for them, since it begins with nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

import msgspec

from waymark.vm import wire
from waymark.vm.surface import Failed, Finished, Idle, Log, StartAction

from ..engine.host import MachineLike
from ..engine.vmhost import VmHost
from ..model import RunRef, Status, StoredRun
from .acting import act, read_answer

STEPS_MAX = 10_000


class Program(msgspec.Struct, frozen=True):
    """`entry`: hash of the unit that runs are pinned to; `units`: all that it needs, as bytes, by hash."""

    workflow: str
    entry: bytes
    units: Mapping[bytes, bytes]
    text: str = ""


class Known(msgspec.Struct, frozen=True):
    """What comes of a program. `messages`: it takes those from 1 to that number."""

    program: Program
    result: int
    prints: Counter[str]
    messages: int


class Pool:
    def __init__(self, programs: list[Program]) -> None:
        self.host = VmHost()
        for program in programs:
            for code_hash, body in program.units.items():
                self.host.add_unit(code_hash, body)
        self.known = [_known(self.host, program) for program in programs]
        self._needed = {known.program.entry: frozenset(known.program.units) for known in self.known}
        self.units = {code_hash: body for known in self.known for code_hash, body in known.program.units.items()}

    def __len__(self) -> int:
        return len(self.known)

    def needed(self, stored: StoredRun) -> frozenset[bytes] | None:
        """The units of a run; None: it is none of ours."""
        return self._needed.get(stored.unit)

    def open_calls(self, stored: StoredRun, pages: Mapping[int, bytes]) -> dict[int, int]:
        """What the state waits for: requests, with the attempt that each stands at."""
        return {action.request: action.attempt for action in self.host.restore(stored, pages).open_requests()}


def arguments_of(name: str) -> bytes:
    return wire.encode_value({"name": name}, "arguments")


def _known(host: VmHost, program: Program) -> Known:
    """Run it to its end. It is called `*`, which stands for the name of a run in what it prints."""
    ref, said = RunRef(0, UUID(int=0)), arguments_of("*")
    stored = StoredRun(
        ref, program.workflow, "", program.entry, said, bytes(16), Status.QUEUED, 0, b"", None, None, None
    )
    machine: MachineLike = host.start(stored)
    prints, messages, now = "", 0, 1_700_000_000_000_000
    for _ in range(STEPS_MAX):
        pause = machine.run(100_000, now)
        prints += "".join(effect.text for effect in pause.effects if isinstance(effect, Log))
        if isinstance(pause, Finished):
            return Known(program, pause.value, Counter(prints.splitlines(keepends=True)), messages)
        assert not isinstance(pause, Failed), f"{program.text}\n{pause}"
        calls = machine.open_requests()
        if calls:
            machine.settle([(call.request, read_answer(_answered(host, call))) for call in calls])
        elif isinstance(pause, Idle) and (deadline := machine.next_deadline()) is not None:
            now = max(now, deadline)
        elif isinstance(pause, Idle):
            messages += 1
            machine.deliver([("numbers", messages)])
    raise AssertionError(f"it does not end:\n{program.text}")


def _answered(host: VmHost, call: StartAction) -> bytes:
    return act(call.key, msgspec.msgpack.encode(call.args), call.attempt)
