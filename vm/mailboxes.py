"""Messages to a run: a queue a topic, first come, first served, for messages and for those who wait for them.

They are part of the run's state: variables of a module of the machine's own, named by topic. A topic with nothing in
it is not there.

    {"unread": {7: value, 8: value}, "next": 9, "waiting": [], "woken": 1}

A message stays where it is until the one that was woken for it takes it. So none is lost with a receiver that is
cancelled meanwhile, and the order of the messages is the order in which they are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from math import isnan
from typing import TYPE_CHECKING, Any

from . import futures
from .values.futures import Future

if TYPE_CHECKING:
    from .interp import Interpreter
    from .state import State

MODULE = "waymark.messages"

Mailbox = dict[str, Any]


def deliver(vm: Interpreter, topic: str, value: Any) -> None:
    """A message has come."""
    box = _box(vm, topic)
    vm.tracker.touch(box["unread"])
    box["unread"][box["next"]] = value
    box["next"] += 1
    _wake(vm, box)


def receive(vm: Interpreter, topic: str) -> Future:
    """A place in the line. The future is settled when there is a message to `take`."""
    box = _box(vm, topic)
    waiter = Future()
    vm.tracker.touch(box["waiting"])
    box["waiting"].append(waiter)
    _wake(vm, box)
    return waiter


def take(vm: Interpreter, topic: str) -> Any:
    """The oldest message, for one that was woken."""
    box = _box(vm, topic)
    unread: dict[int, Any] = box["unread"]
    vm.tracker.touch(unread)
    box["woken"] -= 1
    value = unread.pop(next(iter(unread)))
    _tidy(vm, topic, box)
    return value


def give_back(vm: Interpreter, topic: str, waiter: Future) -> None:
    """Who waited does no longer: if it was woken for a message, that is for the next in the line."""
    box = _box(vm, topic)
    if waiter.state == "finished" and waiter.error is None:
        box["woken"] -= 1
    else:
        vm.tracker.touch(box["waiting"])
        box["waiting"][:] = [each for each in box["waiting"] if each is not waiter]
    _wake(vm, box)
    _tidy(vm, topic, box)


def expire(vm: Interpreter, waiter: Future, topic: str) -> None:
    """Its time is over."""
    if not futures.done(waiter):
        futures.settle(vm, waiter, error=TimeoutError(f"no message {topic!r} came in time"))


def waited_for(state: State) -> Iterator[str]:
    """The topics of which somebody waits for a message."""
    for topic, box in state.modules.get(MODULE, {}).items():
        if any(not futures.done(waiter) for waiter in box["waiting"]):
            yield topic


def check(vm: Interpreter, topic: Any, timeout: Any) -> float | None:
    """The seconds that `timeout` says; None without one."""
    if not isinstance(topic, str):
        raise TypeError(f"a topic is a str, and this one is of type {type(topic).__name__}")
    if timeout is None:
        return None
    if isinstance(timeout, timedelta):
        return timeout.total_seconds()
    if isinstance(timeout, bool) or not isinstance(timeout, int | float):
        kind = type(timeout).__name__
        raise TypeError(f"a timeout is a timedelta or a number of seconds, and this one is of type {kind}")
    if isnan(timeout):
        raise ValueError("a timeout is a number of seconds, and NaN is none")
    return timeout


# --- mailboxes ---


def _box(vm: Interpreter, topic: str) -> Mailbox:
    modules = vm.state.modules
    boxes = modules.get(MODULE)
    if boxes is None:
        boxes = modules[MODULE] = {}
    box: Mailbox | None = boxes.get(topic)
    if box is None:
        vm.tracker.touch(boxes)
        box = boxes[topic] = {"unread": {}, "next": 0, "waiting": [], "woken": 0}
    vm.tracker.touch(box)
    return box


def _wake(vm: Interpreter, box: Mailbox) -> None:
    """As many of those who wait as there are messages that nobody was woken for."""
    waiting: list[Future] = box["waiting"]
    while waiting and len(box["unread"]) > box["woken"]:
        vm.tracker.touch(waiting)
        waiter = waiting.pop(0)
        if not futures.done(waiter):
            box["woken"] += 1
            futures.settle(vm, waiter)


def _tidy(vm: Interpreter, topic: str, box: Mailbox) -> None:
    """What is empty goes, so that a run with many topics does not grow."""
    if box["unread"] or box["waiting"]:
        return
    boxes = vm.state.modules[MODULE]
    vm.tracker.touch(boxes)
    del boxes[topic]
    if not boxes:
        del vm.state.modules[MODULE]


SERVICES: dict[str, Callable[..., Any]] = {
    "message_timeout": check,
    "receive": receive,
    "take_message": take,
    "give_back": give_back,
    "expire": expire,
}
