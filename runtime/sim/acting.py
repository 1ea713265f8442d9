"""Makes machines out of rows, scripts or compiled programs, and answers for their actions."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from waymark.vm.surface import Outcome, PageId, Raised, StartAction, StartRun, Succeeded

from ..engine.host import MachineLike, Missing
from ..model import StoredRun
from .script import Deeds, ScriptMachine
from .steps import AGAIN, BILL, FRAIL, State, Step, read_state

if TYPE_CHECKING:
    from .pool import Pool

UNIT = b"u" * 32
GOOD = b"a unit"
LATE_UNIT = b"l" * 32  # nobody has uploaded it, until everything is mended


class Answer(msgspec.Struct, array_like=True):
    """An outcome, with the attempt that it is of."""

    good: bool
    value: int | str
    attempt: int = 0


class ScriptHost:
    """Every engine has one of its own, and knows at first no unit."""

    def __init__(self, deeds: Deeds, pool: Pool | None = None) -> None:
        self._deeds = deeds
        self._pool = pool
        self._units: set[bytes] = set()

    def add_unit(self, code_hash: bytes, data: bytes) -> None:
        known = self._pool.units.get(code_hash, GOOD) if self._pool is not None else GOOD
        if data != known:
            raise ValueError("bad magic")
        self._units.add(code_hash)

    def start(self, stored: StoredRun) -> MachineLike:
        if self._is_compiled(stored):
            return self._compiled.host.start(stored)
        steps = msgspec.msgpack.decode(stored.arguments, type=list[Step])
        return ScriptMachine(stored.ref, State(steps), self._deeds, {})

    def restore(self, stored: StoredRun, pages: Mapping[PageId, bytes] | None) -> MachineLike:
        if self._is_compiled(stored):
            return self._compiled.host.restore(stored, pages)
        state = read_state(stored.root)
        if state.pages and pages is None:
            raise Missing(frozenset(), pages=True)
        held = {number: page for number, page in (pages or {}).items() if number <= state.pages}
        for number in range(1, state.pages + 1):
            if held.get(number, b"rubbish") == b"rubbish":
                raise ValueError(f"page {number} is corrupt")
        return ScriptMachine(stored.ref, state, self._deeds, held)

    @property
    def _compiled(self) -> Pool:
        assert self._pool is not None
        return self._pool

    def _is_compiled(self, stored: StoredRun) -> bool:
        """Raises Missing, if this engine has not read what the run is made of."""
        needed = self._pool.needed(stored) if self._pool is not None else None
        if missing := (needed or {stored.unit}) - self._units:
            raise Missing(frozenset(sorted(missing)[:1]), pages=False)
        return needed is not None

    def encode_call(self, action: StartAction) -> bytes:
        return msgspec.msgpack.encode(action.args)

    def encode_start(self, child: StartRun) -> bytes:
        return msgspec.msgpack.encode(child.args[0])

    def encode_message(self, topic: str, value: int) -> bytes:
        return msgspec.msgpack.encode(value)

    def encode_outcome(self, outcome: Outcome) -> bytes:
        if isinstance(outcome, Succeeded):
            return msgspec.msgpack.encode(Answer(True, outcome.value))
        return msgspec.msgpack.encode(Answer(False, f"{type(outcome.error).__name__}: {outcome.error}"))

    def decode_message(self, body: bytes) -> tuple[str, int]:
        return "numbers", msgspec.msgpack.decode(body, type=int)

    def decode_outcome(self, data: bytes) -> Outcome:
        return read_answer(data)


def read_answer(data: bytes) -> Outcome:
    answer = msgspec.msgpack.decode(data, type=Answer)
    if answer.good:
        return Succeeded(answer.value)
    kind = CancelledError if str(answer.value).startswith("CancelledError") else ValueError
    return Raised(kind(answer.value))


def act(key: str, arguments: bytes, attempt: int) -> bytes:
    """What the action answers, whoever asks and when."""
    (argument,) = msgspec.msgpack.decode(arguments, type=tuple[int])
    fails = key.endswith(":fail") or (key in (FRAIL, BILL) and attempt == 1) or (key == AGAIN and attempt <= argument)
    if fails:
        return msgspec.msgpack.encode(Answer(False, f"no {argument}", attempt))
    return msgspec.msgpack.encode(Answer(True, argument * 10, attempt))
