"""A run that is handed from process to process: each slice is restored, run and stored by another one.

The processes have different hash seeds and have never seen the objects of the run: whatever a machine does not store,
they cannot know. A stage is a child that serves one slice after another, of any run; `Relay` hands them out by turns.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from differential import Outcome, compiled, program_of
from scripted import Call, Recorded, outcome_by_turns
from views import view
from vm_runs import outcome_of
from wrl_programs import SEED, Stored

from waymark.vm.machine import Machine
from waymark.vm.surface import Failed, Fault, Finished, Idle, Log, StartAction

SLICES_MAX = 5_000


@dataclass(frozen=True)
class Slice:
    """What a stage needs: the program, what is stored of its run, and how the script answers the next action."""

    text: str
    root: bytes
    pages: dict[int, bytes]
    ticks: int
    now: int
    idle: bool  # it waits for an action or a timer
    calls: int  # answered so far
    failing: tuple[bool, ...]


@dataclass(frozen=True)
class Done:
    """What a slice came to; `came_to` is set when the run is over."""

    root: bytes
    pages: dict[int, bytes]
    now: int
    idle: bool
    calls: int
    effects: tuple[tuple[str, str], ...]
    came_to: str = ""


def serve(given: Slice) -> Done:
    """Run one slice in this process."""
    program = program_of(compiled(given.text))
    stored, now, calls = Stored(given.root, dict(given.pages)), given.now, given.calls
    if not given.root:
        machine = Machine.start(program, {}, seed=SEED)
    else:
        machine = stored.restore(program.units)
        if given.idle and (waiting := machine.open_requests()):
            call = Call(waiting[0].key.rpartition(":")[2], waiting[0].args, waiting[0].kwargs, calls)
            recorded = Recorded(outcome_by_turns(given.failing), calls=calls)
            machine.settle([(waiting[0].request, outcome_of(recorded.come_to(call)))])
            calls += 1
        elif given.idle:
            deadline = machine.next_deadline()
            assert deadline is not None, "idle, and nothing to wait for"
            now = deadline
    pause = machine.run(given.ticks, now)
    effects = tuple(_noted(effect) for effect in pause.effects if isinstance(effect, StartAction | Log))
    if isinstance(pause, Finished):
        return Done(b"", {}, now, False, calls, effects, f"returned {view(pause.value)}")
    if isinstance(pause, Failed):
        return Done(b"", {}, now, False, calls, effects, f"raised {view(pause.error)}")
    stored.commit(machine)
    return Done(stored.root, stored.pages, now, isinstance(pause, Idle), calls, effects)


def _noted(effect: StartAction | Log) -> tuple[str, str]:
    """As `scripted.Recorded` writes it."""
    if isinstance(effect, Log):
        return effect.level, effect.text
    recorded = Recorded()
    recorded.asked(effect.key, effect.args, effect.kwargs)
    return "action", recorded.effects[0]


class Stage:
    """A child process of its own hash seed."""

    def __init__(self, hash_seed: int) -> None:
        environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": str(Path(__file__).parent)}
        self._child = subprocess.Popen(
            [sys.executable, __file__], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def serve(self, given: Slice) -> Done:
        assert self._child.stdin is not None and self._child.stdout is not None
        _send(self._child.stdin, given)
        done = pickle.load(self._child.stdout)  # noqa: S301  # from our own child
        if isinstance(done, str):
            raise AssertionError(f"a stage failed\n{done}\n--- program\n{given.text}")
        assert isinstance(done, Done)
        return done

    def close(self) -> None:
        assert self._child.stdin is not None and self._child.stdout is not None
        self._child.stdin.close()
        self._child.wait(timeout=30)
        self._child.stdout.close()


@dataclass
class Relay:
    """Some stages that take turns."""

    stages: list[Stage] = field(default_factory=lambda: [Stage(1), Stage(4711)])

    def run(self, text: str, failing: tuple[bool, ...], ticks: Sequence[int]) -> Outcome:
        """Run a module's first workflow to its end, in slices of `ticks` over and over, then of any length."""
        recorded = Recorded()
        given = Slice(text, b"", {}, 0, 0, False, 0, failing)
        for turn in range(SLICES_MAX):
            length = ticks[turn] if turn < len(ticks) else 1_000_000
            given = Slice(text, given.root, given.pages, length, given.now, given.idle, given.calls, failing)
            done = self.stages[turn % len(self.stages)].serve(given)
            for level, effect in done.effects:
                self._note(recorded, level, effect)
            if done.came_to:
                recorded.flush()
                return Outcome(done.came_to, tuple(recorded.effects))
            given = Slice(text, done.root, done.pages, length, done.now, done.idle, done.calls, failing)
        raise AssertionError(f"the program does not end\n{text}")

    def _note(self, recorded: Recorded, level: str, effect: str) -> None:
        if level == "print":
            recorded.printed(effect)
        elif level == "action":
            recorded.flush()
            recorded.effects.append(effect)
        else:
            recorded.logged(level, effect)

    def close(self) -> None:
        for stage in self.stages:
            stage.close()


def _send(stream: IO[bytes], value: Any) -> None:
    pickle.dump(value, stream)
    stream.flush()


def _serve_all() -> None:
    import traceback

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed by mistake is no answer
    while True:
        try:
            given = pickle.load(sys.stdin.buffer)  # noqa: S301  # from our own parent
        except EOFError:
            return
        try:
            _send(answers, relay.serve(given))
        except (Exception, Fault):
            _send(answers, traceback.format_exc())


if __name__ == "__main__":
    import relay  # the module by its name, so that what is pickled belongs to it in both processes

    _serve_all()
