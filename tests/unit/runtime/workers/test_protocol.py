"""Frames between an engine and its workers, in whatever pieces they come."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waymark.runtime.workers import protocol

MESSAGES = st.one_of(
    st.builds(protocol.Start, st.integers(0, 2**40), st.text(max_size=9), st.binary(max_size=99)),
    st.builds(protocol.Cancel, st.integers(0, 2**40)),
    st.builds(protocol.Setup, st.text(max_size=9), st.lists(st.text(max_size=9), max_size=3).map(tuple), st.text()),
)


@given(st.lists(MESSAGES, max_size=6), st.integers(1, 64))
def test_frames_come_out_whole_however_they_were_cut(messages: list[protocol.ToWorker], size: int):
    stream = b"".join(map(protocol.frame, messages))
    frames = protocol.Frames()
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    bodies = [body for piece in pieces for body in frames.feed(piece)]
    assert [protocol.to_worker.decode(body) for body in bodies] == messages


def test_an_absurd_length_is_refused_before_it_is_believed():
    with pytest.raises(protocol.ProtocolError, match="4294967295 bytes was announced"):
        list(protocol.Frames().feed(b"\xff\xff\xff\xff"))


def test_a_message_for_the_engine_is_none_for_a_worker():
    body = next(protocol.Frames().feed(protocol.frame(protocol.Stopped(1))))
    with pytest.raises(msgspec.ValidationError):
        protocol.to_worker.decode(body)
