"""The running loop. A run has one: the machine's ready queue, whose time is the run's and goes on over a restart."""

from waymark.machine import loop as _loop


def get_running_loop():
    return _loop()


def get_event_loop():
    return _loop()
