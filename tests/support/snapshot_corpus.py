"""Snapshots that are kept: how those of tests/snapshots/ are made, and how each is resumed.

    python tests/support/snapshot_corpus.py        writes those of this version that are not there yet
    python tests/support/snapshot_corpus.py --anew writes all of them: before a release, never after it; then
                                                   pytest tests/unit/vm/test_inspection.py --update-golden

A file NAME.wmb has a run as a store holds it, with its units; NAME.txt says what it comes to when it is resumed. The
format stays version 1 until the first release, so until then a change of it writes the folder anew. From then on
v1/ never changes: a new version of the format (`format.FORMAT_VERSION`) gets a folder of its own, v2/, of the same
programs, and the test resumes both for as long as waymark reads version 1.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from asyncio_oracle import wrl
from differential import assert_same, compiled, program_of, script
from snapshot_programs import BY_HAND, PROGRAMS
from wrl_programs import SEED, Stored
from wrl_programs import program as program_of_wrl

from waymark.vm.machine import Machine
from waymark.vm.snapshot import Bundle, decode_bundle, encode_bundle
from waymark.vm.snapshot.format import FORMAT_VERSION
from waymark.vm.surface import Failed, Finished, Idle, Log, Pause, StartAction, Succeeded

FOLDER = Path(__file__).parents[1] / "snapshots"
SLICES_MAX = 10_000
NAMES = sorted([*PROGRAMS, *BY_HAND])


def source_of(name: str) -> str:
    above, body, _, _ = PROGRAMS[name]
    return script(body, above=textwrap.dedent(above))


class Resuming:
    """A run, stored or not, and what is seen of it from here on."""

    def __init__(self, machine: Machine, ticks: int = 10_000) -> None:
        self.machine = machine
        self.ticks = ticks
        self.now = 0
        self.seen: list[str] = []

    def pauses(self) -> Iterator[Pause]:
        """Run on; every action answers with its first argument."""
        for _ in range(SLICES_MAX):
            pause = self.machine.run(self.ticks, self.now)
            for effect in pause.effects:
                if isinstance(effect, StartAction):
                    self.seen.append(f"{effect.key.rpartition(':')[2]}{effect.args!r:.60}")
                elif isinstance(effect, Log):
                    self.seen.append(f"{effect.level}: {effect.text.rstrip()}")
            yield pause
            if isinstance(pause, Finished | Failed):
                return
            if isinstance(pause, Idle):
                requests = self.machine.open_requests()
                self.machine.settle([(each.request, Succeeded(each.args[0])) for each in requests[:1]])
                self.now = self.now if requests else self.machine.next_deadline() or self.now
        raise AssertionError("the run does not end")

    def to_end(self) -> str:
        """What is seen, and what the run comes to."""
        last = list(self.pauses())[-1]
        assert isinstance(last, Finished), last
        return "\n".join([*self.seen, f"returned {last.value!r}"]) + "\n"


def stored(name: str) -> tuple[bytes, str]:
    """The bundle of a run at its pause, and what it comes to from there."""
    if name in BY_HAND:
        text, pause, ticks = BY_HAND[name]
        program = program_of_wrl(wrl(text))
    else:
        _, _, pause, ticks = PROGRAMS[name]
        program = program_of(compiled(source_of(name)))
    run = Resuming(Machine.start(program, {}, seed=SEED), ticks)
    pauses = run.pauses()
    held = Stored()
    for _ in range(pause):
        found = next(pauses)
        assert not isinstance(found, Finished | Failed), f"{name} ends before pause {pause}: {found}"
        held.commit(run.machine)
    bundle = encode_bundle(held.root, held.pages, program.units.values())
    return bundle, resumed(decode_bundle(bundle))


def resumed(bundle: Bundle) -> str:
    """What a stored run comes to."""
    return Resuming(Machine.restore(bundle.units.__getitem__, bundle.root, bundle.pages.__getitem__)).to_end()


def main(argv: list[str]) -> None:
    folder = FOLDER / f"v{FORMAT_VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        file = folder / f"{name}.wmb"
        if file.exists() and "--anew" not in argv:
            continue
        if name in PROGRAMS:
            assert_same(source_of(name), ticks=((PROGRAMS[name][3],),))
        bundle, comes_to = stored(name)
        file.write_bytes(bundle)
        file.with_suffix(".txt").write_text(comes_to, encoding="utf-8")
        print(f"{file.relative_to(FOLDER.parent)}: {len(bundle)} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
