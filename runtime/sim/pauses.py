"""The pauses between the attempts of a call, as one engine has to keep them while nothing comes between.

    again    the attempt raised, and said when it is to be asked again
    beating  the attempt says that it lives: nobody may count it as lost

Whatever makes the engine look at the run's row again ends what is known here: only what is durable counts then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waymark.vm.surface import Instant

from ..engine.events import Dispatch, Ended, Report
from ..offers.port import CallKey

if TYPE_CHECKING:
    from .checker import Checker


class Pauses:
    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self._not_before: dict[CallKey, tuple[int, Instant]] = {}  # the attempt that follows
        self._beaten: dict[CallKey, tuple[Dispatch, Instant]] = {}
        self._silent_us: dict[CallKey, tuple[int, int, int]] = {}  # an attempt, how long it was, and how long it may be

    def forget(self) -> None:
        self._not_before.clear()
        self._beaten.clear()
        self._silent_us.clear()

    def dispatched(self, dispatch: Dispatch, now: Instant) -> None:
        key, call = (dispatch.ref, dispatch.request), f"call {dispatch.request} of run {dispatch.ref.run}"
        attempt, then = self._not_before.pop(key, (0, 0))
        early = attempt == dispatch.attempt and now < then
        self._checker.hold(not early, "pauses are kept", f"{call} is asked again {then - now} us too early")
        attempt, silent_us, may_us = self._silent_us.pop(key, (0, 0, 0))
        lived = attempt == dispatch.attempt - 1 and silent_us < may_us
        self._checker.hold(
            not lived, "who beats lives", f"{call} was counted as lost, and had beaten {silent_us} us ago"
        )
        self._beaten.pop(key, None)
        if dispatch.heartbeat_ms is not None:
            self._beaten[key] = dispatch, now

    def beaten(self, dispatch: Dispatch, now: Instant) -> None:
        key = (dispatch.ref, dispatch.request)
        if key in self._beaten and self._beaten[key][0] is dispatch:
            self._beaten[key] = dispatch, now

    def revoked(self, key: CallKey, now: Instant) -> None:
        self._not_before.pop(key, None)
        dispatch, then = self._beaten.pop(key, (None, 0))
        if dispatch is not None and dispatch.heartbeat_ms is not None:
            self._silent_us[key] = dispatch.attempt, now - then, dispatch.heartbeat_ms * 1_000

    def reported(self, report: Report, now: Instant) -> None:
        key = (report.ref, report.request)
        self._beaten.pop(key, None)
        if isinstance(report, Ended) and report.retry_after_us is not None:
            self._not_before[key] = report.attempt + 1, now + report.retry_after_us
