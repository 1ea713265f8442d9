"""Build and drive programs written in WRL, stopping them wherever they can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from waymark.compiler.codegen import generate
from waymark.compiler.library import library
from waymark.grammar import parse
from waymark.stdlib.catalogue import NATIVES
from waymark.stdlib.prelude import MODULES
from waymark.vm.codec import code_hash
from waymark.vm.machine import Machine
from waymark.vm.program import Program
from waymark.vm.surface import Failed, Finished, Outcome, Pause, Raised, Ready, StartAction, Succeeded
from waymark.vm.unit import Unit

SEED = bytes(16)

# What an action answers: the value, or an exception to raise, from its key and arguments.
Answer = Callable[[StartAction], Any]


def program(text: str, *modules: str) -> Program:
    """The program of a WRL text. `modules` are WRL texts it links to, in the order of their links."""
    units: dict[str, Unit] = {name: library()[name] for name in MODULES}
    for module in modules:
        tree = parse(module)
        units[tree.name] = generate(tree, library=units, wrl=module)
    unit = generate(parse(text), library=units, wrl=text)
    by_hash = {code_hash(candidate): candidate for candidate in (*units.values(), unit)}
    return Program.load(code_hash(unit), unit.workflows[0].name, by_hash.__getitem__, NATIVES)


@dataclass
class Stored:
    """What a store would hold for the run: the root and the pages of the last commit."""

    root: bytes = b""
    pages: dict[int, bytes] = field(default_factory=dict)
    commits: int = 0

    def commit(self, machine: Machine, *, twice: bool = True) -> None:
        delta = machine.delta()
        assert not twice or machine.delta() == delta, "delta() is pure"
        self.root = delta.root
        self.pages.update(delta.put)
        for page in delta.drop:
            del self.pages[page]
        machine.committed(delta)
        self.commits += 1

    def restore(self, units: Mapping[bytes, Unit]) -> Machine:
        return Machine.restore(units.__getitem__, self.root, self.pages.__getitem__)


def drive(
    running: Program,
    arguments: Mapping[str, Any],
    answer: Answer,
    *,
    ticks: Iterator[int] | None = None,
    restoring: bool = True,
) -> tuple[Pause, list[str]]:
    """Run to the end. With `restoring`, every pause is a crash: the machine goes on from what was committed.

    Returns the last pause, and the actions in the order they were asked for.
    """
    machine = Machine.start(running, arguments, seed=SEED)
    stored = Stored()
    asked: list[str] = []
    now = 0
    for _ in range(1_000_000):
        pause = machine.run(next(ticks) if ticks else 1_000_000, now)
        if isinstance(pause, Finished | Failed):
            return pause, asked
        starts = [effect for effect in pause.effects if isinstance(effect, StartAction)]
        asked += [f"{start.key}{start.args}" for start in starts]
        if restoring:
            stored.commit(machine)
            machine = stored.restore(running.units)
        if isinstance(pause, Ready):
            continue
        if open_requests := machine.open_requests():
            first = open_requests[0]
            machine.settle([(first.request, _outcome(answer, first))])
        else:
            deadline = machine.next_deadline()
            assert deadline is not None, "idle, and nothing to wait for"
            now = deadline
    raise AssertionError("the program does not end")


def _outcome(answer: Answer, start: StartAction) -> Outcome:
    value = answer(start)
    return Raised(value) if isinstance(value, BaseException) else Succeeded(value)


def result(pause: Pause) -> Any:
    """The value, or type and text of what was raised."""
    if isinstance(pause, Finished):
        return pause.value
    assert isinstance(pause, Failed), pause
    return type(pause.error).__name__, str(pause.error)
