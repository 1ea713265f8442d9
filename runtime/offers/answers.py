"""The body of an OUTCOME entry: what an offered attempt came to, as whoever ran it writes it and its owner reads it.

MessagePack of one `Answer`. It lies in the inbox because its writer has deleted the offer in the same transaction, so
there is one for an attempt at most, and whoever finds it knows that no other host answers for that attempt.
"""

from __future__ import annotations

import msgspec

from waymark.vm.surface import Instant

from ..engine.events import Ended, Lost, Report, Unregistered
from ..model import RunRef

_ENCODER = msgspec.msgpack.Encoder()


class Answer(msgspec.Struct, frozen=True):
    call: int
    attempt: int
    outcome: bytes | None = None  # None: there is none, and `why` says so
    why: str = ""
    timed_out: bool = False
    registered: bool = True
    started_at: Instant = 0
    finished_at: Instant = 0
    retry_after_us: int | None = None

    @classmethod
    def of(cls, report: Ended | Lost | Unregistered) -> Answer:
        match report:
            case Ended(outcome=outcome, started_at=began, finished_at=ended):
                after_us = report.retry_after_us
                return cls(
                    report.request,
                    report.attempt,
                    outcome,
                    started_at=began,
                    finished_at=ended,
                    retry_after_us=after_us,
                )
            case Lost(why=why, timed_out=timed_out):
                return cls(report.request, report.attempt, why=why, timed_out=timed_out)
            case Unregistered(why=why):
                return cls(report.request, report.attempt, why=why, registered=False)

    def report(self, ref: RunRef) -> Report:
        if self.outcome is not None:
            return Ended(
                ref, self.call, self.attempt, self.outcome, self.started_at, self.finished_at, self.retry_after_us
            )
        if not self.registered:
            return Unregistered(ref, self.call, self.attempt, self.why)
        return Lost(ref, self.call, self.attempt, self.why, self.timed_out)


_DECODER = msgspec.msgpack.Decoder(Answer)


def encode_answer(answer: Answer) -> bytes:
    return _ENCODER.encode(answer)


def decode_answer(body: bytes) -> Answer:
    """Raises msgspec.DecodeError, if the entry is damaged."""
    return _DECODER.decode(body)
