"""The fake machines with the real encoding of values, so that real workers can run what they ask for."""

from __future__ import annotations

from waymark.vm import wire
from waymark.vm.surface import Outcome, StartAction

from .doubles import FakeHost


class WiredHost(FakeHost):
    def encode_call(self, action: StartAction) -> bytes:
        return wire.encode_value((action.args, action.kwargs), "arguments")

    def encode_outcome(self, outcome: Outcome) -> bytes:
        return wire.encode_outcome(outcome)

    def decode_outcome(self, data: bytes) -> Outcome:
        return wire.decode_outcome(data)
