"""Makes script machines out of rows, and answers for their actions."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from waymark.vm.surface import Outcome, PageId, Raised, StartAction, Succeeded

from ..engine.host import Missing
from ..model import StoredRun
from .script import FAILING, Deeds, ScriptMachine, State, Step, read_state

UNIT = b"u" * 32
GOOD = b"a unit"


class Answer(msgspec.Struct, array_like=True):
    """An outcome, with the attempt that it is of."""

    good: bool
    value: int | str
    attempt: int = 0


class ScriptHost:
    """Every engine has one of its own, and knows at first no unit."""

    def __init__(self, deeds: Deeds) -> None:
        self._deeds = deeds
        self._units: set[bytes] = set()

    def add_unit(self, code_hash: bytes, data: bytes) -> None:
        if data != GOOD:
            raise ValueError("bad magic")
        self._units.add(code_hash)

    def start(self, stored: StoredRun) -> ScriptMachine:
        self._need(stored)
        steps = msgspec.msgpack.decode(stored.arguments, type=list[Step])
        shield = bool(steps) and steps[0][0] == "catch"  # it may be cancelled before its first step
        return ScriptMachine(stored.ref, State(steps, shield=shield), self._deeds, {})

    def restore(self, stored: StoredRun, pages: Mapping[PageId, bytes] | None) -> ScriptMachine:
        self._need(stored)
        state = read_state(stored.root)
        if state.pages and pages is None:
            raise Missing(frozenset(), pages=True)
        held = {number: page for number, page in (pages or {}).items() if number <= state.pages}
        for number in range(1, state.pages + 1):
            if held.get(number, b"rubbish") == b"rubbish":
                raise ValueError(f"page {number} is corrupt")
        return ScriptMachine(stored.ref, state, self._deeds, held)

    def _need(self, stored: StoredRun) -> None:
        if stored.unit not in self._units:
            raise Missing(frozenset({stored.unit}), pages=False)

    def encode_call(self, action: StartAction) -> bytes:
        return msgspec.msgpack.encode(action.args)

    def encode_outcome(self, outcome: Outcome) -> bytes:
        if isinstance(outcome, Succeeded):
            return msgspec.msgpack.encode(Answer(True, outcome.value))
        return msgspec.msgpack.encode(Answer(False, f"{type(outcome.error).__name__}: {outcome.error}"))

    def decode_outcome(self, data: bytes) -> Outcome:
        answer = msgspec.msgpack.decode(data, type=Answer)
        return Succeeded(answer.value) if answer.good else Raised(ValueError(answer.value))


def act(key: str, arguments: bytes, attempt: int) -> bytes:
    """What the action answers, whoever asks and when."""
    (argument,) = msgspec.msgpack.decode(arguments, type=tuple[int])
    if key == FAILING:
        return msgspec.msgpack.encode(Answer(False, f"no {argument}", attempt))
    return msgspec.msgpack.encode(Answer(True, argument * 10, attempt))
