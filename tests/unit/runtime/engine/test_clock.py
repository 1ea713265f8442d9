"""The engine's clock follows the database's and never goes back."""

from __future__ import annotations

from waymark.runtime.engine.clock import EngineClock


class Monotonic:
    def __init__(self) -> None:
        self.now = 100

    def __call__(self) -> int:
        return self.now


def test_it_carries_the_databases_time_forward():
    monotonic = Monotonic()
    clock = EngineClock(monotonic)
    clock.sample(1_000_000, 90, 110)
    assert clock.now() == 1_000_000
    monotonic.now = 150
    assert clock.now() == 1_000_050


def test_it_stands_still_when_the_databases_clock_was_set_back():
    monotonic = Monotonic()
    clock = EngineClock(monotonic)
    clock.sample(1_000_000, 100, 100)
    assert clock.now() == 1_000_000
    clock.sample(999_000, 100, 100)
    monotonic.now = 500
    assert clock.now() == 1_000_000
    monotonic.now = 2_000
    assert clock.now() == 1_000_900


def test_waiting_can_be_skipped():
    clock = EngineClock(Monotonic())
    clock.sample(1_000_000, 100, 100)
    clock.skip_to(5_000_000)
    assert clock.now() == 5_000_000
    clock.skip_to(4_000_000)
    assert clock.now() == 5_000_000
